import { isMisspelling } from "../../domain/edit-distance"
import type { RespondOperation } from "../../domain/plan"
import { skipAny } from "./reader"
import type { Token } from "./tokens"

/** What a sentence wants done, where it is no moving, resizing or swapping. */
export type Act =
  | { readonly kind: "cancel" }
  | { readonly kind: "respond"; readonly rsvp: RespondOperation["rsvp"] }
  /** `ask`: "ask for it to be moved". */
  | { readonly kind: "propose" | "ask" | "counter" }
  /** `block`: all of the time that is named. */
  | { readonly kind: "create" | "block" }
  | { readonly kind: "find" }
  | { readonly kind: "clear" }

const list = (phrases: string): readonly string[] => phrases.split(",")

/** The longer phrase stands before the shorter one that it begins with. */
const ACTS: readonly (readonly [readonly string[], Act])[] = [
  [
    list(
      "tentatively accept,provisionally accept,rsvp maybe to,rsvp maybe for,rsvp maybe,rsvp tentative to,say maybe to,answer maybe to,reply maybe to,maybe to,maybe for,tentative for",
    ),
    { kind: "respond", rsvp: "tentative" },
  ],
  [
    list(
      "accept,rsvp yes to,rsvp yes for,rsvp yes,say yes to,answer yes to,reply yes to,yes to,count me in for,ill be at,i will be at,ill attend,i will attend,ill come to,i will come to,im in for,i can make,i can attend,i am going to,im going to,confirm my attendance at",
    ),
    { kind: "respond", rsvp: "accepted" },
  ],
  [
    list(
      "decline,reject,turn down,rsvp no to,rsvp no for,rsvp no,say no to,answer no to,reply no to,no to,count me out of,count me out for,i cant make it to,i cant make,i cant attend,i cant come to,i cannot make it to,i cannot make,i cannot attend,i wont be able to attend,i wont be able to make,i wont be able to come to,i wont be at,i wont attend,i wont make,cant make it to,cant make,cant attend",
    ),
    { kind: "respond", rsvp: "declined" },
  ],
  [list("cancel,delete,remove,drop,scrap,kill,call off,get rid of"), { kind: "cancel" }],
  [list("ask for,ask to move,ask to have,request to move,ask them to move,ask whether we can move"), { kind: "ask" }],
  [list("counter,counterpropose,counter propose"), { kind: "counter" }],
  [list("propose,suggest"), { kind: "propose" }],
  [list("block off,block out,block"), { kind: "block" }],
  [
    list(
      "schedule,book me,book,create,set up,arrange,organize,organise,pencil in,reserve,new event,new meeting,new appointment,add",
    ),
    { kind: "create" },
  ],
  [
    list(
      "find me,find us,find,look for,search for,when can i meet,when could i meet,when can we meet,when could we meet,when can i see,when could i see",
    ),
    { kind: "find" },
  ],
  [list("clear,free up,clear out,keep"), { kind: "clear" }],
]

const MENDED = "cancel delete remove schedule create decline accept propose suggest".split(" ")

/** The act that a sentence begins with, and what comes after it. A slip in the first word is mended: no name stands there. */
export function readAct(tokens: readonly Token[]): { readonly act: Act; readonly rest: readonly Token[] } | null {
  const [first, ...others] = tokens
  const meant = first && MENDED.find((verb) => isMisspelling(first.word, verb))
  const spelt = first && meant ? [{ ...first, word: meant }, ...others] : tokens
  for (const [phrases, act] of ACTS) {
    const next = skipAny(spelt, 0, phrases)
    if (next > 0) return { act, rest: spelt.slice(next) }
  }
  return null
}
