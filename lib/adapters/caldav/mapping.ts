import "server-only"
import type { Attendee, CalendarEvent, ConnectionId, Rsvp } from "../../domain/event"
import { exceptionsOf } from "../../domain/event-diff"
import { type Component, type Line, lineOf, linesOf, unescapeText } from "./content-lines"
import { eventId } from "./ids"
import { type Instance, keyLike, ownSpan, type Resource } from "./resource"
import { momentOf } from "./times"

/** The property that carries an intent's id. */
export const MARKER = "X-IFMATCH-INTENT"

/** Where a resource was read: what it does not say itself. */
export interface ReadFrom {
  readonly connectionId: ConnectionId
  readonly calendarId: string
  /** The resource's name within its calendar. */
  readonly resource: string
  /** The account's own addresses, lower case: those of its mail, and whatever else its server calls it by. */
  readonly addresses: readonly string[]
  readonly writable: boolean
}

/** A single event, or a whole series. Null when the resource holds only single instances of one. @throws {RangeError} */
export function toWhole(resource: Resource, from: ReadFrom): CalendarEvent | null {
  const { master, zones } = resource
  if (!master) return null
  const { start, end } = ownSpan(master, zones)
  const id = eventId({ resource: from.resource, instance: null })
  // some servers order properties anew
  const rules = ["RRULE", "RDATE", "EXRULE", "EXDATE"].flatMap((name) =>
    linesOf(master, name).map((line) => (name.endsWith("DATE") ? datesText(line, resource) : ruleText(line))),
  )
  return {
    ...common(resource, master, from),
    ref: { connectionId: from.connectionId, calendarId: from.calendarId, eventId: id },
    shape: resource.recurs ? "series" : "single",
    seriesId: resource.recurs ? id : null,
    start,
    end,
    originalStart: null,
    recurrence: resource.recurs ? rules : [],
    ...(resource.recurs && exceptionsOf(overridesOf(resource, from))),
  }
}

/** The instances that stand in the same text: with it they are changed, and deleted. */
const overridesOf = (resource: Resource, from: ReadFrom): CalendarEvent[] =>
  [...resource.overrides].map(([key, event]) => ({
    ...common(resource, event, from),
    ...ownSpan(event, resource.zones),
    ref: { connectionId: from.connectionId, calendarId: from.calendarId, eventId: key },
    shape: "exception",
    seriesId: null,
    originalStart: null,
    recurrence: [],
  }))

/** One instance of a series. */
export function toInstance(resource: Resource, instance: Instance, from: ReadFrom): CalendarEvent {
  const { connectionId, calendarId, resource: name } = from
  return {
    ...common(resource, instance.component, from),
    ref: { connectionId, calendarId, eventId: eventId({ resource: name, instance: instance.key }) },
    shape: instance.overridden ? "exception" : "occurrence",
    seriesId: eventId({ resource: name, instance: null }),
    start: instance.start,
    end: instance.end,
    originalStart: instance.originalStart,
    recurrence: [],
  }
}

const ruleText = (line: Line): string => {
  const params = [...line.params].map(([name, value]) => `;${name}=${value}`).join("")
  return `${line.name}${params}:${line.value}`
}

/** Dates in whatever zone, as instants; periods and what cannot be read stay as they were written. */
function datesText(line: Line, { start, zones }: Resource): string {
  try {
    const keys = line.value.split(",").map((value) => keyLike(momentOf(value, line, zones), start))
    const dates = keys.map((key) => key.replace(/[-:]|\.\d+/g, "")).join(",")
    return start.kind === "date" ? `${line.name};VALUE=DATE:${dates}` : `${line.name}:${dates}`
  } catch (error) {
    if (error instanceof RangeError) return ruleText(line)
    throw error
  }
}

type Common = Omit<CalendarEvent, "ref" | "shape" | "seriesId" | "start" | "end" | "originalStart" | "recurrence">

function common(resource: Resource, event: Component, from: ReadFrom): Common {
  const organizer = lineOf(event, "ORGANIZER")
  const organizedBy = organizer ? addressOf(organizer) : null
  const attendees = linesOf(event, "ATTENDEE").map((line) => toAttendee(line, organizedBy, from.addresses))
  const unmovable = whyUnmovable(resource, event, from)
  const status = lineOf(event, "STATUS")?.value.trim().toUpperCase()
  const free = lineOf(event, "TRANSP")?.value.trim().toUpperCase() === "TRANSPARENT"
  return {
    summary: textOf(event, "SUMMARY"),
    location: textOf(event, "LOCATION"),
    attendees,
    organizer: organizer && organizedBy ? { email: organizedBy, self: isOwn(organizer, from.addresses) } : null,
    status: status === "CANCELLED" ? "cancelled" : status === "TENTATIVE" ? "tentative" : "confirmed",
    conferenceUrl: conferenceUrl(event),
    busy: !free && status !== "CANCELLED" && !attendees.some((each) => each.self && each.rsvp === "declined"),
    movable: unmovable === null,
    unmovable,
    marker: lineOf(event, MARKER)?.value.trim() || null,
    webUrl: null,
  }
}

/** A guest's copy is its organizer's; a series with a clock or a range that cannot be written back is nobody's to move. */
export function whyUnmovable(
  resource: Resource,
  event: Component,
  from: Pick<ReadFrom, "addresses" | "writable">,
): CalendarEvent["unmovable"] {
  if (!from.writable) return "read-only-calendar"
  if (resource.ranged || (resource.recurs && resource.start.kind === "wall" && !resource.start.zone.exact))
    return "event-type"
  if (ownSpan(event, resource.zones).backwards) return "event-type"
  return isGuests(event, from.addresses) ? "not-organizer" : null
}

/** RFC 6638 3.1: it has an organizer, and that is somebody else. */
export function isGuests(event: Component, addresses: readonly string[]): boolean {
  const organizer = lineOf(event, "ORGANIZER")
  return organizer !== null && !isOwn(organizer, addresses)
}

/** RFC 6638 7.1: who sends the guest's answer to the organizer, where it is not left to the server. */
export const isServersToTell = (event: Component): boolean =>
  /^SERVER$/i.test(lineOf(event, "ORGANIZER")?.params.get("SCHEDULE-AGENT") ?? "SERVER")

/** Is this ORGANIZER or ATTENDEE the account's own? A server may call it by another of its addresses, or by a path. */
const isOwn = (line: Line, addresses: readonly string[]): boolean =>
  [addressOf(line), line.value.trim()].some((name) => addresses.includes(name.toLowerCase()))

/** The account's own entry among the guests. */
export const ownLine = (event: Component, addresses: readonly string[]): Line | null =>
  linesOf(event, "ATTENDEE").find((line) => isOwn(line, addresses)) ?? null

const RSVPS: Readonly<Record<string, Rsvp>> = { ACCEPTED: "accepted", DECLINED: "declined", TENTATIVE: "tentative" }

function toAttendee(line: Line, organizer: string | null, addresses: readonly string[]): Attendee {
  const email = addressOf(line)
  return {
    email,
    name: line.params.get("CN") ?? null,
    rsvp: RSVPS[line.params.get("PARTSTAT")?.toUpperCase() ?? ""] ?? "needsAction",
    self: isOwn(line, addresses),
    organizer: organizer !== null && email.toLowerCase() === organizer.toLowerCase(),
    optional: line.params.get("ROLE")?.toUpperCase() === "OPT-PARTICIPANT",
  }
}

/** Of an ORGANIZER or ATTENDEE; iCloud puts a path of its own there and the address in EMAIL. */
const addressOf = (line: Line): string => {
  const address = line.value.trim()
  return /^mailto:/i.test(address) ? address.slice("mailto:".length) : (line.params.get("EMAIL") ?? address)
}

const textOf = (event: Component, name: string) => unescapeText(lineOf(event, name)?.value ?? "")

/** RFC 7986 5.11, and what Google and Teams write. */
function conferenceUrl(event: Component): string | null {
  const known = ["CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"]
  const value = known.map((name) => lineOf(event, name)?.value.trim()).find((text) => text && /^https:/i.test(text))
  return value ?? null
}
