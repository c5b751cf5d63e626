import { type Change, changed, judgeLoss, ownAnswer } from "../change"
import type { CalendarEvent } from "../event"
import { type CareField, careDiff, standsAsIntended } from "../event-diff"
import type { Loss } from "../lost-precondition"
import { endsBefore } from "../split-series"
import type { Seen } from "../version"

/** Times of the intent protocol (reliability-security.md section 1). All in milliseconds. */
export interface IntentTimes {
  /** How long one request may take before its answer counts as lost. */
  readonly timeoutMs: number
  /** How long the sender owns the intent. At least `timeoutMs` must be left when it sends. */
  readonly leaseMs: number
  /** How long recovery waits before it calls an untraceable write not applied: twice the time-out. */
  readonly lookAgainMs: number
  /** How long a yes is good for. */
  readonly approvalTtlMs: number
}

export const INTENT_TIMES: IntentTimes = {
  timeoutMs: 10_000,
  leaseMs: 20_000,
  lookAgainMs: 20_000,
  approvalTtlMs: 120_000,
}

/** What reading back after a lost answer tells. Never a reason to send again. */
export type ReadBack =
  /** `by`: our mark in it, or a state that the change makes and that somebody else could have made too. */
  | { readonly kind: "applied"; readonly changedSince: boolean; readonly by: "marker" | "state" }
  /** Stands as intended, but without our mark: nobody can say whose doing it is. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "conflict"; readonly loss: Extract<Loss, { kind: "collision" | "disjoint" }> }
  | { readonly kind: "gone" }
  /** No trace, and the request may still be on its way. */
  | { readonly kind: "lookAgain" }
  | { readonly kind: "notApplied" }

/** An intent as it is judged. `base` is what its precondition named. */
export interface SentIntent {
  readonly id: string
  readonly base: Seen<CalendarEvent>
  readonly change: Change
}

/** Where an event was found: for a move between calendars that is half the answer. `gone`: nowhere. */
export type Standing =
  | { readonly kind: "found"; readonly event: Seen<CalendarEvent> }
  | { readonly kind: "gone"; readonly how: "deleted" | "not-found" }

/**
 * Judges a write whose answer was lost, by what stands now (B4).
 *
 * Our marker proves it. Without it an unmoved version says "not yet". A moved one says that a request under a precondition can no longer succeed, so what stands is
 * compared with what was intended; what went out without one (a move, Graph's answers) may still land, so it is looked for once more first.
 * A delete, a move and an answer are known by the state they make.
 */
export function judgeReadBack(intent: SentIntent, now: Standing, lookedBefore: boolean): ReadBack {
  switch (intent.change.kind) {
    case "create":
    case "split":
      return readBackCreate(intent, now, lookedBefore)
    case "trim":
      return readBackTrim({ ...intent, change: intent.change }, now, lookedBefore)
    case "fence":
      if (now.kind === "gone") return { kind: "gone" }
      return byMarker(intent, now.event, false) ?? readBackConditional(intent, now.event, lookedBefore)
    case "delete":
      if (now.kind === "gone" || isGone(now)) return { kind: "applied", changedSince: false, by: "state" }
      return readBackUnproven(intent, now.event, lookedBefore)
    case "move":
      if (now.kind === "gone" || isGone(now)) return { kind: "gone" }
      if (now.event.value.ref.calendarId === intent.change.toCalendarId)
        return { kind: "applied", changedSince: careDiff(intent.base.value, now.event.value).length > 0, by: "state" }
      return readBackUnproven(intent, now.event, lookedBefore)
    case "respond":
      return readBackAnswer(intent, intent.change, now, lookedBefore)
    case "update":
      if (now.kind === "gone") return { kind: "gone" }
      return (
        byMarker(intent, now.event, !standsAsIntended(now.event.value, intent.change.patch)) ??
        readBackConditional(intent, now.event, lookedBefore)
      )
    default:
      return intent.change satisfies never
  }
}

const isGone = ({ event }: Extract<Standing, { kind: "found" }>) => event.value.status === "cancelled"

const byMarker = ({ id }: SentIntent, now: Seen<CalendarEvent>, changedSince: boolean): ReadBack | null =>
  now.value.marker === id ? { kind: "applied", changedSince, by: "marker" } : null

const notSeen = (lookedBefore: boolean): ReadBack => ({ kind: lookedBefore ? "notApplied" : "lookAgain" })

/** Found by the id, the UID or the transaction that our marker is: it can be nobody else's. Deleted under that id: it was there. */
function readBackCreate({ base, change }: SentIntent, now: Standing, lookedBefore: boolean): ReadBack {
  if (now.kind === "found" && !isGone(now)) {
    const made = changed(base.value, change)
    return { kind: "applied", changedSince: careDiff(made, now.event.value).some(isDrafted), by: "marker" }
  }
  return now.kind === "gone" && now.how === "not-found" ? notSeen(lookedBefore) : { kind: "gone" }
}

/** What a draft says; a provider adds a meeting link and the organizer by itself. */
const isDrafted = (field: CareField) => field === "summary" || field === "start" || field === "end"

function readBackAnswer(
  intent: SentIntent,
  change: Extract<Change, { kind: "respond" }>,
  now: Standing,
  lookedBefore: boolean,
): ReadBack {
  // a declined meeting leaves an Outlook calendar
  if (now.kind === "gone" || isGone(now))
    return change.rsvp === "declined" ? { kind: "applied", changedSince: false, by: "state" } : { kind: "gone" }
  const stands = ownAnswer(now.event.value) === change.rsvp
  const marked = byMarker(intent, now.event, !stands)
  if (marked) return marked
  if (stands && ownAnswer(intent.base.value) !== change.rsvp)
    return { kind: "applied", changedSince: false, by: "state" }
  return readBackUnproven(intent, now.event, lookedBefore)
}

/** A series that ends where it was to end has no instances beyond, whoever did it: what was copied must stay. */
function readBackTrim(
  intent: SentIntent & { readonly change: Extract<Change, { kind: "trim" }> },
  now: Standing,
  lookedBefore: boolean,
): ReadBack {
  if (now.kind === "gone" || isGone(now)) return { kind: "gone" }
  const stands = endsBefore(now.event.value, intent.change.from)
  if (stands && now.event.value.marker !== intent.id) return { kind: "applied", changedSince: false, by: "state" }
  return byMarker(intent, now.event, !stands) ?? readBackConditional(intent, now.event, lookedBefore)
}

/** Under a precondition: once the version moved, the request cannot succeed any more. */
function readBackConditional(intent: SentIntent, now: Seen<CalendarEvent>, lookedBefore: boolean): ReadBack {
  if (now.version === intent.base.version) return notSeen(lookedBefore)
  const loss = judgeLoss(intent.base.value, now.value, intent.change)
  switch (loss.kind) {
    case "gone":
      return { kind: "gone" }
    case "asIntended":
      return { kind: "unchanged" }
    case "irrelevant":
      return { kind: "notApplied" }
    default:
      return { kind: "conflict", loss }
  }
}

/** Without a precondition that is known to hold, a moved version proves nothing yet. */
const readBackUnproven = (intent: SentIntent, now: Seen<CalendarEvent>, lookedBefore: boolean): ReadBack =>
  lookedBefore ? readBackConditional(intent, now, true) : { kind: "lookAgain" }
