import "server-only"
import { Temporal } from "temporal-polyfill"
import { type Component, makeLine } from "./content-lines"
import { compact } from "./recurrence"

const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
/** Where a zone's changes follow no yearly rule they are named one by one this far. */
const YEARS = 10

/**
 * A zone's definition for resources that name it (RFC 5545 3.6.5), right from the year before `atMs` on. Its rules where they are yearly, single changes where
 * they are not.
 */
export function vtimezone(timeZone: string, atMs: number): Component {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)
  const from = Temporal.ZonedDateTime.from({ year: at.year - 1, month: 1, day: 1, timeZone })
  const changes = changesFrom(from, at.year + YEARS)
  const groups = new Map<string, Temporal.ZonedDateTime[]>()
  for (const change of changes) {
    const key = change.offsetNanoseconds > before(change).offsetNanoseconds ? "DAYLIGHT" : "STANDARD"
    groups.set(key, [...(groups.get(key) ?? []), change])
  }
  const observances = [...groups].map(([name, group]) => observance(name, group))
  const base = observances.length === 0 ? [fixed(from)] : observances
  return { kind: "component", name: "VTIMEZONE", children: [makeLine("TZID", timeZone), ...base] }
}

function changesFrom(from: Temporal.ZonedDateTime, lastYear: number): Temporal.ZonedDateTime[] {
  const changes: Temporal.ZonedDateTime[] = []
  for (
    let next = from.getTimeZoneTransition("next");
    next && next.year <= lastYear;
    next = next.getTimeZoneTransition("next")
  )
    changes.push(next)
  return changes
}

const before = (change: Temporal.ZonedDateTime) => change.subtract({ nanoseconds: 1 })

/** An observance begins on the wall as it was before the change. */
const wallBefore = (change: Temporal.ZonedDateTime) =>
  change.toInstant().toZonedDateTimeISO(before(change).offset).toPlainDateTime()

function observance(name: string, changes: readonly Temporal.ZonedDateTime[]): Component {
  const [first] = changes
  if (!first) throw new RangeError("no change")
  const walls = changes.map(wallBefore)
  const yearly = yearlyRule(walls)
  const others = walls.slice(1).map((wall) => makeLine("RDATE", compact(wall)))
  return {
    kind: "component",
    name,
    children: [
      makeLine("DTSTART", compact(wallBefore(first))),
      makeLine("TZOFFSETFROM", before(first).offset.replace(":", "")),
      makeLine("TZOFFSETTO", first.offset.replace(":", "")),
      ...(yearly ? [makeLine("RRULE", yearly)] : others),
    ],
  }
}

const fixed = (from: Temporal.ZonedDateTime): Component => ({
  kind: "component",
  name: "STANDARD",
  children: [
    makeLine("DTSTART", compact(from.toPlainDateTime())),
    makeLine("TZOFFSETFROM", from.offset.replace(":", "")),
    makeLine("TZOFFSETTO", from.offset.replace(":", "")),
  ],
})

/** The n-th or last weekday of a month, at one time, each year; null when the changes do not keep to that. */
function yearlyRule(walls: readonly Temporal.PlainDateTime[]): string | null {
  const [first] = walls
  if (!first || walls.length < YEARS) return null
  const oneAYear = walls.every((wall, i) => wall.year === first.year + i)
  const same = walls.every(
    (wall) =>
      wall.month === first.month &&
      wall.dayOfWeek === first.dayOfWeek &&
      wall.toPlainTime().equals(first.toPlainTime()),
  )
  if (!oneAYear || !same) return null
  const nth = (wall: Temporal.PlainDateTime) => Math.ceil(wall.day / 7)
  const last = walls.every((wall) => wall.day + 7 > wall.daysInMonth)
  if (!last && !walls.every((wall) => nth(wall) === nth(first))) return null
  return `FREQ=YEARLY;BYMONTH=${first.month};BYDAY=${last ? -1 : nth(first)}${DAYS[first.dayOfWeek - 1]}`
}
