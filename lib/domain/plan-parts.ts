import { type Change, changed } from "./change"
import { type CalendarEvent, eventKey } from "./event"
import { epochMs } from "./plan"
import type { SlotView } from "./slot"
import type { Seen } from "./version"

/** A step of a plan that nobody has said yes to yet. */
export interface PartStep {
  readonly position: number
  readonly base: Seen<CalendarEvent>
  readonly change: Change
  readonly slot: SlotView
}

/**
 * Which steps of a plan stand or fall together, as positions: those about one event (a split's two halves among them), and those of which one goes to where the other's event stands: that
 * time is free only because both are carried out (a swap, a chain that is pushed along). Every step is in exactly one part, parts and steps in the plan's order.
 */
export function partsOf(steps: readonly PartStep[]): readonly (readonly number[])[] {
  let parts: (readonly PartStep[])[] = []
  for (const step of steps) {
    const isTied = (part: readonly PartStep[]) => part.some((other) => areTied(step, other))
    const tied = parts.filter(isTied)
    const first = tied[0]
    const joined = [...tied.flat(), step]
    parts = first
      ? parts.flatMap((part) => (part === first ? [joined] : tied.includes(part) ? [] : [part]))
      : [...parts, joined]
  }
  return parts.map((part) => part.map(({ position }) => position).sort((a, b) => a - b))
}

const areTied = (a: PartStep, b: PartStep): boolean => isOfOne(a, b) || needs(a, b) || needs(b, a)

/** One event, or a series and an instance of it. */
function isOfOne({ base: a }: PartStep, { base: b }: PartStep): boolean {
  const [one, other] = [eventKey(a.value.ref), eventKey(b.value.ref)]
  return one === other || seriesOf(a.value) === other || seriesOf(b.value) === one
}

const seriesOf = ({ ref, seriesId }: CalendarEvent) => seriesId && eventKey({ ...ref, eventId: seriesId })

/** Does a step go to where another's event stands now? As `slotTaken` judges it: what blocks nothing is in nobody's way, and what is not guarded minds nobody. */
function needs(step: PartStep, { base, change }: PartStep): boolean {
  if (step.slot.calendars.length === 0 || change.kind === "create") return false
  const { start, end, busy, status, shape } = base.value
  const to = changed(step.base.value, step.change)
  if ([start, end, to.start, to.end].some(({ kind }) => kind === "allDay")) return false
  if (!busy || status === "cancelled" || shape === "series") return false
  return epochMs(start) < epochMs(to.end) && epochMs(end) > epochMs(to.start)
}

/**
 * A plan with fewer steps, nothing else about it another, numbered anew. Null where nothing would be left, a position is not of this plan, or steps that belong together would be parted.
 * @param keep positions
 */
export function narrowedTo<Step extends PartStep>(
  steps: readonly Step[],
  keep: readonly number[],
): readonly Step[] | null {
  const kept = new Set(keep)
  const isParted = (part: readonly number[]) => new Set(part.map((position) => kept.has(position))).size > 1
  const isOfPlan = (position: number) => steps.some((step) => step.position === position)
  if (kept.size === 0 || !keep.every(isOfPlan) || partsOf(steps).some(isParted)) return null
  return steps.filter(({ position }) => kept.has(position)).map((step, position) => ({ ...step, position }))
}
