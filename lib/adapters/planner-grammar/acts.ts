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
  /** `arrange`: may be said of an event that is there. `block`: all of the time that is named. */
  | { readonly kind: "create" | "arrange" | "block" }
  | { readonly kind: "find" }
  | { readonly kind: "clear" }

const list = (phrases: string): readonly string[] => phrases.split(",")

/** Every beginning with every end. */
const each = (starts: readonly string[], ends: readonly string[]): readonly string[] =>
  starts.flatMap((start) => ends.map((end) => `${start} ${end}`))

/** The longer phrase stands before the shorter one that it begins with. */
const ACTS: readonly (readonly [readonly string[], Act])[] = [
  [
    list(
      "tentatively accept,provisionally accept,mark me as tentative for,mark me tentative for,put me down as maybe for,put me down as a maybe for,rsvp maybe to,rsvp maybe for,rsvp maybe,rsvp tentative to,say maybe to,answer maybe to,reply maybe to,maybe to,maybe for,tentative for",
    ),
    { kind: "respond", rsvp: "tentative" },
  ],
  [
    [
      ...list("accept,rsvp yes to,rsvp yes for,rsvp yes,say yes to,answer yes to,reply yes to,yes to,count me in for"),
      ...list(
        "im in for,im going to,im attending,i am going to,i am attending,i can make it to,i can make,i can attend",
      ),
      ...list("mark me as going to,put me down for,confirm my attendance at"),
      ...each(list("ill,i will,well,we will"), list("be there for,be at,attend,come to,join,make it to,make")),
    ],
    { kind: "respond", rsvp: "accepted" },
  ],
  [
    [
      ...list("decline,reject,turn down,rsvp no to,rsvp no for,rsvp no,say no to,answer no to,reply no to,no to"),
      ...list("count me out of,count me out for,im not going to,i am not going to,im not attending,i am not attending"),
      ...each(
        list("i cant,i cannot,i wont,i will not,we cant,we cannot,we wont,cant,cannot,wont"),
        list(
          "make it to,make,attend,come to,join,be at,be able to attend,be able to make,be able to come to,be able to join",
        ),
      ),
    ],
    { kind: "respond", rsvp: "declined" },
  ],
  [list("cancel,delete,remove,drop,scrap,kill,call off,get rid of"), { kind: "cancel" }],
  [list("ask for,ask to move,ask to have,request to move,ask them to move,ask whether we can move"), { kind: "ask" }],
  [list("counter,counterpropose,counter propose"), { kind: "counter" }],
  [list("propose,suggest"), { kind: "propose" }],
  [list("block off,block out,block"), { kind: "block" }],
  [
    list(
      "book me,book,create,pencil in,reserve,new event,new meeting,new appointment,add,set a,set an,make an event,make a meeting,make an appointment,make a booking,i need a,i need an,i want a,i want an,id like a,id like an,i would like a",
    ),
    { kind: "create" },
  ],
  [list("schedule,set up,arrange,organize,organise"), { kind: "arrange" }],
  [
    list(
      "whats a good time,what is a good time,find me,find us,find,look for,search for,when can i meet,when could i meet,when can we meet,when could we meet,when can i see,when could i see",
    ),
    { kind: "find" },
  ],
  [list("clear out,clear,free up,keep"), { kind: "clear" }],
]

const MENDED = "cancel delete remove schedule create decline accept propose suggest".split(" ")

/** The act that a sentence begins with, and what comes after it. A slip in the first word is mended: no name stands there. */
export function readAct(tokens: readonly Token[]): { readonly act: Act; readonly rest: readonly Token[] } | null {
  const [first, ...others] = tokens
  const meant = first && MENDED.find((verb) => isMisspelling(first.word, verb))
  const spelt = first && meant ? [{ ...first, word: meant }, ...others] : tokens
  if (first?.word === "take" && offCalendar(others).length < others.length)
    return { act: { kind: "cancel" }, rest: others }
  for (const [phrases, act] of ACTS) {
    const next = skipAny(spelt, 0, phrases)
    if (next > 0) return { act, rest: spelt.slice(next) }
  }
  return null
}

/** "remove it from my calendar": where else. */
export function offCalendar(tokens: readonly Token[]): readonly Token[] {
  const at = tokens.length - 3
  const next =
    at > 0 ? skipAny(tokens, at, ["from my calendar", "off my calendar", "from the calendar", "off the calendar"]) : at
  return next > at ? tokens.slice(0, at) : tokens
}
