import { Temporal } from "temporal-polyfill"
import { apart, gapsOf, type Stretch } from "./busy"
import type { WorkingHours } from "./plan"
import { HOUR_MS, MINUTE_MS, readWall } from "./zoned-time"

/* When are all of these people free? (D17) The one search, for agents and for people. Pure: who stands where is read before. */

const DAY_MS = 24 * HOUR_MS

export interface PersonsTime {
  /** What stands in their calendar: events, bookings, others' holds. Any order; they may overlap. */
  readonly taken: readonly Stretch[]
  /** Kept free before and after each of those. */
  readonly bufferMs: number
  /** IANA. */
  readonly timeZone: string
  /** Null: not known, so no hour is outside of them. */
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

/** A person's time as it lies within a window: each list in order and apart. */
export interface LaidOut {
  /** What is taken with its buffers, and focus blocks. */
  readonly busy: readonly Stretch[]
  /** Null: no hours are known. */
  readonly hours: readonly Stretch[] | null
}

/** The window that a search lays people's time out in: a day that begins outside it may reach into it. */
export const around = ({ from, to }: Stretch): Stretch => ({ from: from - DAY_MS, to: to + DAY_MS })

/** Slots in which everybody is free, in order; at most `most`. Each stretch is `[from, to)`. */
export function availableSlots({ people, ...asked }: AvailabilityQuestion): Stretch[] {
  const wider = around(asked.window)
  return slotsBetween(
    people.map((person) => blockedOf(layOut(person, wider), wider)),
    asked,
  )
}

/** @param blocked a list for each person, in order and apart */
export function slotsBetween(
  blocked: readonly (readonly Stretch[])[],
  { window, durationMs, stepMs, most }: Omit<AvailabilityQuestion, "people">,
): Stretch[] {
  const slots: Stretch[] = []
  for (const { from, to } of gapsOf(mergeSorted(blocked), window))
    for (let start = Math.ceil(from / stepMs) * stepMs; start + durationMs <= to; start += stepMs) {
      if (slots.length === most) return slots
      slots.push({ from: start, to: start + durationMs })
    }
  return slots
}

export function layOut(person: PersonsTime, window: Stretch): LaidOut {
  const { taken, bufferMs, timeZone, workingHours, focusBlocks } = person
  const padded = taken
    .filter(({ from, to }) => from < to)
    .map(({ from, to }) => ({ from: from - bufferMs, to: to + bufferMs }))
  const dayTimes = clocksOf(timeZone, window)
  const inOrder = (all: readonly Stretch[]) => apart([...all].sort((a, b) => a.from - b.from))
  return {
    busy: inOrder([...padded, ...focusBlocks.flatMap((block) => dayTimes(block))]),
    hours: workingHours && inOrder(dayTimes(workingHours)),
  }
}

/** In order and apart. */
export const blockedOf = ({ busy, hours }: LaidOut, window: Stretch): readonly Stretch[] =>
  hours ? mergeTwo(busy, gapsOf(hours, window)) : busy

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
