import type { Rsvp } from "../../domain/event"
import type { Tx } from "../store/database"
import { findRow, otherCopies, saveRow } from "../store/events"
import { primaryCalendars } from "../store/people"
import { type EventRow, type Guest, sameEmail, type Target } from "./event"
import { asRow, getTarget } from "./find"
import { instanceId } from "./ids"

export interface Reply {
  readonly rsvp: Rsvp
  readonly comment: string | null
  /** ISO 8601; null at Google, which does not say. */
  readonly respondedAt: string | null
  readonly proposed?: Guest["proposed"]
}

/**
 * A guest's answer. It moves the version of their own copy and of the organizer's; at Google everybody sees it, in Outlook the
 * organizer alone does. Guests without an account here answer by mail, so only the organizer's copy moves.
 */
export async function replyToEvent(tx: Tx, target: Target, email: string, reply: Reply): Promise<EventRow> {
  const own = withReply(tx, asRow(tx.provider, target), email, reply)
  await saveRow(tx.query, own)
  const organizers = await organizersCopy(tx, own)
  if (organizers) await saveRow(tx.query, withReply(tx, organizers, email, reply))
  if (tx.provider === "microsoft") return own
  for (const copy of await otherCopies(tx.query, own)) {
    if (copy.calendarId !== organizers?.calendarId) await saveRow(tx.query, withReply(tx, copy, email, reply))
  }
  return own
}

/** The organizer's row of the same event or instance, when the organizer has an account and it is not this row. */
async function organizersCopy(tx: Tx, row: EventRow): Promise<EventRow | null> {
  const calendars = await primaryCalendars(tx.query, tx.provider, [row.content.organizer.email])
  const [calendarId] = calendars.values()
  if (calendarId === undefined || calendarId === row.calendarId) return null
  const copies = await otherCopies(tx.query, row)
  const found = copies.find((copy) => copy.calendarId === calendarId)
  if (found || row.originalStart === null || row.masterId === null) return found ?? null
  const master = await findRow(tx.query, row.calendarId, row.masterId)
  const masters = master ? await otherCopies(tx.query, master) : []
  const theirs = masters.find((copy) => copy.calendarId === calendarId)
  if (!theirs) return null
  return asRow(
    tx.provider,
    await getTarget(tx.query, tx.provider, calendarId, instanceId(tx.provider, theirs.id, row.originalStart)),
  )
}

function withReply(tx: Tx, row: EventRow, email: string, reply: Reply): EventRow {
  const version = tx.nextVersion()
  const answered = (guest: Guest): Guest => (sameEmail(guest.email, email) ? { ...guest, ...reply } : guest)
  return {
    ...row,
    content: { ...row.content, guests: row.content.guests.map(answered) },
    version,
    updatedMicros: version,
  }
}
