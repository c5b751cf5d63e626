import { Temporal } from "temporal-polyfill"
import type { Stretch } from "./busy"
import type { WorkingHours } from "./plan"
import { HOUR_MS, MINUTE_MS, readWall } from "./zoned-time"

/* When can all of these people be booked? (D17) Pure: who stands where is read before. */

const DAY_MS = 24 * HOUR_MS

export interface PersonsTime {
  /** What stands in their calendar: events, bookings, others' holds. Any order; they may overlap. */
  readonly taken: readonly Stretch[]
  /** Kept free before and after each of those. */
  readonly bufferMs: number
  /** IANA. */
  readonly timeZone: string
  /** Null: nothing is known of them, and nothing lies outside. */
  readonly workingHours: WorkingHours | null
  readonly focusBlocks: readonly WorkingHours[]
}

export interface AvailabilityQuestion {
  readonly people: readonly PersonsTime[]
  readonly window: Stretch
  readonly durationMs: number
  /** Slots begin at multiples of it since the epoch; a multiple of five minutes. */
  readonly stepMs: number
  readonly most: number
}

/** Slots in which everybody is free, in order; at most `most`. Each stretch is `[from, to)`. */
export function availableSlots({ people, window, durationMs, stepMs, most }: AvailabilityQuestion): Stretch[] {
  const wider = { from: window.from - DAY_MS, to: window.to + DAY_MS }
  const blocked = mergeSorted(people.map((person) => blockedOf(person, wider)))
  const slots: Stretch[] = []
  let from = window.from
  for (const { from: until, to } of [...blocked, { from: window.to, to: window.to }]) {
    const end = Math.min(until, window.to)
    for (let start = Math.ceil(from / stepMs) * stepMs; start + durationMs <= end; start += stepMs) {
      if (slots.length === most) return slots
      slots.push({ from: start, to: start + durationMs })
    }
    from = Math.max(from, to)
  }
  return slots
}

/** In order and apart. */
function blockedOf({ taken, bufferMs, timeZone, workingHours, focusBlocks }: PersonsTime, window: Stretch): Stretch[] {
  const padded = taken.map(({ from, to }) => ({ from: from - bufferMs, to: to + bufferMs }))
  const dayTimes = clocksOf(timeZone, window)
  const focus = focusBlocks.flatMap((block) => dayTimes(block))
  const offHours = workingHours ? gapsOf(dayTimes(workingHours), window) : []
  return apart([...padded, ...focus, ...offHours].sort((a, b) => a.from - b.from))
}

/** Somebody's hours where they touch a window, in order. */
export const hoursWithin = (timeZone: string, hours: WorkingHours, { from, to }: Stretch): readonly Stretch[] =>
  clocksOf(timeZone, { from: from - DAY_MS, to: to + DAY_MS })(hours)

/** A k-way merge of lists that are in order: the union, in order and apart. */
function mergeSorted(lists: readonly (readonly Stretch[])[]): Stretch[] {
  let merged: readonly Stretch[][] = lists.map((list) => [...list])
  while (merged.length > 1) {
    const pairs: Stretch[][] = []
    for (let i = 0; i < merged.length; i += 2) pairs.push(mergeTwo(merged[i] ?? [], merged[i + 1] ?? []))
    merged = pairs
  }
  return merged[0] ?? []
}

function mergeTwo(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  const both: Stretch[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const [one, two] = [a[i], b[j]]
    if (one && (!two || one.from <= two.from)) {
      both.push(one)
      i++
    } else if (two) {
      both.push(two)
      j++
    }
  }
  return apart(both)
}

/** @param sorted by their beginnings */
function apart(sorted: readonly Stretch[]): Stretch[] {
  const result: { from: number; to: number }[] = []
  for (const { from, to } of sorted) {
    const last = result.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else if (from < to) result.push({ from, to })
  }
  return result
}

/** What lies between. @param sorted in order and apart */
function gapsOf(sorted: readonly Stretch[], window: Stretch): Stretch[] {
  const gaps: Stretch[] = []
  let from = window.from
  for (const each of sorted) {
    if (each.from > from) gaps.push({ from, to: each.from })
    from = Math.max(from, each.to)
  }
  if (from < window.to) gaps.push({ from, to: window.to })
  return gaps
}

/** Where hours of some weekdays lie within a window. Days are numbers since the epoch; clocks are looked up on days on which they change, on all others it is arithmetic. */
function clocksOf(timeZone: string, window: Stretch): (hours: WorkingHours) => Stretch[] {
  const offsets = offsetsOf(timeZone, window)
  const first = Math.floor((window.from + offsetAt(offsets, window.from)) / DAY_MS)
  const days = Array.from({ length: Math.ceil((window.to - window.from) / DAY_MS) + 1 }, (_, i) => first + i)
  const instantOf = (day: number, clock: string): number => {
    const [hour = 0, minute = 0] = clock.split(":").map(Number)
    const naive = day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS
    const [before, after] = [offsetAt(offsets, naive - 15 * HOUR_MS), offsetAt(offsets, naive + 15 * HOUR_MS)]
    if (before === after) return naive - before
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10)
    const reading = readWall({ date, minutes: hour * 60 + minute }, timeZone)
    if (reading.kind === "one") return Date.parse(reading.at)
    return Date.parse(reading.kind === "skipped" ? reading.after : reading.first)
  }
  return ({ days: weekdays, start, end }) =>
    days
      .filter((day) => weekdays.includes(weekdayOfDay(day)))
      .map((day) => ({ from: instantOf(day, start), to: instantOf(day, end) }))
}

/** ISO, 1 for Monday. The epoch's first day was a Thursday. */
const weekdayOfDay = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

interface Offset {
  readonly from: number
  readonly ms: number
}

function offsetsOf(timeZone: string, { from, to }: Stretch): readonly Offset[] {
  let moment = Temporal.Instant.fromEpochMilliseconds(from - 48 * HOUR_MS).toZonedDateTimeISO(timeZone)
  const offsets: Offset[] = [{ from: -Infinity, ms: moment.offsetNanoseconds / 1e6 }]
  for (;;) {
    const next = moment.getTimeZoneTransition("next")
    if (!next || next.epochMilliseconds > to + 48 * HOUR_MS) return offsets
    offsets.push({ from: next.epochMilliseconds, ms: next.offsetNanoseconds / 1e6 })
    moment = next
  }
}

const offsetAt = (offsets: readonly Offset[], at: number): number => offsets.findLast(({ from }) => from <= at)?.ms ?? 0
