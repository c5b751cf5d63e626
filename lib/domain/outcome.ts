import type { ChangeKind } from "./change"
import type { CalendarEvent, EventKey } from "./event"
import type { CareField } from "./event-diff"
import type { Seen } from "./version"

/**
 * Whatever a correct system answers under concurrency. One union for all four kinds of shared thing; a use case narrows
 * it with `Extract`. An intent's terminal states are these kinds. A fault (a bug, broken infrastructure) is an exception and never one of these.
 */
export type Outcome =
  /** It happened, once. `event` as the provider returned it. */
  | { readonly kind: "applied"; readonly event: Seen<CalendarEvent> | null; readonly notes: readonly Note[] }
  /** It already stood as intended; nothing was written. */
  | { readonly kind: "unchanged"; readonly event: Seen<CalendarEvent>; readonly notes: readonly Note[] }
  /** Somebody was there first. Nothing was written. */
  | { readonly kind: "conflict"; readonly conflict: Conflict }
  /** It is no longer on this calendar. */
  | { readonly kind: "gone"; readonly key: EventKey; readonly how: "deleted" | "not-found" }
  | { readonly kind: "forbidden"; readonly reason: ForbiddenReason }
  /** The target slot, or the event itself, is taken by something that is not outranked. */
  | { readonly kind: "busy"; readonly what: "event" | "slot" }
  | { readonly kind: "outranked"; readonly winnerId: string }
  /** A newer owner or a later approval took over. */
  | { readonly kind: "superseded" }
  | { readonly kind: "expired"; readonly what: "approval" | "proposal" | "claim" | "hold" | "invitation" }
  | { readonly kind: "throttled"; readonly retryAfterMs: number }
  /** The account's grant is dead; the person has to sign in there again. */
  | { readonly kind: "reconnect"; readonly connectionId: string }
  /** It was sent and the answer never came; reading back will tell. */
  | { readonly kind: "unknown"; readonly cause: string }
  /** It certainly or very probably did not happen. */
  | { readonly kind: "notApplied"; readonly reason: NotAppliedReason }

export type OutcomeKind = Outcome["kind"]

export type ForbiddenReason =
  | "not-organizer"
  | "read-only-calendar"
  | "event-type"
  | "crosses-neighbour"
  | "not-yours"
  | "plan-changed"
  | "already-answered"
  | "provider-refused"
  /** The provider's API has no such operation. */
  | "not-supported"
  /** Only a guest can answer an invitation. */
  | "not-invited"
  /** The organizer would not hear of an answer: the calendar's server passes none on. */
  | "answer-not-told"
  /** Later instances of the series were changed by hand, and a new series would lose that. */
  | "series-exceptions"
  /** The provider tells guests whatever it is asked. */
  | "guests-always-told"
  /** Steps of a plan that need each other were ticked apart. */
  | "belong-together"

/** Why it did not happen. Each has its sentence in `wording-outcome.ts`, or that does not compile. */
export const NOT_APPLIED_REASONS = [
  /** The event could not be read before the write. */
  "provider-unreachable",
  /** The write never got through: no name, no route, or nobody who listens. */
  "no-connection",
  /** Whoever asked did not wait until it was sent. */
  "given-up",
  "too-late-to-send",
  /** Microsoft, 423: nobody can write there just now. */
  "mailbox-locked",
  /** A redirect, which is not followed. */
  "sent-elsewhere",
  /** The write was refused for its version, and what stands now could not be read. */
  "refused-and-unreadable",
  "slot-unreadable",
  "create-refused",
  "moved-while-splitting",
  "kept-moving",
  /** The answer was lost, and reading twice found nothing of it. */
  "no-trace",
  /** Kept by another release, in a word that is not known here. */
  "other",
] as const

export type NotAppliedReason = (typeof NOT_APPLIED_REASONS)[number]

/** An outcome as it was kept, by whichever release. */
export type KeptOutcome =
  | Exclude<Outcome, { kind: "notApplied" }>
  | { readonly kind: "notApplied"; readonly reason: string }

/** A kept outcome as it is read: a reason that is not known, or no longer, is `other`. */
export function parseOutcome(kept: KeptOutcome): Outcome {
  if (kept.kind !== "notApplied") return kept
  return { kind: "notApplied", reason: NOT_APPLIED_REASONS.find((reason) => reason === kept.reason) ?? "other" }
}

/** Things that are said aloud in the reply and in the log although they change nothing about the outcome. */
export type Note =
  /** The version moved, but nothing a person cares about did; the fresh version was adopted (T4, B3). */
  | {
      readonly kind: "version-adopted"
      readonly when: "before-send" | "after-refusal"
      readonly moved: "rsvp" | "other"
    }
  /** Found by reading back after a lost answer. */
  | { readonly kind: "found-by-reading" }
  /** It was applied and somebody changed it again since. */
  | { readonly kind: "changed-since" }
  /** The target slot was taken in the moment of writing. */
  | { readonly kind: "slot-taken-meanwhile" }
  /** Nobody can tell who did it, but it stands as intended. */
  | { readonly kind: "attribution-unknown" }

/** T5: what was read, what stands now (with its version), what was intended, and how the two differ. */
export interface Conflict {
  readonly base: Seen<CalendarEvent>
  readonly theirs: Seen<CalendarEvent>
  readonly mine: CalendarEvent
  /** What was to be done; absent: an update. */
  readonly doing?: ChangeKind
  readonly changed: readonly CareField[]
  readonly intended: readonly CareField[]
  /**
   * `collision`: they changed what we want to change. `disjoint`: both can stand (T11b). `slot`: the event is as it was, its target is not (B2). `irrelevant`: nothing
   * anybody cares about moved; never put to the person as a question.
   */
  readonly relation: "collision" | "disjoint" | "slot" | "irrelevant"
  /** "You" only when nobody else can have done it (design.md, step 5). */
  readonly by: "you" | "someone"
  /** The write may have landed and been changed again (recovery without a marker). */
  readonly mayHaveApplied: boolean
  /** For `slot`: what is there now. */
  readonly inTheWay: { readonly start: string; readonly end: string } | null
}

/** The status table: one place, and a new kind fails to compile. `conflict` is 412 where the request carried If-Match. */
export const STATUS = {
  applied: 200,
  unchanged: 200,
  conflict: 409,
  gone: 410,
  forbidden: 403,
  busy: 409,
  outranked: 409,
  superseded: 409,
  expired: 410,
  throttled: 429,
  reconnect: 409,
  unknown: 202,
  notApplied: 409,
} as const satisfies Record<OutcomeKind, number>
