import type { Tx } from "../store/database"
import { findRow, otherCopies, saveRow } from "../store/events"
import { primaryCalendars } from "../store/people"
import { type EventRow, type Guest, NOTHING_OWN, sameEmail } from "./event"
import { instanceId, newEventId } from "./ids"

/**
 * Brings the other people's copies of `row` to its shared content: guests with an account here get one, guests taken off
 * the list lose theirs, and what belongs to a copy alone (reminders, private properties) stays as it is.
 */
export async function syncCopies(tx: Tx, row: EventRow): Promise<void> {
  const copies = await otherCopies(tx.query, row)
  const invited = [...row.content.guests.map((guest) => guest.email), row.content.organizer.email]
  const calendars = await primaryCalendars(tx.query, tx.provider, invited)
  for (const copy of copies) {
    const still = [...calendars.values()].includes(copy.calendarId)
    await saveRow(tx.query, still ? freshCopy(tx, copy, row) : uninvited(tx, copy))
  }
  // the organizer has it already, be it in another calendar of theirs
  const missing = [...calendars]
    .filter(([email]) => !sameEmail(email, row.content.organizer.email))
    .map(([, id]) => id)
    .filter((id) => id !== row.calendarId && !copies.some((copy) => copy.calendarId === id))
  if (row.deleted) return
  for (const calendarId of missing) await saveRow(tx.query, await newCopy(tx, row, calendarId))
}

/** Google takes a cancelled event off its guests' calendars; in Outlook it stays there, marked as cancelled. */
function freshCopy(tx: Tx, copy: EventRow, row: EventRow): EventRow {
  const version = tx.nextVersion()
  const deleted = tx.provider === "google" ? row.deleted : copy.deleted
  const status = row.deleted ? "cancelled" : row.status
  return { ...copy, content: row.content, status, deleted, sequence: row.sequence, version, updatedMicros: version }
}

function uninvited(tx: Tx, copy: EventRow): EventRow {
  const version = tx.nextVersion()
  return { ...copy, status: "cancelled", deleted: tx.provider === "google", version, updatedMicros: version }
}

async function newCopy(tx: Tx, row: EventRow, calendarId: string): Promise<EventRow> {
  const version = tx.nextVersion()
  const series = row.masterId === null ? null : await seriesCopy(tx, row, calendarId)
  return {
    ...row,
    calendarId,
    id: copyId(tx, row, series),
    masterId: series?.id ?? null,
    transactionId: null,
    own: NOTHING_OWN,
    version,
    updatedMicros: version,
  }
}

function copyId(tx: Tx, row: EventRow, series: EventRow | null): string {
  if (series && row.originalStart !== null) return instanceId(tx.provider, series.id, row.originalStart)
  return tx.provider === "google" ? row.id : newEventId("microsoft")
}

async function seriesCopy(tx: Tx, row: EventRow, calendarId: string): Promise<EventRow | null> {
  const master = await findRow(tx.query, row.calendarId, row.masterId ?? "")
  const copies = master ? await otherCopies(tx.query, master) : []
  return copies.find((copy) => copy.calendarId === calendarId) ?? null
}

/** A changed time asks everybody again, the organizer excepted (providers.md section 1). */
export const asksAgain = (guests: readonly Guest[], organizerEmail: string): Guest[] =>
  guests.map((guest) =>
    sameEmail(guest.email, organizerEmail) ? guest : { ...guest, rsvp: "needsAction", respondedAt: null },
  )
