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

/** One event as it stands at its provider, by the key that was told of it. */
export async function readOwnEvent(calendars: Calendars, person: Person, key: string): Promise<OwnEvent> {
  const [event] = await readOwnEvents(calendars, person, [key])
  return event ?? { kind: "notFound" }
}

/**
 * Events as they stand at their providers, in the order of their keys. Keys are a stranger's texts: they reach only calendars that the person has in their own list and looks at, and each list is asked for
 * once.
 */
export async function readOwnEvents(
  calendars: Calendars,
  person: Person,
  keys: readonly string[],
): Promise<readonly OwnEvent[]> {
  const { workspaceId, userId } = person
  const choices = await calendars.choices(workspaceId, userId)
  const accounts = new Map<string, ReturnType<typeof openAccount>>()
  return Promise.all(
    keys.map(async (key): Promise<OwnEvent> => {
      const ref = readKey(key)
      if (!ref) return { kind: "notFound" }
      const opening = accounts.get(ref.connectionId) ?? openAccount(calendars, person, ref)
      accounts.set(ref.connectionId, opening)
      const account = await opening
      if (account.kind !== "open") return account
      const calendar = account.calendars.find(({ id }) => id === ref.calendarId)
      if (!calendar || !choiceOf(choices, ref.connectionId, calendar.id).shown) return { kind: "notFound" }
      const read = await account.provider.get(ref)
      const event = found(read)
      if (event) return { kind: "found", event, calendar }
      return { kind: read.kind === "found" || read.kind === "gone" ? "notFound" : "unreadable" }
    }),
  )
}

/** The account behind a key, with what is in its list. */
async function openAccount(calendars: Calendars, { workspaceId, userId }: Person, { connectionId }: EventRef) {
  const provider = await calendars.open(workspaceId, userId, connectionId)
  if (!provider) return { kind: "notFound" } as const
  const listed = await provider.calendars()
  if (listed.kind !== "calendars") return { kind: "unreadable" } as const
  return { kind: "open", provider, calendars: listed.calendars } as const
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
