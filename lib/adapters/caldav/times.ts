import "server-only"
import { Temporal } from "temporal-polyfill"
import type { When } from "../../domain/event"
import { addDays, isoInstant } from "../../domain/zoned-time"
import { type Component, type Line, lineOf, makeLine, partsOf } from "./content-lines"
import { compact } from "./recurrence"
import { ianaZone, wallMs, wallOfText, type Zone, zoneOf } from "./zones"

/** A time as it stands in a property: a date, or a wall clock and how to read it. */
export type Moment =
  | { readonly kind: "date"; readonly on: string }
  | { readonly kind: "wall"; readonly wall: Temporal.PlainDateTime; readonly zone: Zone }

/** Reads TZIDs by a resource's own VTIMEZONEs; times without a zone are the person's. */
export interface Zones {
  /** @throws {RangeError} for a zone that nothing explains */
  of(tzid: string): Zone
  readonly floating: Zone
}

export function zonesIn(calendar: Component, personsZone: string): Zones {
  const definitions = new Map(partsOf(calendar, "VTIMEZONE").map((part) => [lineOf(part, "TZID")?.value ?? "", part]))
  const read = new Map<string, Zone>()
  return {
    floating: ianaZone(personsZone),
    of(tzid) {
      const zone = read.get(tzid) ?? zoneOf(tzid, definitions.get(tzid) ?? null, personsZone)
      read.set(tzid, zone)
      return zone
    },
  }
}

/** One value of a DATE or DATE-TIME property. @throws {RangeError} */
export function momentOf(value: string, line: Line, zones: Zones): Moment {
  const text = value.trim()
  const wall = wallOfText(text)
  if (!text.includes("T")) return { kind: "date", on: wall.toPlainDate().toString() }
  const tzid = line.params.get("TZID")
  const zone = text.endsWith("Z") ? ianaZone("UTC") : tzid ? zones.of(tzid) : zones.floating
  return { kind: "wall", wall, zone }
}

export const whenOf = (moment: Moment): When =>
  moment.kind === "date"
    ? { kind: "allDay", on: moment.on }
    : { kind: "timed", at: isoInstant(moment.zone.toMs(moment.wall)), timeZone: moment.zone.timeZone }

/** What names an instance: its instant, or its date. */
export function keyOf(moment: Moment): string {
  const when = whenOf(moment)
  return when.kind === "timed" ? when.at : when.on
}

/** Milliseconds on a clock that never changes; a date is its midnight. */
export const momentWallMs = (moment: Moment): number =>
  moment.kind === "wall" ? wallMs(moment.wall) : Date.parse(moment.on)

/** How long an event lasts: whole days, or exact milliseconds (RFC 5545 3.8.5.3). */
export type Length = { readonly days: number } | { readonly ms: number }

/**
 * From DTEND, DURATION or neither (3.6.1). An end before its start is read backwards: between the two nobody may be thought free.
 * @throws {RangeError}
 */
export function lengthOf(event: Component, start: Moment, zones: Zones): Length & { readonly backwards?: true } {
  const [end, duration] = [lineOf(event, "DTEND"), lineOf(event, "DURATION")]
  if (end) {
    const to = momentOf(end.value, end, zones)
    if (start.kind === "date") {
      const days = Math.round((Date.parse(dateOf(to)) - Date.parse(start.on)) / DAY_MS)
      return days < 0 ? { days, backwards: true } : { days: Math.max(1, days) }
    }
    if (to.kind === "date") throw new RangeError("an event from an hour to a day")
    const ms = to.zone.toMs(to.wall) - start.zone.toMs(start.wall)
    return ms < 0 ? { ms, backwards: true } : { ms }
  }
  const length = duration ? durationOf(duration.value) : null
  if (start.kind === "date")
    return { days: Math.max(1, length ? Math.ceil((length.days * DAY_MS + length.ms) / DAY_MS) : 1) }
  if (!length) return { ms: 0 }
  const last = start.zone.toMs(start.wall.add({ days: length.days })) + length.ms
  const ms = last - start.zone.toMs(start.wall)
  return ms < 0 ? { ms, backwards: true } : { ms }
}

const DAY_MS = 86_400_000

const dateOf = (moment: Moment) => (moment.kind === "date" ? moment.on : moment.wall.toPlainDate().toString())

/** RFC 5545 3.3.6: days are of the calendar, the rest is exact. */
function durationOf(text: string): { days: number; ms: number } {
  const found = /^([+-])?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/i.exec(
    text.trim(),
  )
  if (!found) throw new RangeError(`not a duration: ${text.slice(0, 40)}`)
  const sign = found[1] === "-" ? -1 : 1
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(2).map((part) => Number(part ?? 0))
  return { days: sign * (weeks * 7 + days), ms: sign * ((hours * 60 + minutes) * 60 + seconds) * 1_000 }
}

/** `[start, end)` of an instance that starts at `start`. */
export function spanFrom(start: Moment, length: Length): { start: When; end: When } {
  const from = whenOf(start)
  if (from.kind === "allDay") {
    const other = addDays(from.on, "days" in length ? length.days : 1)
    return inOrder(from, { kind: "allDay", on: other })
  }
  const ms = "ms" in length ? length.ms : length.days * DAY_MS
  return inOrder(from, { ...from, at: isoInstant(Date.parse(from.at) + ms) })
}

function inOrder(a: When, b: When): { start: When; end: When } {
  const value = (when: When) => (when.kind === "timed" ? Date.parse(when.at) : Date.parse(when.on))
  return value(a) <= value(b) ? { start: a, end: b } : { start: b, end: a }
}

/**
 * A time as a property. `like`: the property it takes the place of; where the zone is still the same one, its TZID stays as it was written.
 */
export function timeLine(name: string, when: When, like: Line | null, zones: Zones): Line {
  if (when.kind === "allDay") return makeLine(name, when.on.replaceAll("-", ""), { VALUE: "DATE" })
  const ms = Date.parse(when.at)
  const tzid = like?.params.get("TZID")
  if (tzid) {
    const zone = zones.of(tzid)
    if (zone.timeZone === when.timeZone) return makeLine(name, compact(zone.toWall(ms)), { TZID: tzid })
  }
  const floats = like?.value.includes("T") && !tzid && !like.value.trim().endsWith("Z")
  if (floats && zones.floating.timeZone === when.timeZone) return makeLine(name, compact(zones.floating.toWall(ms)))
  if (when.timeZone === "UTC") return utcLine(name, ms)
  return makeLine(name, compact(ianaZone(when.timeZone).toWall(ms)), { TZID: when.timeZone })
}

export const utcLine = (name: string, ms: number): Line =>
  makeLine(
    name,
    `${compact(Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO("UTC").toPlainDateTime())}Z`,
  )
