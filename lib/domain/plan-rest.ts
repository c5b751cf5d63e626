import { type Change, changed, standsAs } from "./change"
import type { CalendarEvent } from "./event"
import { careDiff } from "./event-diff"
import type { Outcome } from "./outcome"
import { epochMs } from "./plan"
import type { Seen } from "./version"

/** A step of a plan that was carried out as far as it went. */
export interface EndedStep {
  readonly base: Seen<CalendarEvent>
  readonly change: Change
  readonly state: "pending" | "applied" | "unchanged" | "conflict" | "kept" | "failed" | "skipped" | "takenBack"
  readonly outcome: Outcome | null
}

/** What a person was shown as the steps of a plan: a split's second half is part of the first, and what takes a half back is part of neither. */
export function shownSteps<Step extends Pick<EndedStep, "change">>(steps: readonly Step[]): readonly Step[] {
  const trim = steps.findIndex(({ change }) => change.kind === "trim")
  return trim < 0 ? steps : steps.slice(0, trim)
}

/** The steps of a stopped plan of several that were not done and that nobody has decided to leave: what "keep" was answered to is decided. */
export function restOf<Step extends EndedStep>(steps: readonly Step[]): readonly Step[] {
  const shown = shownSteps(steps)
  return shown.length > 1 ? shown.filter(({ state }) => LEFT.includes(state)) : []
}

const LEFT: readonly EndedStep["state"][] = ["failed", "skipped", "takenBack"]

/** Why a step is not among the rest that can be done now. */
export type WhyNotNow =
  | "gone"
  /** It stands as intended already. */
  | "stands"
  /** What it was to make may still turn up, and would then be there twice. */
  | "may-arrive"
  /** The whole rule of its series would be written, and somebody has changed that series since. */
  | "series-changed"
  /** A whole day by now, or no longer one. */
  | "other-kind"
  | "passed"

/**
 * Can a step that was not done be proposed again, on what stands now? Null: it can.
 * @param fresh null where it is no longer there
 */
export function whyNotAgain(
  { base, change, outcome }: EndedStep,
  fresh: CalendarEvent | null,
  nowMs: number,
): WhyNotNow | null {
  const isMade = change.kind === "create" || change.kind === "split"
  if (isMade && outcome?.kind === "notApplied" && outcome.reason === "no-trace") return "may-arrive"
  if (change.kind === "create") return isPast(base.value, change, nowMs) ? "passed" : null
  if (fresh === null || (fresh.status === "cancelled" && base.value.status !== "cancelled")) return "gone"
  if (isSo(fresh, change)) return "stands"
  if (change.kind !== "update") return null
  const { start, recurrence } = change.patch
  if (recurrence && careDiff(base.value, fresh).length > 0) return "series-changed"
  if (start && start.kind !== fresh.start.kind) return "other-kind"
  return isPast(fresh, change, nowMs) ? "passed" : null
}

/** Where nothing but the answer itself was to be said: a proposed time is not seen in the event. */
function isSo(fresh: CalendarEvent, change: Change): boolean {
  if (change.kind === "split") return false
  if (change.kind === "respond" && (change.proposed || change.comment)) return false
  return standsAs(fresh, change)
}

/** What has begun keeps its start and may still get another end. A series goes on, whenever it began. */
function isPast(event: CalendarEvent, change: Change, nowMs: number): boolean {
  const { start, end } = changed(event, change)
  if (event.shape === "series" || start.kind === "allDay") return false
  const isNew = change.kind === "create" || epochMs(start) !== epochMs(event.start)
  return epochMs(isNew ? start : end) < nowMs
}
