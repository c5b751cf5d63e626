import "server-only"
import type { Change } from "../domain/change"
import type { CalendarEvent } from "../domain/event"
import { guestCount } from "../domain/facts"
import type { ForbiddenReason } from "../domain/outcome"
import type { Person } from "../domain/person"
import { type Reading, TOLD_ANYWAY } from "../domain/plan"
import type { StoredOperation } from "../ports/assistant-store"
import type { Calendars } from "../ports/calendars"

/** Does anybody hear of it unless told otherwise? An answer is for its organizer. */
export const tells = (event: CalendarEvent, change: Change): boolean =>
  change.kind === "respond" || guestCount(event) > 0

/** Is it told, as the person wants it? An answer always is. */
export const told = (event: CalendarEvent, change: Change, tell: boolean): boolean =>
  tells(event, change) && (tell || change.kind === "respond")

/** Can it be chosen whether the guests hear of a plan? Not where they are told in any case: that was said when it was proposed. */
export const canChoose = (readings: readonly Reading[]): boolean =>
  !readings.some((reading) => TOLD_ANYWAY.includes(reading))

/** The steps of a plan as the person chose for all of it. */
export const withGuestsTold = (operations: readonly StoredOperation[], tell: boolean): readonly StoredOperation[] =>
  operations.map((op) => ({ ...op, notify: tell && tells(op.base.value, op.change) }))

/** Did the person choose that somebody does not hear of it who otherwise would? */
export const isQuiet = (operations: readonly StoredOperation[]): boolean =>
  operations.some(({ base, change, notify }) => !notify && tells(base.value, change))

/**
 * Why a change cannot be kept from the guests; null where it can, or where there are none. Google asks whether they are told; Outlook tells them by itself, and so does a CalDAV server that invites: a
 * wish that would not be heeded is refused rather than forgotten.
 */
export async function whyNotQuiet(
  calendars: Pick<Calendars, "connections">,
  { workspaceId, userId }: Person,
  event: CalendarEvent,
  tell: boolean,
): Promise<ForbiddenReason | null> {
  if (tell || guestCount(event) === 0) return null
  const connections = await calendars.connections(workspaceId, userId)
  const provider = connections.find(({ id }) => id === event.ref.connectionId)?.provider
  return provider === "google" ? null : "guests-always-told"
}
