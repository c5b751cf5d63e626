import { Temporal } from "temporal-polyfill"

/** What a wall clock reading means in a zone: one instant, none (clocks went forward) or two (clocks went back). */
export type WallReading =
  | { readonly kind: "one"; readonly at: string }
  | { readonly kind: "skipped"; readonly before: string; readonly after: string }
  | { readonly kind: "repeated"; readonly first: string; readonly second: string }

/** A calendar date and a wall clock, without a zone. `minutes` since midnight, 0 to 1439. */
export interface Wall {
  readonly date: string
  readonly minutes: number
}

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

/**
 * Reads a wall clock in a zone. For a skipped time `before` and `after` are the readings with the offsets of after and before the change
 * (02:30 in a gap of an hour: 01:30 and 03:30), as RFC 5545 3.3.5 and Temporal's "earlier" and "later" have it.
 * @param date `YYYY-MM-DD`
 */
export function readWall({ date, minutes }: Wall, timeZone: string): WallReading {
  const wall = Temporal.PlainDate.from(date).toPlainDateTime({ hour: Math.floor(minutes / 60), minute: minutes % 60 })
  const earlier = wall.toZonedDateTime(timeZone, { disambiguation: "earlier" })
  const later = wall.toZonedDateTime(timeZone, { disambiguation: "later" })
  const first = isoInstant(earlier.epochMilliseconds)
  const second = isoInstant(later.epochMilliseconds)
  if (first === second) return { kind: "one", at: first }
  return earlier.toPlainDateTime().equals(wall)
    ? { kind: "repeated", first, second }
    : { kind: "skipped", before: first, after: second }
}

/** An instant of a wall clock, milliseconds since the epoch; 1440 minutes are the next midnight. A skipped time is the one after it, of a repeated one the first. */
export function instantOf(date: string, minutes: number, timeZone: string): number {
  if (minutes === DAY_MINUTES) return Date.parse(startOfDay(addDays(date, 1), timeZone))
  const reading = readWall({ date, minutes }, timeZone)
  return Date.parse(reading.kind === "one" ? reading.at : reading.kind === "skipped" ? reading.after : reading.first)
}

/** The wall clock of an instant. @param at ISO instant */
export function wallOf(at: string, timeZone: string): Wall {
  const ms = Date.parse(at)
  const offset = steadyOffset(ms, timeZone)
  if (offset !== null) {
    const local = ms + offset
    return { date: new Date(local).toISOString().slice(0, 10), minutes: Math.floor(local / MINUTE_MS) % DAY_MINUTES }
  }
  const moment = Temporal.Instant.fromEpochMilliseconds(Date.parse(at)).toZonedDateTimeISO(timeZone)
  return { date: moment.toPlainDate().toString(), minutes: moment.hour * 60 + moment.minute }
}

export const DAY_MINUTES = 24 * 60
const DAY_MS = DAY_MINUTES * MINUTE_MS
/** Days of zones that are known; more are forgotten, so that the memory stays small. */
const MOST_OFFSETS = 20_000
const offsets = new Map<string, number | null>()

/** The zone's offset from UTC, in milliseconds, on the UTC day of an instant; null where the clocks change within it. Asking the zone's rules costs more than all else that planning does. */
function steadyOffset(ms: number, timeZone: string): number | null {
  const day = Math.floor(ms / DAY_MS)
  const key = `${timeZone} ${day}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const [first, last] = [day * DAY_MS, (day + 1) * DAY_MS].map((edge) => offsetAt(edge, timeZone))
  const steady = first !== undefined && first === last ? first : null
  if (offsets.size >= MOST_OFFSETS) offsets.clear()
  offsets.set(key, steady)
  return steady
}

const offsetAt = (ms: number, timeZone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6

/** Midnight of a date, or the first instant of the day where midnight is skipped. */
export const startOfDay = (date: string, timeZone: string): string =>
  isoInstant(Temporal.PlainDate.from(date).toZonedDateTime({ timeZone }).epochMilliseconds)

export const addMs = (at: string, ms: number): string => isoInstant(Date.parse(at) + ms)

/** The one spelling of an instant that is used here: no fraction where it is a whole second. */
export const isoInstant = (epochMs: number): string => new Date(epochMs).toISOString().replace(".000Z", "Z")

/** An instant as the zone's clocks show it: "2026-11-26T15:00:00+01:00". */
export const offsetIso = (at: string, timeZone: string): string =>
  Temporal.Instant.from(at).toZonedDateTimeISO(timeZone).toString({ timeZoneName: "never" })

export const addDays = (date: string, days: number): string => Temporal.PlainDate.from(date).add({ days }).toString()

/** ISO: Monday is 1. */
export const weekdayOf = (date: string): number => Temporal.PlainDate.from(date).dayOfWeek

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: "days" }).days

/** The Monday of a date's ISO week. */
export const mondayOf = (date: string): string => addDays(date, 1 - weekdayOf(date))

/** `YYYY-MM-DD`, or null when the calendar has no such day (31 June). */
export function dateOf(year: number, month: number, day: number): string | null {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: "reject" }).toString()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
