import type { AvailabilityQuestion, PersonsTime } from "../domain/availability"
import type { Stretch } from "../domain/busy"
import type { WorkingHours } from "../domain/plan"
import {
  type Attendee,
  EDGE_COST_MS,
  type RankedSlot,
  SCRAP_COST_MS,
  type SlotReason,
  type SlotWish,
  USABLE_MS,
} from "../domain/rank-slots"
import { MINUTE_MS, wallOf, weekdayOf } from "../domain/zoned-time"

/* The search and the ranking by definition: every candidate, every five minutes of it, by the wall clock. Slow, and on a grid of five minutes only. */

const GRID_MS = 5 * MINUTE_MS

const isWithin = ({ days, start, end }: WorkingHours, at: number, timeZone: string): boolean => {
  const wall = wallOf(new Date(at).toISOString(), timeZone)
  const [a = 0, b = 0] = [start, end].map((clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)))
  return wall.minutes >= a && wall.minutes < b && days.includes(weekdayOf(wall.date))
}

/** What a person can say of the five minutes from `at` on; asked once of each. */
function clockFor(who: PersonsTime) {
  const known = new Map<string, boolean>()
  const once = (what: string, at: number, look: () => boolean): boolean => {
    const key = `${what} ${at}`
    const there = known.get(key) ?? look()
    known.set(key, there)
    return there
  }
  return {
    isBusy: (at: number) =>
      once(
        "busy",
        at,
        () =>
          who.taken.some(
            (each) => each.from < each.to && each.from - who.bufferMs < at + GRID_MS && each.to + who.bufferMs > at,
          ) || who.focusBlocks.some((block) => isWithin(block, at, who.timeZone)),
      ),
    works: (at: number) =>
      who.workingHours === null ||
      once("works", at, () => isWithin(who.workingHours as WorkingHours, at, who.timeZone)),
  }
}

type Clock = ReturnType<typeof clockFor>

const every = (from: number, to: number, holds: (at: number) => boolean): boolean => {
  for (let at = from; at < to; at += GRID_MS) if (!holds(at)) return false
  return true
}

export function slotsByDefinition({ people, window, durationMs, stepMs, most }: AvailabilityQuestion): Stretch[] {
  const clocks = people.map(clockFor)
  const slots: Stretch[] = []
  for (let from = Math.ceil(window.from / stepMs) * stepMs; from + durationMs <= window.to; from += stepMs)
    if (
      slots.length < most &&
      clocks.every((who) => every(from, from + durationMs, (at) => !who.isBusy(at) && who.works(at)))
    )
      slots.push({ from, to: from + durationMs })
  return slots
}

export function rankedByDefinition({
  people,
  unseen,
  within,
  durationMs,
  stepMs,
  nearMs,
  soonest,
  most,
}: SlotWish): RankedSlot[] {
  const clocks = people.map((one) => ({ ...one, ...clockFor(one.time) }))
  const [first, last] = [Math.min(...within.map(({ from }) => from)), Math.max(...within.map(({ to }) => to))]
  const all = []
  for (let from = Math.ceil(first / stepMs) * stepMs; from + durationMs <= last; from += stepMs) {
    const to = from + durationMs
    const isAsked = every(from, to, (at) => within.some((each) => each.from <= at && at < each.to))
    const isFree = clocks.every((who) => every(from, to, (at) => !who.isBusy(at) && (who.flexible || who.works(at))))
    if (!isAsked || !isFree) continue
    const reasons = clocks.flatMap((who) => reasonsFor(from, to, who))
    const count = (...kinds: SlotReason["kind"][]) => reasons.filter(({ kind }) => kinds.includes(kind)).length
    const extra = count("leaves-scrap") * SCRAP_COST_MS + count("first-of-day", "last-of-day") * EDGE_COST_MS
    const cost = soonest ? from : Math.abs(from - nearMs) + extra
    all.push({ from, to, reasons, outside: count("outside-hours"), cost })
  }
  all.sort((a, b) => a.outside - b.outside || a.cost - b.cost || a.from - b.from)
  const chosen: typeof all = []
  for (const one of all)
    if (chosen.length < most && !chosen.some(({ from, to }) => from < one.to && to > one.from)) chosen.push(one)
  return chosen.map(({ from, to, reasons, outside }) => ({
    from,
    to,
    reasons: outside > 0 || unseen.length > 0 || people.length < 2 ? reasons : [{ kind: "everyone-free" }, ...reasons],
  }))
}

function reasonsFor(from: number, to: number, { who, time, isBusy, works }: Attendee & Clock): SlotReason[] {
  if (!every(from, to, works)) {
    const { minutes } = wallOf(new Date(from).toISOString(), time.timeZone)
    const start = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`
    return [{ kind: "outside-hours", who, start, timeZone: time.timeZone }]
  }
  const isOpen = (at: number) => !isBusy(at) && works(at)
  let [left, right] = [0, 0]
  while (left < USABLE_MS && isOpen(from - left - GRID_MS)) left += GRID_MS
  while (right < USABLE_MS && isOpen(to + right)) right += GRID_MS
  const reasons: SlotReason[] = []
  if (isBusy(from - GRID_MS)) reasons.push({ kind: "right-after", who })
  if (isBusy(to)) reasons.push({ kind: "right-before", who })
  if (!works(from - GRID_MS)) reasons.push({ kind: "first-of-day", who })
  if (!works(to)) reasons.push({ kind: "last-of-day", who })
  for (const ms of [left, right])
    if (ms > 0 && ms < USABLE_MS) reasons.push({ kind: "leaves-scrap", who, minutes: ms / MINUTE_MS })
  return reasons
}
