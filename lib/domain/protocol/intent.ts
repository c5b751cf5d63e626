import type { CalendarEvent, EventPatch } from "../event"
import { careDiff, patched } from "../event-diff"
import { judgeLoss, type Loss } from "../lost-precondition"
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
  | { readonly kind: "applied"; readonly changedSince: boolean }
  /** Stands as intended, but without our mark: nobody can say whose doing it is. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "conflict"; readonly loss: Extract<Loss, { kind: "collision" | "disjoint" }> }
  | { readonly kind: "gone" }
  /** No trace, and the request may still be on its way. */
  | { readonly kind: "lookAgain" }
  | { readonly kind: "notApplied" }

/**
 * Judges a write whose answer was lost, by what stands now (B4). `now` is null when the event is gone.
 *
 * Our marker proves it. Without it: an unmoved version says "not yet"; a moved one says that our request can no longer succeed, because its
 * precondition is gone, so what stands is compared with what was intended.
 */
export function judgeReadBack(
  intent: { readonly id: string; readonly base: Seen<CalendarEvent>; readonly patch: EventPatch },
  now: Seen<CalendarEvent> | null,
  lookedBefore: boolean,
): ReadBack {
  if (now === null) return { kind: "gone" }
  if (now.value.marker === intent.id)
    return { kind: "applied", changedSince: !standsAsIntended(now.value, intent.patch) }
  if (now.version === intent.base.version) return { kind: lookedBefore ? "notApplied" : "lookAgain" }
  const loss = judgeLoss(intent.base.value, now.value, intent.patch)
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

/** Do the fields that were to be set stand as they were to be set? */
export const standsAsIntended = (event: CalendarEvent, patch: EventPatch): boolean =>
  careDiff(event, patched(event, patch)).length === 0
