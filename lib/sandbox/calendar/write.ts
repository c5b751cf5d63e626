import { Refusal } from "../refusal"
import type { Tx } from "../store/database"
import { dropRows, exceptionsOf, findRow, saveRow } from "../store/events"
import type { Switches } from "../switches"
import { asksAgain, syncCopies } from "./copies"
import type { Content, EventRow, Own, Status, Target } from "./event"
import { checkRecurrence, occurrence } from "./expand"
import { asRow, versionRow } from "./find"
import { sameValue } from "./same"
import { atMs, sameWhen } from "./when"

/** Fields to set on an event; what is absent stays. */
export interface Edit {
  readonly content?: Partial<Content>
  readonly own?: Partial<Own>
  readonly status?: Status
}

export interface NewEvent {
  readonly calendarId: string
  readonly id: string
  readonly uid: string
  readonly status: Status
  readonly content: Content
  readonly own: Own
  readonly transactionId: string | null
}

/**
 * A stale precondition refuses. Hold the provider's lock (be inside `Database.write`) and have read `target` under it, so
 * that of several writers with one version exactly one passes.
 * @param matches whether the caller's If-Match names this version; null when the request had none.
 */
export function checkPrecondition(target: Target, matches: ((version: number) => boolean) | null): void {
  if (matches && !matches(versionRow(target).version)) throw new Refusal("stale")
}

export async function createEvent(tx: Tx, event: NewEvent): Promise<EventRow> {
  if (await findRow(tx.query, event.calendarId, event.id)) throw new Refusal("duplicate-id")
  checkTimes(event.content)
  const version = tx.nextVersion()
  const row = await saveRow(tx.query, {
    ...event,
    masterId: null,
    originalStart: null,
    deleted: false,
    version,
    updatedMicros: version,
    createdMicros: version,
    sequence: 0,
  })
  await syncCopies(tx, row)
  return row
}

/**
 * Writes unconditionally; the precondition is the caller's. An untouched instance becomes an exception. A changed time raises
 * the sequence and resets the guests' replies; other people's copies follow.
 */
export async function editEvent(tx: Tx, switches: Switches, target: Target, edit: Edit): Promise<EventRow> {
  const before = asRow(tx.provider, target)
  const moved = movesTime(before.content, edit.content ?? {})
  const content = merged(before.content, edit.content ?? {}, moved)
  checkTimes(content)
  const onlyReminders = edit.status === undefined && edit.content === undefined && ownKeys(edit) === "reminderMinutes"
  const version = onlyReminders && !switches.remindersMoveEtag ? before.version : tx.nextVersion()
  const row = await saveRow(tx.query, {
    ...before,
    content,
    own: { ...before.own, ...edit.own },
    status: edit.status ?? before.status,
    deleted: edit.status === undefined ? before.deleted : edit.status === "cancelled",
    sequence: before.sequence + (moved ? 1 : 0),
    version,
    updatedMicros: onlyReminders ? before.updatedMicros : version,
  })
  if (target.kind === "occurrence" && switches.instanceEditMovesMaster) await touch(tx, target.master)
  if (edit.content === undefined && edit.status === undefined) return row
  if (before.content.guests.length + content.guests.length > 0) await syncCopies(tx, row)
  if (target.kind === "series") await carryToExceptions(tx, target.row, row)
  return row
}

/** Takes an event off its organizer's calendar and everybody else's; one instance becomes a cancelled exception. */
export async function deleteEvent(tx: Tx, target: Target): Promise<EventRow> {
  const before = asRow(tx.provider, target)
  const rows = target.kind === "series" ? await exceptionsOf(tx.query, before.calendarId, before.id) : []
  for (const row of [...rows, before]) await syncCopies(tx, await saveRow(tx.query, cancelled(tx, row)))
  return before
}

/** Puts an event, a series with its exceptions, into another calendar of the same owner. What was in the old one is cancelled. @throws {Refusal} duplicate-id */
export async function moveRow(tx: Tx, row: EventRow, to: { readonly id: string }): Promise<EventRow> {
  const there = await findRow(tx.query, to.id, row.id)
  if (there && !there.deleted) throw new Refusal("duplicate-id")
  const exceptions = await exceptionsOf(tx.query, row.calendarId, row.id)
  for (const each of [...exceptions, row]) await saveRow(tx.query, cancelled(tx, each))
  const moved = (each: EventRow): EventRow => {
    const version = tx.nextVersion()
    return { ...each, calendarId: to.id, version, updatedMicros: version, transactionId: null }
  }
  for (const each of exceptions) await saveRow(tx.query, moved(each))
  return saveRow(tx.query, moved(row))
}

/** Takes an event off one guest's calendar and leaves everybody else's. */
export const removeCopy = (tx: Tx, target: Target): Promise<EventRow> =>
  saveRow(tx.query, cancelled(tx, asRow(tx.provider, target)))

/** Gives a row a new version and changes nothing else, as providers sometimes do by themselves. */
export function touch(tx: Tx, row: EventRow): Promise<EventRow> {
  const version = tx.nextVersion()
  return saveRow(tx.query, { ...row, version, updatedMicros: version })
}

function cancelled(tx: Tx, row: EventRow): EventRow {
  const version = tx.nextVersion()
  return { ...row, status: "cancelled", deleted: true, version, updatedMicros: version, sequence: row.sequence + 1 }
}

const ownKeys = (edit: Edit): string => Object.keys(edit.own ?? {}).join()

function merged(before: Content, change: Partial<Content>, moved: boolean): Content {
  const after = { ...before, ...change }
  return moved ? { ...after, guests: asksAgain(after.guests, after.organizer.email) } : after
}

function movesTime(before: Content, change: Partial<Content>): boolean {
  const { start = before.start, end = before.end, recurrence = before.recurrence } = change
  return (
    !sameWhen(start, before.start) ||
    !sameWhen(end, before.end) ||
    recurrence.join("\n") !== before.recurrence.join("\n")
  )
}

function checkTimes(content: Content): void {
  if (content.start.kind !== content.end.kind)
    throw new Refusal("invalid", "Start and end times must either both be date or both be dateTime.")
  const lengthMs = atMs(content.end, "UTC") - atMs(content.start, "UTC")
  if (lengthMs < 0 || (lengthMs === 0 && content.start.kind === "allDay")) throw new Refusal("empty-time-range")
  checkRecurrence(content)
}

/**
 * What an edit of a whole series does to instances that were edited alone: a changed field reaches those that had the
 * series' old value; instances whose place the new rule no longer has are gone.
 */
async function carryToExceptions(tx: Tx, before: EventRow, after: EventRow): Promise<void> {
  for (const exception of await exceptionsOf(tx.query, after.calendarId, after.id)) {
    if (exception.originalStart !== null && occurrence(after, exception.originalStart) === null) {
      await syncCopies(tx, { ...cancelled(tx, exception) })
      await dropRows(tx.query, [exception])
      continue
    }
    const content = carried(before.content, after.content, exception.content)
    if (content === exception.content) continue
    const version = tx.nextVersion()
    await syncCopies(tx, await saveRow(tx.query, { ...exception, content, version, updatedMicros: version }))
  }
}

const CARRIED = ["summary", "description", "location", "guests", "conferenceUrl"] as const

function carried(before: Content, after: Content, exception: Content): Content {
  const fields = CARRIED.filter((f) => !sameValue(before[f], after[f]) && sameValue(exception[f], before[f]))
  return fields.length === 0
    ? exception
    : { ...exception, ...Object.fromEntries(fields.map((field) => [field, after[field]])) }
}
