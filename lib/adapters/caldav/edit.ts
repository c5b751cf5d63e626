import "server-only"
import { Temporal } from "temporal-polyfill"
import type { Answer } from "../../domain/change"
import type { EventPatch, When } from "../../domain/event"
import type { Response } from "../../ports/calendar-provider"
import {
  type Component,
  escapeText,
  isLine,
  type Line,
  lineOf,
  linesOf,
  makeLine,
  partsOf,
  withParam,
  writeCalendar,
} from "./content-lines"
import { MARKER, ownLine } from "./mapping"
import { type Instance, instanceOf, isReached, momentAt, ownSpan, type Resource } from "./resource"
import { shifted, shiftOf } from "./shift"
import { keyOf, timeLine, utcLine } from "./times"
import { vtimezone } from "./vtimezone"

/** What goes into every event that is written. */
export interface Stamp {
  readonly marker: string
  readonly nowMs: number
}

/**
 * The resource's text with a patch applied to the whole event or series. What the patch does not name stays as it was written, to the byte; but where a
 * series moves, what names its instances (EXDATE, RDATE, RECURRENCE-ID) moves with it, or it would name nothing; and where it ends sooner, the exceptions behind its end go.
 *
 * @throws {RangeError} for a patch that does not fit the event
 */
export function patchWhole(resource: Resource, patch: EventPatch, stamp: Stamp): string {
  const { master, calendar } = resource
  if (!master) throw new RangeError("no event of its own")
  const shift = resource.recurs && patch.start ? shiftOf(resource, patch.start) : 0
  const edited = apply(resource, patch.recurrence ? master : shifted(master, resource, shift), patch, stamp)
  const cutOff = patch.recurrence && shift === 0 ? behind(resource, patch.recurrence) : new Set<Component>()
  const children = calendar.children.flatMap((child): readonly (Line | Component)[] => {
    if (child === master) return [edited]
    if (!isEvent(child)) return [child]
    return cutOff.has(child) ? [] : [shifted(child, resource, shift)]
  })
  return written(resource, children, patch)
}

/** The exceptions that the series reached and with these rules reaches no more: left there, they would stand alone. */
function behind({ master, overrides, start }: Resource, rules: readonly string[]): ReadonlySet<Component> {
  const [before, after] = [master ? linesOf(master, "RRULE").map(({ value }) => value) : [], valuesOf(rules, "RRULE")]
  const added = valuesOf(rules, "RDATE").flatMap((dates) => dates.split(","))
  const isBehind = (key: string) => {
    const moment = momentAt(start, key)
    const isAdded = added.includes(keyOf(moment).replace(/[-:]|\.\d+/g, ""))
    return !isAdded && isReached(before, start, moment) && !isReached(after, start, moment)
  }
  return new Set([...overrides].filter(([key]) => isBehind(key)).map(([, event]) => event))
}

const valuesOf = (rules: readonly string[], name: string): readonly string[] =>
  rules.filter((rule) => rule.startsWith(name)).map((rule) => ruleLine(rule).value)

/** The resource's text with a patch applied to one instance: its override, made from the series where there is none yet. */
export function patchInstance(resource: Resource, key: string, patch: EventPatch, stamp: Stamp): string | null {
  const instance = instanceOf(resource, key)
  if (!instance) return null
  return written(
    resource,
    withInstance(resource, instance, (event) => apply(resource, event, patch, stamp)),
    patch,
  )
}

/** The calendar's children with one instance edited: its override, made from the series where there is none yet. */
function withInstance(
  resource: Resource,
  instance: Instance,
  edit: (event: Component) => Component,
): readonly (Line | Component)[] {
  const { children } = resource.calendar
  const { overridden, component } = instance
  return overridden
    ? children.map((child) => (child === component ? edit(component) : child))
    : [...children, edit(overrideOf(resource, component, instance))]
}

/**
 * The resource's text with a guest's own answer in it (RFC 6638 3.2.2): their PARTSTAT, and a comment. What was answered for single instances of a series stays so when the whole is
 * answered. Null when the instance, or the guest, is not in it.
 */
export function answerIn(
  resource: Resource,
  key: string | null,
  answer: Pick<Response, "rsvp" | "comment">,
  addresses: readonly string[],
  stamp: Stamp,
): string | null {
  const reply = (event: Component) => answered(event, answer, addresses, stamp)
  const instance = key === null ? null : instanceOf(resource, key)
  const invited = key === null ? resource.master : instance?.component
  if (!invited || !ownLine(invited, addresses)) return null
  if (instance) return written(resource, withInstance(resource, instance, reply), {})
  const open = (event: Component) => event === invited || isUnanswered(event, addresses)
  const children = resource.calendar.children.map((child) => (isEvent(child) && open(child) ? reply(child) : child))
  return written(resource, children, {})
}

export const isEvent = (child: Line | Component): child is Component =>
  child.kind === "component" && child.name === "VEVENT"

function isUnanswered(event: Component, addresses: readonly string[]): boolean {
  const own = ownLine(event, addresses)
  return own !== null && /^(NEEDS-ACTION)?$/i.test(own.params.get("PARTSTAT") ?? "")
}

const PARTSTATS: Readonly<Record<Answer, string>> = {
  accepted: "ACCEPTED",
  declined: "DECLINED",
  tentative: "TENTATIVE",
}

function answered(
  event: Component,
  { rsvp, comment }: Pick<Response, "rsvp" | "comment">,
  addresses: readonly string[],
  stamp: Stamp,
): Component {
  const own = ownLine(event, addresses)
  const children = event.children.map((child) =>
    isLine(child) && child === own ? withParam(child, "PARTSTAT", PARTSTATS[rsvp]) : child,
  )
  const said = { ...event, children }
  const lines = comment === undefined ? said : set(said, { COMMENT: makeLine("COMMENT", escapeText(comment)) })
  return marked(lines, stamp, false)
}

/** RFC 5545 3.8.4.4: the same form and zone as the series' DTSTART. */
function overrideOf(
  { zones }: Resource,
  master: Component,
  { originalStart, start, end }: { originalStart: When; start: When; end: When },
): Component {
  const like = lineOf(master, "DTSTART")
  const children = master.children.flatMap((child): (Line | Component)[] => {
    if (child.kind === "component") return [child]
    if (/^(RRULE|RDATE|EXDATE|EXRULE|DURATION|DTEND)$/.test(child.name)) return []
    if (child.name !== "DTSTART") return [child]
    return [
      timeLine("DTSTART", start, like, zones),
      timeLine("DTEND", end, like, zones),
      timeLine("RECURRENCE-ID", originalStart, like, zones),
    ]
  })
  return { ...master, children }
}

/** The resource's text without one instance: an exclusion, and no override (RFC 5545 3.8.5.1). Null when there is no such instance. */
export function dropInstance(resource: Resource, key: string, stamp: Stamp): string | null {
  const instance = instanceOf(resource, key)
  if (!instance) return null
  const { master, zones, overrides, calendar } = resource
  const others = calendar.children.filter((child) => child !== overrides.get(key))
  if (!master) return written(resource, others, {})
  const like = lineOf(master, "DTSTART")
  const exclusion = timeLine("EXDATE", instance.originalStart, like, zones)
  const next = stamped({ ...master, children: [...propertiesWith(master, exclusion)] }, stamp, true)
  return written(
    resource,
    others.map((child) => (child === master ? next : child)),
    {},
  )
}

/** Properties come before the components that lie within. */
function propertiesWith(component: Component, ...lines: Line[]): (Line | Component)[] {
  const [own, within] = [component.children.filter(isLine), component.children.filter((child) => !isLine(child))]
  return [...own, ...lines, ...within]
}

const moved = (patch: EventPatch) => Boolean(patch.start ?? patch.end ?? patch.recurrence)

/** One event of a resource with a patch on it, stamped. @throws {RangeError} for a patch that does not fit it */
export function apply(
  { zones }: Pick<Resource, "zones">,
  event: Component,
  patch: EventPatch,
  stamp: Stamp,
): Component {
  const span = {
    ...ownSpan(event, zones),
    ...(patch.start && { start: patch.start }),
    ...(patch.end && { end: patch.end }),
  }
  if (span.start.kind !== span.end.kind) throw new RangeError("from a day to an hour")
  const like = lineOf(event, "DTSTART")
  const timed = Boolean(patch.start ?? patch.end)
  const next = set(event, {
    ...(timed && {
      DTSTART: timeLine("DTSTART", span.start, like, zones),
      DTEND: timeLine("DTEND", span.end, lineOf(event, "DTEND") ?? like, zones),
      DURATION: null,
    }),
    ...(patch.summary !== undefined && { SUMMARY: textLine("SUMMARY", patch.summary, lineOf(event, "SUMMARY")) }),
    ...(patch.location !== undefined && { LOCATION: textLine("LOCATION", patch.location, lineOf(event, "LOCATION")) }),
  })
  const ruled = patch.recurrence ? withRules(next, patch.recurrence) : next
  return marked(ruled, stamp, moved(patch))
}

function marked(event: Component, stamp: Stamp, revision: boolean): Component {
  const children = propertiesWith(set(event, { [MARKER]: null }), makeLine(MARKER, stamp.marker))
  return stamped({ ...event, children }, stamp, revision)
}

function withRules(event: Component, rules: readonly string[]): Component {
  const children = event.children.filter((child) => !isLine(child) || !/^(RRULE|RDATE|EXRULE|EXDATE)$/.test(child.name))
  return { ...event, children: propertiesWith({ ...event, children }, ...rules.map(ruleLine)) }
}

export function ruleLine(text: string): Line {
  const found = /^(RRULE|RDATE|EXDATE)((?:;[A-Z-]+=[^:;]+)*):([^\r\n]+)$/.exec(text)
  if (!found?.[1] || !found[3]) throw new RangeError(`not a rule: ${text.slice(0, 60)}`)
  const params = (found[2] ?? "")
    .split(";")
    .filter(Boolean)
    .map((part) => part.split("=") as [string, string])
  return makeLine(found[1], found[3], Object.fromEntries(params))
}

/** The language and the like of a text stay; an alternative form of the old text does not. */
function textLine(name: string, text: string, like: Line | null): Line {
  const params = [...(like?.params ?? [])].filter(([key]) => key !== "ALTREP")
  return makeLine(name, escapeText(text), Object.fromEntries(params))
}

/** Replaces properties where the first of their name stands; null removes them. */
export function set(component: Component, lines: Readonly<Record<string, Line | null>>): Component {
  const left = new Map(Object.entries(lines))
  const named = new Set(left.keys())
  const children = component.children.flatMap((child): (Line | Component)[] => {
    if (!isLine(child) || !named.has(child.name)) return [child]
    const line = left.get(child.name)
    left.delete(child.name)
    return line ? [line] : []
  })
  const added = [...left.values()].filter((line): line is Line => line !== null)
  return { ...component, children: propertiesWith({ ...component, children }, ...added) }
}

/** RFC 5546 2.1.4: a change of time is a new revision; every change has its moment. */
function stamped(event: Component, { nowMs }: Stamp, revision: boolean): Component {
  const sequence = Number.parseInt(lineOf(event, "SEQUENCE")?.value ?? "0", 10) || 0
  return set(event, {
    DTSTAMP: utcLine("DTSTAMP", nowMs),
    "LAST-MODIFIED": utcLine("LAST-MODIFIED", nowMs),
    ...(revision && { SEQUENCE: makeLine("SEQUENCE", String(sequence + 1)) }),
  })
}

/** With a VTIMEZONE for every zone that was brought in (RFC 5545 3.6.5). */
export function written(
  resource: Pick<Resource, "calendar">,
  children: readonly (Line | Component)[],
  patch: Pick<EventPatch, "start" | "end">,
): string {
  const calendar = { ...resource.calendar, children }
  return writeCalendar(withZones(calendar, [patch.start, patch.end]))
}

export function withZones(calendar: Component, times: readonly (When | undefined)[]): Component {
  const there = new Set(partsOf(calendar, "VTIMEZONE").map((part) => lineOf(part, "TZID")?.value))
  const used = new Set(
    partsOf(calendar, "VEVENT").flatMap((event) =>
      ["DTSTART", "DTEND", "RECURRENCE-ID"].map((name) => lineOf(event, name)?.params.get("TZID")),
    ),
  )
  const brought = times.flatMap((when) => (when?.kind === "timed" && used.has(when.timeZone) ? [when] : []))
  const missing = new Map(brought.filter((when) => !there.has(when.timeZone)).map((when) => [when.timeZone, when]))
  const zones = [...missing].map(([name, when]) => vtimezone(name, Temporal.Instant.from(when.at).epochMilliseconds))
  const lines = calendar.children.filter(isLine)
  return { ...calendar, children: [...lines, ...zones, ...calendar.children.filter((child) => !isLine(child))] }
}
