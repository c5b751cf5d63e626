import type { Preferences } from "../../domain/preferences"
import { MINUTE_MS } from "../../domain/zoned-time"
import { leadingLength } from "./new-event"
import { type Read, skipAny } from "./reader"
import type { Token } from "./tokens"

/*
 * How long a new event is to be where nobody says: "my meetings are 45 minutes by default", "make new meetings 25 minutes unless I say otherwise". An order about the meetings
 * that are there ("make all my meetings 25 minutes") is none of this.
 */

const list = (phrases: string): readonly string[] => phrases.split(",")

const MARKS = list(
  "by default,as a default,from now on,unless i say otherwise,unless i say something else,unless i say so,unless i tell you otherwise,unless told otherwise,unless stated otherwise,unless otherwise stated,if i dont say otherwise,when i dont say otherwise,if i dont say how long,when i dont say how long,whenever i dont say how long,if i do not say how long,when i do not say how long,if i say no length,when i say no length",
)
const NEW = list(
  "all my new meetings,all new meetings,my new meetings,every new meeting,each new meeting,a new meeting,new meetings,all new events,my new events,every new event,a new event,new events",
)
const ANY = list("all my meetings,all meetings,my meetings,every meeting,a meeting,meetings,my events,events")
const ARE = list(
  "are always,are to be,are,should always be,should be,should last,should take,will be,last,take,is,lasts,takes",
)
const MAKE = list(
  "i would like,id like,i want,i prefer,i like,make,schedule,book,create,plan,set up,set,have,propose,keep",
)
const TO = list("to be,to last,to take,to,at,for,be,last")
const BARE = list("use,take,assume,make it,make them,it is,its,they are")
const OWN = list("my,the,a")
const NAMES = list(
  "default length for new meetings,default length of new meetings,default length for meetings,default length of meetings,default length of my meetings,default meeting length,default event length,default length,default duration for meetings,default duration of meetings,default meeting duration,default duration,usual meeting length,usual length",
)
const CHANGE = list("set,make,change,keep,use")
const IS = list("is always,is,to be,to,should be,as,of,at")

/** @param isLasting was it said that it goes for more than today ("from now on", "always")? */
export function readDefaultLength(tokens: readonly Token[], isLasting: boolean): Preferences | null {
  const start = skipAny(tokens, 0, MARKS)
  const meant = statement(tokens, start)
  const said = meant ?? order(tokens, start)
  const end = said && skipAny(tokens, said.next, MARKS)
  if (said === null || end !== tokens.length) return null
  if (meant === null && !isLasting && start === 0 && end === said.next) return null
  return [{ kind: "default-length", minutes: said.value / MINUTE_MS }]
}

/** The index after "my default length" where it stands at `at`, else `at`. */
export function skipLengthName(tokens: readonly Token[], at: number): number {
  const start = skipAny(tokens, at, OWN)
  const next = skipAny(tokens, start, NAMES)
  return next > start ? next : at
}

/** What can only be meant for good: about meetings in general, new ones, or the default itself. */
function statement(tokens: readonly Token[], at: number): Read<number> | null {
  const change = skipAny(tokens, at, CHANGE)
  const name = skipLengthName(tokens, change)
  if (name > change) return leadingLength(tokens, skipAny(tokens, name, IS))
  const fallback = skipAny(tokens, at, ["default to"])
  if (fallback > at) return leadingLength(tokens, fallback)
  const subject = skipAny(tokens, at, [...NEW, ...ANY])
  const are = skipAny(tokens, subject, ARE)
  if (subject > at && are > subject) return leadingLength(tokens, are)
  const make = skipAny(tokens, at, MAKE)
  const made = skipAny(tokens, make, NEW)
  return make > at && made > make ? leadingLength(tokens, skipAny(tokens, made, TO)) : null
}

/** What is an order unless something says that it is meant for good. */
function order(tokens: readonly Token[], at: number): Read<number> | null {
  const bare = skipAny(tokens, at, BARE)
  if (bare > at) return leadingLength(tokens, bare)
  const make = skipAny(tokens, at, MAKE)
  const made = skipAny(tokens, make, ANY)
  if (make > at && made > make) return leadingLength(tokens, skipAny(tokens, made, TO))
  const length = leadingLength(tokens, make)
  const meetings = length && skipAny(tokens, length.next, ["meetings", "events"])
  return length && meetings !== null && meetings > length.next ? { value: length.value, next: meetings } : null
}
