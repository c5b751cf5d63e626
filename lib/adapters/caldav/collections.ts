import "server-only"
import type { Calendar } from "../../domain/event"
import { pathId } from "../../domain/transport"
import { lineOf, parseCalendar, partsOf } from "./content-lines"
import { hrefIn, type Row, textOf } from "./wire"
import { zoneOf } from "./zones"

/** What is asked about each collection of a calendar home. */
export const COLLECTION_PROPS = {
  "d:resourcetype": {},
  "d:displayname": {},
  "d:current-user-privilege-set": {},
  "c:supported-calendar-component-set": {},
  "c:calendar-timezone": {},
  "c:schedule-default-calendar-URL": {},
}

/**
 * The address of a calendar: the last part of its path below the calendar home, or a path from the server's root for one that lies elsewhere.
 * @throws {RangeError} for ids that name nothing
 */
export function calendarUrl(home: string, calendarId: string): string {
  if (!calendarId.startsWith("/")) return `${home}${encodeURIComponent(pathId(calendarId))}/`
  const url = new URL(home)
  const elsewhere = new URL(calendarId.replace(/\/*$/, "/"), url)
  if (elsewhere.origin !== url.origin || calendarId.startsWith("//"))
    throw new RangeError("not a calendar of this server")
  return elsewhere.href
}

export function calendarIdOf(home: string, url: string): string {
  const name = nameBelow(home, url)
  return name ?? new URL(url).pathname
}

/** The one path segment by which `url` lies below `parent`, unescaped; null when it does not. */
export function nameBelow(parent: string, url: string): string | null {
  const [base, at] = [new URL(parent), new URL(url)]
  if (base.origin !== at.origin) return null
  const [above, path] = [decoded(base.pathname), decoded(at.pathname)]
  if (above === null || path === null || !path.startsWith(above)) return null
  const rest = at.pathname.split("/").filter(Boolean).slice(base.pathname.split("/").filter(Boolean).length)
  return rest.length === 1 ? decoded(rest[0] ?? "") : null
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

const has = (value: unknown, name: string): boolean =>
  typeof value === "object" &&
  value !== null &&
  (name in value || Object.values(value).some((inner) => has(inner, name)))

/** A collection that takes events (RFC 4791 5.2.3: without a list of components it takes all). */
export function takesEvents({ props }: Row): boolean {
  if (!has(props.resourcetype, "calendar")) return false
  const components = props.supportedCalendarComponentSet
  if (typeof components !== "object" || components === null) return true
  const named = Object.values(components)
    .flat()
    .flatMap((each) =>
      typeof each === "object" && each !== null ? [Reflect.get(Reflect.get(each, "_attributes") ?? {}, "name")] : [],
    )
  return named.length === 0 || named.some((name) => String(name).toUpperCase() === "VEVENT")
}

/** RFC 3744 5.4. A server that names no privileges is taken at its word only when a write is refused. */
export function isWritable({ props }: Row): boolean {
  const privileges = props.currentUserPrivilegeSet
  if (typeof privileges !== "object" || privileges === null || Object.keys(privileges).length === 0) return true
  return ["all", "write", "writeContent", "bind"].some((name) => has(privileges, name))
}

/** The home's collections that take events, the default one marked: the scheduling inbox names it, otherwise the first that can be written. */
export function toCalendars(rows: readonly Row[], home: string, personsZone: string): Calendar[] {
  const named = rows.map((row) => hrefIn(row.props.scheduleDefaultCalendarURL, row.url)).find((url) => url !== null)
  const events = rows.filter(takesEvents)
  const ids = events.map((row) => calendarIdOf(home, row.url))
  const chosen = named ? ids.indexOf(calendarIdOf(home, named)) : -1
  const primary = chosen >= 0 ? chosen : events.findIndex(isWritable)
  return events.map((row, i) => ({
    id: ids[i] ?? "",
    name: textOf(row.props.displayname)?.trim() || (ids[i] ?? ""),
    primary: i === primary,
    writable: isWritable(row),
    timeZone: zoneIn(row.props.calendarTimezone, personsZone),
    // access lists are not told alike by any two servers
    editors: "unknown",
  }))
}

function zoneIn(value: unknown, personsZone: string): string {
  try {
    const [definition] = partsOf(parseCalendar(textOf(value) ?? ""), "VTIMEZONE")
    const tzid = definition && lineOf(definition, "TZID")?.value
    return tzid && definition ? zoneOf(tzid, definition, personsZone).timeZone : personsZone
  } catch (error) {
    if (error instanceof RangeError) return personsZone
    throw error
  }
}
