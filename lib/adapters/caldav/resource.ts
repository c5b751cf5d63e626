import "server-only"
import type { When } from "../../domain/event"
import { type Component, lineOf, linesOf, parseCalendar, partsOf } from "./content-lines"
import { rulePart, ruleWalls } from "./recurrence"
import {
  keyOf,
  type Length,
  lengthOf,
  type Moment,
  momentOf,
  momentWallMs,
  spanFrom,
  type Zones,
  zonesIn,
} from "./times"
import { wallAt, wallMs, wallOfText } from "./zones"

/** One calendar object resource (RFC 4791 4.1): an event, or a series with the instances that differ from it. */
export interface Resource {
  readonly calendar: Component
  readonly zones: Zones
  /** Null where only single instances of somebody's series are here: a guest of those. */
  readonly master: Component | null
  readonly start: Moment
  readonly recurs: boolean
  /** By the instant or date of their RECURRENCE-ID. */
  readonly overrides: ReadonlyMap<string, Component>
  /** An instance that changes all that follow (RANGE=THISANDFUTURE): read, never written. */
  readonly ranged: boolean
}

export interface Instance {
  /** Its RECURRENCE-ID: instant or date. */
  readonly key: string
  readonly originalStart: When
  readonly start: When
  readonly end: When
  /** What describes it: the override, or the master. */
  readonly component: Component
  readonly overridden: boolean
}

/** Instances of one series within one window; with more than that it counts as unreadable. */
const MAX_INSTANCES = 5_000
const DAY_MS = 86_400_000

/**
 * @param personsZone of floating times (RFC 5545 3.3.5)
 * @throws {RangeError} for what is no event, or one that cannot be understood
 */
export function readResource(text: string, personsZone: string): Resource {
  const calendar = parseCalendar(text)
  const events = partsOf(calendar, "VEVENT")
  const zones = zonesIn(calendar, personsZone)
  const masters = events.filter((event) => !lineOf(event, "RECURRENCE-ID"))
  const [master = null] = masters
  const first = master ?? events[0]
  if (!first || masters.length > 1) throw new RangeError("not one event")
  if (new Set(events.map((event) => lineOf(event, "UID")?.value)).size !== 1)
    throw new RangeError("events of several UIDs")
  const start = startOf(first, zones)
  const overrides = new Map<string, Component>()
  for (const event of events) {
    const line = lineOf(event, "RECURRENCE-ID")
    if (line) overrides.set(keyLike(momentOf(line.value, line, zones), start), event)
  }
  return {
    calendar,
    zones,
    master,
    start,
    recurs: master !== null && (linesOf(master, "RRULE").length > 0 || linesOf(master, "RDATE").length > 0),
    overrides,
    ranged: events.some((event) => lineOf(event, "RECURRENCE-ID")?.params.has("RANGE")),
  }
}

/** @throws {RangeError} when it has none */
export function startOf(event: Component, zones: Zones): Moment {
  const line = lineOf(event, "DTSTART")
  if (!line) throw new RangeError("an event without a start")
  return momentOf(line.value, line, zones)
}

/** Which instance a RECURRENCE-ID, EXDATE or RDATE names. Clients write dates for instants and instants for dates: the series says which it is. */
export function keyLike(moment: Moment, start: Moment): string {
  if (moment.kind === start.kind) return keyOf(moment)
  if (moment.kind === "wall") return moment.wall.toPlainDate().toString()
  if (start.kind !== "wall") return moment.on
  return keyOf({ ...start, wall: wallOfText(moment.on.replaceAll("-", "")).withPlainTime(start.wall.toPlainTime()) })
}

/** When an event as such takes place: a single one, or a series' first instance. */
export function ownSpan(event: Component, zones: Zones): { start: When; end: When; backwards: boolean } {
  const start = startOf(event, zones)
  const length = lengthOf(event, start, zones)
  return { ...spanFrom(start, length), backwards: length.backwards === true }
}

/**
 * The instances of a series that overlap `[fromMs, toMs)` or may, by a day, in order of nothing. Rules, RDATE and EXDATE on the instants they
 * mean; overrides in place of their instances, and also those that have moved here from elsewhere (RFC 5545 3.8.5).
 *
 * @throws {RangeError} when it cannot be expanded within bounds
 */
export function instancesOf(resource: Resource, fromMs: number, toMs: number): Instance[] {
  const { master, overrides, zones, start } = resource
  const starts = master ? startsWithin(resource, master, fromMs - DAY_MS, toMs + DAY_MS) : new Map<string, Moment>()
  const length = master && lengthOf(master, start, zones)
  const instances: Instance[] = []
  for (const [key, moment] of starts) {
    if (overrides.has(key) || !master || !length) continue
    instances.push(shifted(resource, key, moment, length) ?? plain(key, moment, master, length))
  }
  for (const [key, component] of overrides) {
    const { start: from, end } = ownSpan(component, zones)
    instances.push({ key, originalStart: originalOf(key, start), start: from, end, component, overridden: true })
  }
  return instances.filter((each) => msOf(each.end) >= fromMs - DAY_MS && msOf(each.start) < toMs + DAY_MS)
}

const msOf = (when: When) => Date.parse(when.kind === "timed" ? when.at : when.on)

function plain(key: string, moment: Moment, component: Component, length: Length): Instance {
  const span = spanFrom(moment, length)
  return { key, originalStart: spanFrom(moment, { ms: 0, days: 1 }).start, ...span, component, overridden: false }
}

function originalOf(key: string, start: Moment): When {
  if (start.kind === "date") return { kind: "allDay", on: key }
  return { kind: "timed", at: key, timeZone: start.zone.timeZone }
}

/** An instance after one that changes all that follow: that one's shift on the wall and its length. */
function shifted(resource: Resource, key: string, moment: Moment, length: Length): Instance | null {
  const from = [...resource.overrides]
    .filter(([at, event]) => at <= key && lineOf(event, "RECURRENCE-ID")?.params.has("RANGE"))
    .sort(([a], [b]) => (a < b ? 1 : -1))[0]
  if (!from) return null
  const [, component] = from
  const line = lineOf(component, "RECURRENCE-ID")
  const start = startOf(component, resource.zones)
  if (!line || start.kind !== moment.kind) return plain(key, moment, component, length)
  const shift = momentWallMs(start) - momentWallMs(inZoneOf(momentOf(line.value, line, resource.zones), start))
  const at = momentWallMs(inZoneOf(moment, start)) + shift
  const moved: Moment =
    start.kind === "wall" ? { ...start, wall: wallAt(at) } : { kind: "date", on: wallAt(at).toPlainDate().toString() }
  const span = spanFrom(moved, lengthOf(component, start, resource.zones))
  return { key, originalStart: originalOf(key, resource.start), ...span, component, overridden: false }
}

const inZoneOf = (moment: Moment, like: Moment): Moment =>
  moment.kind === "wall" && like.kind === "wall"
    ? { ...like, wall: like.zone.toWall(moment.zone.toMs(moment.wall)) }
    : moment

/** Where the series puts instances, by key. The first one counts even where its rule would not put it there. */
function startsWithin(
  { start, zones }: Resource,
  master: Component,
  fromMs: number,
  toMs: number,
): Map<string, Moment> {
  const starts = new Map<string, Moment>()
  const add = (moment: Moment) => {
    starts.set(keyOf(moment), moment)
    if (starts.size > MAX_INSTANCES) throw new RangeError(`more than ${MAX_INSTANCES} instances in one window`)
  }
  const length = lengthOf(master, start, zones)
  const lengthMs = Math.abs("ms" in length ? length.ms : length.days * DAY_MS)
  add(start)
  const range = { fromMs: fromMs - lengthMs - DAY_MS, toMs: toMs + DAY_MS }
  for (const { value } of linesOf(master, "RRULE")) {
    const first = start.kind === "wall" ? start.wall : wallOfText(start.on.replaceAll("-", ""))
    const until = untilOf(value, start)
    for (const ms of ruleWalls(value, first, range)) {
      const wall = wallAt(ms)
      const moment: Moment =
        start.kind === "wall" ? { ...start, wall } : { kind: "date", on: wall.toPlainDate().toString() }
      if (until(moment)) add(moment)
    }
  }
  for (const line of linesOf(master, "RDATE")) {
    for (const value of line.value.split(",").slice(0, MAX_INSTANCES)) {
      const moment = momentOf(value.split("/")[0] ?? "", line, zones)
      add(moment.kind === "wall" && start.kind === "wall" ? inZoneOf(moment, start) : moment)
    }
  }
  for (const line of linesOf(master, "EXDATE")) {
    for (const value of line.value.split(",")) starts.delete(keyLike(momentOf(value, line, zones), start))
  }
  return starts
}

/** Is an instance still before the rule's end? A date ends with its day, a time without Z is on the series' wall. */
function untilOf(rule: string, start: Moment): (moment: Moment) => boolean {
  const until = rulePart(rule, "UNTIL")
  if (until === null) return () => true
  const wall = wallOfText(until)
  if (start.kind === "date") return (moment) => momentWallMs(moment) <= wallMs(wall)
  if (!until.includes("T")) return (moment) => momentWallMs(moment) < wallMs(wall) + DAY_MS
  const lastMs = until.toUpperCase().endsWith("Z") ? wallMs(wall) : start.zone.toMs(wall)
  return (moment) => moment.kind === "wall" && moment.zone.toMs(moment.wall) <= lastMs
}

/** Do rules go on until this moment, as far as they end by a date? */
export const isReached = (rules: readonly string[], start: Moment, moment: Moment): boolean =>
  rules.some((rule) => untilOf(rule, start)(moment))

/** An instance's key as a moment of its series. */
export const momentAt = (start: Moment, key: string): Moment =>
  start.kind === "date" ? { kind: "date", on: key } : { ...start, wall: start.zone.toWall(Date.parse(key)) }

/** The named instance, or null when the series has none there any more. @throws {RangeError} as `instancesOf` */
export function instanceOf(resource: Resource, key: string): Instance | null {
  const at = Date.parse(key)
  if (!Number.isFinite(at)) return null
  const override = resource.overrides.get(key)
  const near = resource.master ? startsWithin(resource, resource.master, at - DAY_MS, at + DAY_MS) : new Map()
  const moment: Moment | undefined = near.get(key)
  if (override) {
    const span = ownSpan(override, resource.zones)
    const originalStart = originalOf(key, resource.start)
    return { key, originalStart, ...span, component: override, overridden: true }
  }
  if (!moment || !resource.master) return null
  const length = lengthOf(resource.master, resource.start, resource.zones)
  return shifted(resource, key, moment, length) ?? plain(key, moment, resource.master, length)
}
