import type { Brand } from "./brand"
import { canonicalHash } from "./canonical"
import type { Rsvp, Span, When } from "./event"
import type { AgainstPreference, PreferenceChange, Preferences } from "./preferences"

/** An opaque name for an event within one chat turn (`e1`, `e2`...). Says nothing about the event; maps to an `EventKey` on the server. */
export type FactId = Brand<string, "FactId">

/** An opaque name for somebody the person has met with (`p1`, `p2`...), within one chat turn. Who it is, only the server and the matcher know. */
export type PersonId = Brand<string, "PersonId">

/** What a planner may know of an event: types, times, flags. Never a text that somebody else could have written (B6). */
export interface EventFact extends Span {
  readonly id: FactId
  /** Equal for instances of one series; null for single events. */
  readonly series: FactId | null
  /** Does it block time? */
  readonly busy: boolean
  readonly movable: boolean
  readonly guests: number
  /** What this person answered to the invitation; null where nobody waits for an answer of theirs: their own event, or one without guests. */
  readonly answer: Rsvp | null
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
  /** Nothing from this instant on was looked at (ISO), so nothing there can be called free or empty. Absent: everything was. */
  readonly until?: string
  /** What the person wants kept in mind. Absent: nothing. */
  readonly preferences?: Preferences
  /** What "it" may mean: the events last spoken of, latest first. */
  readonly lastMentioned: readonly FactId[]
  /** What "for all of them" may be about. Absent: no such proposal stands open. */
  readonly proposed?: Proposed
}

/** The one order of the latest proposal, about an event of a series, and how its words were read. */
export interface Proposed {
  readonly operation: EventOperation
  readonly readings: readonly Reading[]
}

/** One candidate of the matcher: an id and how well the words fit, 0 to 1. */
export interface Match<Id = FactId> {
  readonly id: Id
  readonly score: number
}

/**
 * Resolves words to events without letting the planner see any event's text. Has no tools and no effects; an answer is ids out of the given
 * candidates, best first, or none.
 */
export interface Matcher {
  byTitle(words: string): readonly Match[]
  byPerson(words: string): readonly Match[]
  /** Who is meant, among the people that the person has met with. */
  people(words: string): readonly Match<PersonId>[]
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

/** Take it off the calendar, for everybody in it. */
export interface CancelOperation {
  readonly kind: "cancel"
  readonly target: FactId
  readonly scope: Scope
}

/** A new event of the person's own. The title is their own words, never another event's. */
export interface CreateOperation {
  readonly kind: "create"
  readonly title: string
  readonly to: Span
  readonly guests: readonly PersonId[]
}

/** A guest's answer to the organizer. `proposed`: the time they would rather have. */
export interface RespondOperation {
  readonly kind: "respond"
  readonly target: FactId
  readonly scope: Exclude<Scope, "following">
  readonly rsvp: Exclude<Rsvp, "needsAction">
  readonly proposed?: Span
}

export type Operation = MoveOperation | CancelOperation | CreateOperation | RespondOperation

/** Where an operation puts something; null where it puts nothing anywhere. */
export const placeOf = (op: Operation): Span | null =>
  op.kind === "cancel" ? null : op.kind === "respond" ? (op.proposed ?? null) : op.to

/** An operation on an event that is there. */
export type EventOperation = Exclude<Operation, CreateOperation>

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
  /** No length was named, so it was taken to be an hour. */
  | "default-length"
  /** No length was named, so it was taken to be what the person wants by default. */
  | "wanted-length"
  /** A name was said that nobody in the calendars has, so nobody is invited. */
  | "nobody-invited"
  /** Only the person's own calendars were looked at, not the guests'. */
  | "guests-not-asked"
  /** Among what was meant were events that the person may not change; they stay. */
  | "some-stay"
  /** Added when proposing: one of the person's accounts could not be read, so nothing there was looked at. */
  | "not-all-read"
  /** Added when proposing: the provider tells the guests by itself, so that cannot be chosen. */
  | "guests-always-told"
  /** Added when proposing: a CalDAV server tells the guests, or does not, as it likes. */
  | "guests-told-by-server"
  /** Added when proposing: the series goes to another time, and its provider then forgets what was changed in single instances. */
  | "own-dates-lost"
  /** Added when proposing: what the new series of a split cannot take over at its provider. */
  | SplitLoss
  /** Added when proposing: the person wants that kept in mind, and ordered otherwise. */
  | AgainstPreference

/** Under these nobody here can choose whether guests are told. */
export const TOLD_ANYWAY: readonly Reading[] = ["guests-always-told", "guests-told-by-server"]

/**
 * `new-meeting-link`: the link will be another one. `replies-lost`: guests are asked again. `attachments-left`: files stay with the earlier ones. `no-undo`: later instances that were changed one by one
 * go along, and taking the new series back would lose them.
 */
export type SplitLoss = "new-meeting-link" | "replies-lost" | "attachments-left" | "no-undo"

/** A stretch of time, ISO instants, `[start, end)`. */
export interface Stretch {
  readonly start: string
  readonly end: string
}

/** What a person asked to be told; no plan comes of it, and nothing to be written. */
export type Telling =
  /** "When am I free?": `free` of what was `asked` about. */
  | { readonly kind: "free"; readonly asked: readonly Stretch[]; readonly free: readonly Stretch[] }
  /** "What changed?": everything since that instant. */
  | { readonly kind: "changes"; readonly since: string }
  /** "What do you remember?" */
  | { readonly kind: "preferences" }
  /** "All of them", and so it stands proposed already. */
  | { readonly kind: "proposed"; readonly scope: Scope }

/** Where a planner looked for a free time for something new, so that whoever sees more calendars than it does can look again. */
export interface SlotSearch {
  readonly within: readonly Stretch[]
  readonly lengthMs: number
  readonly most: number
  /** Only the soonest was asked for. */
  readonly soonest: boolean
}

export type PlanAnswer =
  | { readonly kind: "plan"; readonly plan: Plan; readonly search?: SlotSearch }
  /** Two readings differ in effect: one button a choice. Two to six choices. */
  | {
      readonly kind: "question"
      readonly about: QuestionAbout
      readonly choices: readonly Plan[]
      readonly search?: SlotSearch
    }
  | { readonly kind: "refusal"; readonly reason: RefusalReason }
  | { readonly kind: "tell"; readonly telling: Telling }
  /** Take back what was applied last, or what was last done to `target`: only the server knows what that was. */
  | { readonly kind: "undo"; readonly target: FactId | null }
  /** Something is to be kept in mind, or forgotten, once the person says yes. Words of theirs say it; a model has no such answer. */
  | { readonly kind: "remember"; readonly change: PreferenceChange }

export type QuestionAbout =
  | "which-event"
  | "which-day"
  | "which-time"
  | "which-scope"
  | "which-person"
  /** Free times for a new meeting. */
  | "which-slot"
  /** What to do with what stands in a stretch that is to be free. */
  | "clear-how"
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
  /** A stretch of time was named and holds nothing that could be meant. */
  | "nothing-there"
  | "not-invited"
  | "already-answered"
  /** An answer to an invitation goes for one of a series or for all of it, and another time is proposed for one. */
  | "one-or-all"
  /** "For all of them", and no proposal stands open that it could be about. */
  | "nothing-proposed"
  /** To be forgotten, and not kept in mind. */
  | "nothing-kept"
  /** A default length that is too short, too long or not of whole minutes. */
  | "no-such-length"
  /** Further ahead than was looked. */
  | "too-far"
  /** More events than one plan may touch. */
  | "too-many"

/** A plan that touches more events than this is not read by anybody before they press Apply. */
export const MAX_OPERATIONS = 100

/** What is made without a name is called: blocked time, and a meeting, which may go on `with` whom. All else in a title is the person's own words. */
export const UNNAMED = { block: "Blocked", meeting: "Meeting", meetingWith: "Meeting with " } as const

/** Words longer than this are not read at all. */
export const MAX_WORDS_LENGTH = 2_000

/** The identity of a plan: what an approval is bound to (B7). */
export const planHash = (plan: unknown): string => canonicalHash(plan)

/** Milliseconds since the epoch; an all-day date is taken at midnight UTC. For durations and sorting within one kind. */
export const epochMs = (when: When): number => Date.parse(when.kind === "timed" ? when.at : `${when.on}T00:00:00Z`)
