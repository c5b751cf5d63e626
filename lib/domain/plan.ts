import type { Brand } from "./brand"
import { canonicalHash } from "./canonical"
import type { Span, When } from "./event"

/** An opaque name for an event within one chat turn (`e1`, `e2`...). Says nothing about the event; maps to an `EventKey` on the server. */
export type FactId = Brand<string, "FactId">

/** What a planner may know of an event: types, times, flags. Never a text that somebody else could have written (B6). */
export interface EventFact extends Span {
  readonly id: FactId
  /** Equal for instances of one series; null for single events. */
  readonly series: FactId | null
  /** Does it block time? */
  readonly busy: boolean
  readonly movable: boolean
  readonly guests: number
}

export interface WorkingHours {
  /** ISO weekdays, Monday = 1. */
  readonly days: readonly number[]
  /** Wall clock, `HH:MM`, `[start, end)`. */
  readonly start: string
  readonly end: string
}

export interface PlannerFacts {
  /** The instant the words were said, ISO. A planner has no other clock. */
  readonly now: string
  /** The person's zone (IANA). */
  readonly timeZone: string
  readonly workingHours: WorkingHours
  /** Single events and instances, no series masters; in order of start. From a week back to several weeks ahead. */
  readonly events: readonly EventFact[]
  /** What "it" may mean: the events last spoken of, latest first. */
  readonly lastMentioned: readonly FactId[]
}

/** One candidate of the matcher: an id and how well the words fit, 0 to 1. */
export interface Match {
  readonly id: FactId
  readonly score: number
}

/**
 * Resolves words to events without letting the planner see any event's text. Has no tools and no effects; an answer is ids out of the given
 * candidates, best first, or none.
 */
export interface Matcher {
  byTitle(words: string): readonly Match[]
  byPerson(words: string): readonly Match[]
}

/** `this`: the named instance or single event. `following`: it and all later ones of its series. `series`: all of it, "every week". */
export type Scope = "this" | "following" | "series"

/** Move or resize: the event is to stand at `to`. */
export interface MoveOperation {
  readonly kind: "move"
  readonly target: FactId
  readonly scope: Scope
  readonly to: Span
}

export type Operation = MoveOperation

export interface Plan {
  /** In the order in which they are to be carried out. Never empty. */
  readonly operations: readonly Operation[]
  /** How words were read where they could have been read otherwise; said aloud in the proposal. */
  readonly readings: readonly Reading[]
}

export type Reading =
  | "next-occurrence"
  | "first-free"
  | "kept-duration"
  | "kept-time"
  | "same-day"
  | "outside-working-hours"
  | "slot-taken"
  /** Added when proposing: one of the person's accounts could not be read, so nothing there was looked at. */
  | "not-all-read"
  /** Added when proposing: the provider tells the guests by itself, so that cannot be chosen. */
  | "guests-always-told"
  /** Added when proposing: what the new series of a split cannot take over at its provider. */
  | SplitLoss

/** `new-meeting-link`: the link will be another one. `replies-lost`: guests are asked again. `attachments-left`: files stay with the earlier ones. */
export type SplitLoss = "new-meeting-link" | "replies-lost" | "attachments-left"

export type PlanAnswer =
  | { readonly kind: "plan"; readonly plan: Plan }
  /** Two readings differ in effect: one button a choice. Two to six choices. */
  | { readonly kind: "question"; readonly about: QuestionAbout; readonly choices: readonly Plan[] }
  | { readonly kind: "refusal"; readonly reason: RefusalReason }

export type QuestionAbout =
  | "which-event"
  | "which-day"
  | "which-time"
  | "which-scope"
  | "skipped-time"
  | "repeated-time"
  /** Asked by "Pick another time", never by a planner. */
  | "new-time"

export type RefusalReason =
  | "empty"
  | "too-long"
  | "not-understood"
  | "no-such-event"
  | "no-such-date"
  | "no-such-time"
  | "in-the-past"
  | "no-free-slot"
  | "not-movable"
  | "all-day"
  | "missing-time"
  | "already-there"

/** Words longer than this are not read at all. */
export const MAX_WORDS_LENGTH = 2_000

/** The identity of a plan: what an approval is bound to (B7). */
export const planHash = (plan: unknown): string => canonicalHash(plan)

/** Milliseconds since the epoch; an all-day date is taken at midnight UTC. For durations and sorting within one kind. */
export const epochMs = (when: When): number => Date.parse(when.kind === "timed" ? when.at : `${when.on}T00:00:00Z`)
