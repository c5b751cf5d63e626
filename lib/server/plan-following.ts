import "server-only"
import type { CalendarEvent, EventPatch, EventRef, When } from "../domain/event"
import { epochMs, type SplitLoss } from "../domain/plan"
import { UNGUARDED_SLOT } from "../domain/slot"
import { type SplitSeries, splitSeries } from "../domain/split-series"
import type { Seen } from "../domain/version"
import type { NoProposal } from "../domain/wording-answers"
import type { StoredOperation } from "../ports/assistant-store"
import type { CalendarProvider } from "../ports/calendar-provider"
import { operationOf } from "./operation-of"

export type Following =
  | { readonly kind: "split"; readonly operations: readonly StoredOperation[]; readonly loses: readonly SplitLoss[] }
  /** There is nothing before that instance: the whole series is meant. */
  | { readonly kind: "whole"; readonly series: Seen<CalendarEvent> }
  | { readonly kind: "refused"; readonly reason: NoProposal }

/**
 * "This and all later ones" as two writes (decision 010): the new series first, then the end of the old one. What a new series could not take over is either said before Apply (`loses`) or refused.
 * Reads only.
 * @param ref the series @param from which of its instances is the first @param wish what that one becomes; the others follow
 */
export async function planFollowing(
  provider: CalendarProvider,
  ref: EventRef,
  from: When,
  wish: EventPatch,
): Promise<Following> {
  const tail = await provider.tail(ref, from)
  if (tail.kind !== "tail") return { kind: "refused", reason: tail.kind === "forbidden" ? "no-split" : "event-gone" }
  const { series, unkept, loses } = tail
  if (epochMs(series.value.start) === epochMs(from)) return { kind: "whole", series }
  if (unkept > 0) return { kind: "refused", reason: "series-exceptions" }
  const parts = splitSeries(series.value, from, wish)
  if (!parts) return { kind: "refused", reason: "series-day" }
  return { kind: "split", operations: followingSteps(series, from, parts), loses }
}

/** The new series first: whoever dies between the two leaves instances twice, never none. */
export const followingSteps = (
  series: Seen<CalendarEvent>,
  from: When,
  { head, tail }: SplitSeries,
): readonly StoredOperation[] => [
  operationOf(0, series, { kind: "split", from, patch: tail }, UNGUARDED_SLOT),
  operationOf(1, series, { kind: "trim", from, patch: head }, UNGUARDED_SLOT),
]
