import type { WorkingHours } from "./plan"
import { addDays, MINUTE_MS, readWall, wallOf, weekdayOf } from "./zoned-time"

const STEP_MS = 15 * MINUTE_MS

export interface FreeSlotQuestion {
  /** Taken stretches, ISO instants, any order. */
  readonly busy: readonly { readonly start: string; readonly end: string }[]
  readonly lengthMs: number
  /** Nothing before this (ISO instant). */
  readonly notBefore: string
  /** The wish: slots are ranked by how near they are to it (ISO instant). */
  readonly near: string
  readonly days: number
  readonly timeZone: string
  readonly workingHours: WorkingHours
  readonly most: number
}

/**
 * Free starts (ISO instants) on quarters of an hour inside working hours, the nearest to the wish first, none overlapping another: different
 * choices, not the same gap five times.
 */
export function freeSlots(q: FreeSlotQuestion): string[] {
  const busy = q.busy.map(({ start, end }) => [Date.parse(start), Date.parse(end)] as const)
  const isFree = (start: number) => !busy.some(([from, to]) => from < start + q.lengthMs && to > start)
  const wish = Date.parse(q.near)
  const starts = daysFrom(wallOf(q.notBefore, q.timeZone).date, q.days)
    .filter((date) => q.workingHours.days.includes(weekdayOf(date)))
    .flatMap((date) => startsOn(date, q))
    .filter((start) => start >= Date.parse(q.notBefore) && isFree(start))
    .sort((a, b) => Math.abs(a - wish) - Math.abs(b - wish))
  const chosen: number[] = []
  for (const start of starts) {
    if (chosen.length === q.most) break
    if (chosen.every((other) => Math.abs(other - start) >= q.lengthMs)) chosen.push(start)
  }
  return chosen.map((start) => new Date(start).toISOString())
}

const daysFrom = (date: string, days: number): string[] => Array.from({ length: days }, (_, i) => addDays(date, i))

function startsOn(date: string, q: FreeSlotQuestion): number[] {
  const from = instantOf(date, q.workingHours.start, q.timeZone)
  const to = instantOf(date, q.workingHours.end, q.timeZone)
  const firstQuarter = Math.ceil(from / STEP_MS) * STEP_MS
  const starts: number[] = []
  for (let start = firstQuarter; start + q.lengthMs <= to; start += STEP_MS) starts.push(start)
  return starts
}

function instantOf(date: string, clock: string, timeZone: string): number {
  const [hour = 0, minute = 0] = clock.split(":").map(Number)
  const reading = readWall({ date, minutes: hour * 60 + minute }, timeZone)
  switch (reading.kind) {
    case "one":
      return Date.parse(reading.at)
    case "skipped":
      return Date.parse(reading.after)
    case "repeated":
      return Date.parse(reading.first)
  }
}
