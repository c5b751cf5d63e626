import "server-only"
import type { ConnectionId } from "../domain/event"
import type { Person } from "../domain/person"
import type { CalendarChoices, ChoiceChange } from "../ports/calendar-choices"
import type { Calendars } from "../ports/calendars"

export interface ChooseNeeds {
  readonly calendars: Calendars
  readonly choices: CalendarChoices
}

/**
 * A person's word on one of their calendars. The account is asked whether there is such a calendar: nothing is kept about one that is not there, and new
 * events cannot go to one that is only read. A default that is put away is none: it is shown again.
 */
export async function chooseCalendar(
  { calendars, choices }: ChooseNeeds,
  { workspaceId, userId }: Person,
  id: string,
  { calendarId, ...change }: ChoiceChange & { readonly calendarId: string },
): Promise<"changed" | "not-found" | "read-only" | "unreadable"> {
  const connectionId = id as ConnectionId
  const account = await calendars.open(workspaceId, userId, connectionId)
  if (!account) return "not-found"
  const answer = await account.calendars()
  if (answer.kind !== "calendars") return "unreadable"
  const calendar = answer.calendars.find((each) => each.id === calendarId)
  if (!calendar) return "not-found"
  if (change.isDefault && !calendar.writable) return "read-only"
  const whole: ChoiceChange = {
    ...change,
    ...(change.isDefault && { shown: true }),
    ...(change.shown === false && { isDefault: false }),
  }
  const entry = {
    actor: { kind: "person", id: userId },
    kind: "settings",
    subject: { kind: "connection", id },
    userId,
    body: { calendarId, ...whole },
  } as const
  const changed = await choices.change(workspaceId, userId, { connectionId, calendarId }, whole, [entry])
  return changed ? "changed" : "not-found"
}
