import "server-only"
import { type CalendarEvent, type EventRef, parseEventKey } from "../domain/event"
import type { Person } from "../domain/person"
import type { Seen } from "../domain/version"
import type { Calendars } from "../ports/calendars"
import { choiceOf, type OwnCalendar } from "./read-calendars"
import { found } from "./read-outcome"

export type OwnEvent =
  | { readonly kind: "found"; readonly event: Seen<CalendarEvent>; readonly calendar: Pick<OwnCalendar, "id" | "name"> }
  /** Never there, there no more, somebody else's, or on a calendar that its person has put away: no telling which. */
  | { readonly kind: "notFound" }
  /** Its account cannot be read just now. */
  | { readonly kind: "unreadable" }

/**
 * One event as it stands at its provider, by the key that was told of it. The key is a stranger's text: it reaches only calendars that the person has in their own list and looks at.
 */
export async function readOwnEvent(calendars: Calendars, person: Person, key: string): Promise<OwnEvent> {
  const ref = readKey(key)
  const { workspaceId, userId } = person
  const provider = ref && (await calendars.open(workspaceId, userId, ref.connectionId))
  if (!ref || !provider) return { kind: "notFound" }
  const [listed, choices] = await Promise.all([provider.calendars(), calendars.choices(workspaceId, userId)])
  if (listed.kind !== "calendars") return { kind: "unreadable" }
  const calendar = listed.calendars.find(({ id }) => id === ref.calendarId)
  if (!calendar || !choiceOf(choices, ref.connectionId, calendar.id).shown) return { kind: "notFound" }
  const read = await provider.get(ref)
  const event = found(read)
  if (event) return { kind: "found", event, calendar }
  return { kind: read.kind === "found" || read.kind === "gone" ? "notFound" : "unreadable" }
}

/** Null: no key of ours, or one that no provider can be asked for. */
function readKey(key: string): EventRef | null {
  try {
    const ref = parseEventKey(key)
    return [".", ".."].includes(ref.eventId) ? null : ref
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
