import "server-only"
import { Temporal } from "temporal-polyfill"
import { isTimeZone } from "../../domain/time-zone"
import { ianaOfWindows } from "../../domain/windows-zone"
import { type Component, lineOf, linesOf } from "./content-lines"
import { ruleWalls } from "./recurrence"

type Wall = Temporal.PlainDateTime

/** How a wall clock is read. `exact`: the clock of `timeZone` is this one; otherwise that name only stands in for it. */
export interface Zone {
  readonly timeZone: string
  readonly exact: boolean
  /** A skipped reading counts with the offset before the gap, a repeated one is the first (RFC 5545 3.3.5). */
  toMs(wall: Wall): number
  toWall(ms: number): Wall
}

const known = new Map<string, Zone>()

/** @throws {RangeError} when it is no IANA zone */
export function ianaZone(name: string): Zone {
  const found = known.get(name)
  if (found) return found
  if (!isTimeZone(name)) throw new RangeError("no such time zone")
  const zone: Zone = {
    timeZone: name,
    exact: true,
    toMs: (wall) => wall.toZonedDateTime(name, { disambiguation: "compatible" }).epochMilliseconds,
    toWall: (ms) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(name).toPlainDateTime(),
  }
  if (known.size < 1_000) known.set(name, zone)
  return zone
}

/**
 * The zone that a TZID means (RFC 5545 3.2.19): an IANA name, a Windows one, a path that ends in an IANA name, what its VTIMEZONE says it was made from, or
 * else the offsets of the VTIMEZONE itself. Never silently UTC.
 *
 * @param near the person's zone, the first candidate for the name of a clock that has none
 * @throws {RangeError} for a name that nothing explains
 */
export function zoneOf(tzid: string, definition: Component | null, near: string): Zone {
  const name = nameOf(tzid) ?? nameOf((definition && lineOf(definition, "X-LIC-LOCATION")?.value) ?? "")
  if (name) return ianaZone(name)
  if (definition) return customZone(definition, near)
  throw new RangeError(`an unknown time zone: ${tzid.slice(0, 60)}`)
}

function nameOf(tzid: string): string | null {
  const plain = tzid.trim()
  const parts = plain.split("/").filter((part) => part !== "")
  const tails = plain.startsWith("/") ? [-2, -3, -1].map((n) => parts.slice(n).join("/")) : []
  const found = [plain, ianaOfWindows(plain) ?? "", ...tails].find((each) => each !== "" && isTimeZone(each))
  return found === undefined ? null : found === "Etc/UTC" ? "UTC" : found
}

interface Observance {
  readonly start: Wall
  readonly fromMs: number
  readonly toMs: number
  readonly rule: string | null
  readonly extra: readonly Wall[]
}

/** A change of the clock: on the wall as it was before, and both offsets. */
interface Change {
  readonly wallMs: number
  readonly fromMs: number
  readonly toMs: number
}

/** @throws {RangeError} for a VTIMEZONE without a readable observance */
function customZone(definition: Component, near: string): Zone {
  const observances = definition.children.flatMap((child) =>
    child.kind === "component" && /^(STANDARD|DAYLIGHT)$/.test(child.name) ? [observanceOf(child)] : [],
  )
  const [first] = [...observances].sort((a, b) => Temporal.PlainDateTime.compare(a.start, b.start))
  if (!first || observances.length > 200) throw new RangeError("a time zone that cannot be read")
  const years = new Map<number, readonly Change[]>()
  const changesBy = (year: number): readonly Change[] => {
    const found = years.get(year)
    if (found) return found
    const changes = observances.flatMap((each) => lastChanges(each, year)).sort((a, b) => a.wallMs - b.wallMs)
    years.set(year, changes)
    return changes
  }
  const offsetAt = (year: number, reached: (change: Change) => boolean) =>
    changesBy(year).filter(reached).at(-1)?.toMs ?? first.fromMs
  const clock = {
    toMs(wall: Wall) {
      const ms = wallMs(wall)
      // where the clock jumps ahead the skipped hour still belongs to the time before
      return ms - offsetAt(wall.year, (change) => ms >= change.wallMs + Math.max(0, change.toMs - change.fromMs))
    },
    toWall(ms: number) {
      const year = new Date(ms).getUTCFullYear()
      return wallAt(ms + offsetAt(year + 1, (change) => ms >= change.wallMs - change.fromMs))
    },
  }
  const name = sister(clock.toMs, near)
  return { ...clock, timeZone: name ?? near, exact: name !== null }
}

function observanceOf(component: Component): Observance {
  const start = wallOfText(lineOf(component, "DTSTART")?.value ?? "")
  const [fromMs, toMs] = ["TZOFFSETFROM", "TZOFFSETTO"].map((name) => offsetMs(lineOf(component, name)?.value ?? ""))
  if (fromMs === undefined || toMs === undefined) throw new RangeError("a time zone without offsets")
  const extra = linesOf(component, "RDATE").flatMap((line) => line.value.split(",").slice(0, 500).map(wallOfText))
  return { start, fromMs, toMs, rule: lineOf(component, "RRULE")?.value ?? null, extra }
}

const YEAR_MS = 366 * 86_400_000

/** The changes of one observance that can matter for a year: those of that year and the last one before. */
function lastChanges({ start, rule, extra, fromMs, toMs }: Observance, year: number): Change[] {
  const end = Date.UTC(year + 1, 0, 1)
  const until = rule === null ? null : /UNTIL=(\d{8}(?:T\d{6})?)/i.exec(rule)?.[1]
  const untilMs = until ? wallMs(wallOfText(until)) + 86_400_000 : Number.POSITIVE_INFINITY
  const ruled = (from: number) =>
    rule === null ? [] : ruleWalls(rule, start, { fromMs: from, toMs: Math.min(end, untilMs) })
  const recent = ruled(Math.min(end, untilMs) - 3 * YEAR_MS)
  const walls = [wallMs(start), ...extra.map(wallMs), ...recent].filter((ms) => ms <= end)
  return walls.map((ms) => ({ wallMs: ms, fromMs, toMs }))
}

/** An IANA zone with the same clock this year and the next: the person's own if it is one. */
function sister(toMs: Zone["toMs"], near: string): string | null {
  const probes = [2025, 2026].flatMap((year) =>
    [1, 3, 4, 7, 10, 11].map((month) => new Temporal.PlainDateTime(year, month, 15, 12)),
  )
  const same = (name: string) => probes.every((wall) => ianaZone(name).toMs(wall) === toMs(wall))
  return [near, ...Intl.supportedValuesOf("timeZone")].find(same) ?? null
}

/** `YYYYMMDD`, `YYYYMMDDTHHMMSS`, with or without Z. @throws {RangeError} */
export function wallOfText(text: string): Wall {
  const found = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/.exec(text.trim())
  if (!found) throw new RangeError(`not a time: ${text.slice(0, 40)}`)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0))
  // a leap second is the last one of its minute
  const fields = { year, month, day, hour, minute, second: Math.min(second, 59) }
  return Temporal.PlainDateTime.from(fields, { overflow: "reject" })
}

function offsetMs(text: string): number {
  const found = /^([+-])(\d\d)(\d\d)(\d\d)?$/.exec(text.trim())
  if (!found) throw new RangeError(`not an offset: ${text.slice(0, 20)}`)
  const [, sign, hours, minutes, seconds = "0"] = found
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1_000
}

/** The wall as milliseconds of a clock that never changes. */
export const wallMs = (wall: Wall): number => wall.toZonedDateTime("UTC").epochMilliseconds

export const wallAt = (ms: number): Wall =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO("UTC").toPlainDateTime()
