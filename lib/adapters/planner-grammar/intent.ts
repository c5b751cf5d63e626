import type { Scope } from "../../domain/plan"
import type { Token } from "./tokens"
import type { DayRef, Length, When } from "./when"
import type { Window } from "./window"

/** Which way a verb or a word points; null where it does not say. */
export type Lean = "earlier" | "later"

export type Way = "longer" | "shorter"

/** `by` a length longer or shorter, or `to` a length, which must then lie the way the verb says. */
export type Change = { readonly kind: "by"; readonly way: Way } | { readonly kind: "to"; readonly way: Way | null }

/** What a sentence asks for, in grammar only. `target` holds the words that name the event; the calendar has not been looked at. */
export type Intent =
  | { readonly kind: "place"; readonly target: Target; readonly when: When; readonly lean: Lean | null }
  | { readonly kind: "shift"; readonly target: Target; readonly length: Length; readonly lean: Lean | null }
  | {
      readonly kind: "resize"
      readonly target: Target
      readonly length: Length
      readonly change: Change
    }
  | { readonly kind: "end-at"; readonly target: Target; readonly when: When; readonly way: Way | null }
  /** To the first free time in a stretch. */
  | { readonly kind: "fit"; readonly target: Target; readonly window: Window }
  | { readonly kind: "swap"; readonly pairs: readonly (readonly [Target, Target])[] }
  /** A moving verb and a name, but no time to move to. */
  | { readonly kind: "bare"; readonly target: Target }

export type Target = readonly Token[]

export type { Scope } from "../../domain/plan"

/** The first instance on a day or later; `ahead`: the next one, "all future ones". */
export type Since = DayRef | { readonly kind: "ahead" }

export interface Parse {
  /** Readings that grammar alone cannot tell apart. Empty: not understood. */
  readonly intents: readonly Intent[]
  readonly scope: Scope
  /** "from Thursday on": the instance from which it is to hold, where one was named. */
  readonly since: Since | null
  /** Was it said how much of a series is meant, or is it the default? */
  readonly said: boolean
}
