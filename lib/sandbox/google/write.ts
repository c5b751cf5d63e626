import type { calendar_v3 } from "googleapis"
import { type Content, type EventRow, type Guest, sameEmail, type Target } from "../calendar/event"
import { asRow, getTarget, kindOf } from "../calendar/find"
import { newEventId } from "../calendar/ids"
import { type Reply, replyToEvent } from "../calendar/reply"
import { sameValue } from "../calendar/same"
import type { Edit } from "../calendar/write"
import { checkPrecondition, createEvent, deleteEvent, editEvent, moveRow, removeCopy } from "../calendar/write"
import { Refusal } from "../refusal"
import type { Tx } from "../store/database"
import type { CalendarRow } from "../store/people"
import type { World } from "../world"
import { googleEtag } from "./etag"
import { editBetween, type GoogleInput, mergePatch, readEvent, readInput } from "./input"
import { fullResource, type Reader, toResource } from "./resource"

type GoogleEvent = calendar_v3.Schema$Event

/** A write to one calendar as its owner, or as somebody who may write there. */
export interface GoogleWrite {
  readonly world: World
  readonly calendar: CalendarRow
  readonly reader: Reader
  /** The If-Match header, verbatim; null when the request had none. */
  readonly ifMatch: string | null
}

const CLIENT_ID = /^[a-v0-9]{5,1024}$/

/** @param conferences `conferenceDataVersion=1`: without it, a body's conference is left aside (a wish for a new one is granted all the same) */
export async function insertEvent(
  { world, calendar, reader }: GoogleWrite,
  json: unknown,
  conferences: boolean,
): Promise<GoogleEvent> {
  const input = readInput(json)
  if (input.id && !CLIENT_ID.test(input.id)) throw new Refusal("invalid", "id")
  const id = input.id ?? newEventId("google")
  const copied = conferences ? input.conferenceData?.entryPoints?.find((entry) => entry.uri)?.uri : null
  const conferenceUrl = input.conferenceData?.createRequest
    ? `https://meet.sandbox.example/${id.slice(0, 10)}`
    : (copied ?? null)
  const event = readEvent(input, { email: calendar.ownerEmail, name: null }, reader.timeZone, conferenceUrl)
  return world.db.write("google", async (tx) => {
    const row = await createEvent(tx, {
      ...event,
      calendarId: calendar.id,
      id,
      uid: input.iCalUID ?? `${id}@google.com`,
      transactionId: null,
    })
    return toResource(asTarget(row), reader)
  })
}

/** Merges by key; null clears; arrays are replaced whole. */
export const patchEvent = (write: GoogleWrite, id: string, json: unknown): Promise<GoogleEvent> =>
  change(write, id, (row) => {
    readInput(json)
    return readInput(mergePatch(fullResource(row, write.reader), json))
  })

/** Puts the whole resource: what is left out is reset. */
export const updateEvent = (write: GoogleWrite, id: string, json: unknown): Promise<GoogleEvent> =>
  change(write, id, () => readInput(json))

/** `events.delete`: an organizer's takes it off every calendar, a guest's off their own and declines. */
export async function removeEvent({ world, calendar, ifMatch }: GoogleWrite, id: string): Promise<void> {
  await world.db.write("google", async (tx) => {
    const target = await getTarget(tx.query, "google", calendar.id, id)
    if (target.kind !== "occurrence" && target.row.deleted) throw new Refusal("already-deleted")
    checkPrecondition(target, matcher(ifMatch))
    await cancel(tx, target, calendar)
  })
}

/** `events.move`: the event keeps its id, its guests and their answers; a cancelled stub stays where it was. The target calendar's owner organizes it from then on. */
export async function moveEvent({ world, calendar, reader, ifMatch }: GoogleWrite, id: string, to: CalendarRow) {
  return world.db.write("google", async (tx) => {
    const target = await getTarget(tx.query, "google", calendar.id, id)
    if (target.kind !== "occurrence" && target.row.deleted) throw new Refusal("already-deleted")
    if (world.switches.moveHonoursIfMatch) checkPrecondition(target, matcher(ifMatch))
    const row = asRow("google", target)
    if (target.kind !== "single" && target.kind !== "series") throw new Refusal("invalid", "an instance")
    if (row.content.eventType !== "default") throw new Refusal("invalid", "eventType")
    if (!organizes(row.content, calendar)) throw new Refusal("not-organizer")
    return toResource(asTarget(await moveRow(tx, row, to)), reader)
  })
}

function change(write: GoogleWrite, id: string, inputFor: (row: EventRow) => GoogleInput): Promise<GoogleEvent> {
  const { world, calendar, reader } = write
  return world.db.write("google", async (tx) => {
    const target = await getTarget(tx.query, "google", calendar.id, id)
    checkPrecondition(target, matcher(write.ifMatch))
    const before = asRow("google", target)
    const after = readEvent(inputFor(before), before.content.organizer, reader.timeZone, before.content.conferenceUrl)
    return toResource(await apply(tx, world, target, editBetween(before, after), calendar), reader)
  })
}

async function apply(tx: Tx, world: World, target: Target, edit: Edit, calendar: CalendarRow): Promise<Target> {
  const { content } = asRow("google", target)
  if (Object.keys(edit).length === 0) return target
  if (edit.status === "cancelled") return cancel(tx, target, calendar)
  if (!organizes(content, calendar) && !content.guestsCanModify) return applyAsGuest(tx, world, target, edit, calendar)
  return asTarget(await editEvent(tx, world.switches, target, edit))
}

/** Guests may answer, and change what their copy alone has. @throws {Refusal} not-organizer */
async function applyAsGuest(tx: Tx, world: World, target: Target, edit: Edit, calendar: CalendarRow): Promise<Target> {
  if (edit.status !== undefined) throw new Refusal("not-organizer")
  const { content } = asRow("google", target)
  const reply = edit.content ? ownReply(content, { ...content, ...edit.content }, calendar.ownerEmail) : null
  const answered = reply ? asTarget(await replyToEvent(tx, target, calendar.ownerEmail, reply)) : target
  return edit.own ? asTarget(await editEvent(tx, world.switches, answered, { own: edit.own })) : answered
}

/** The guest's own answer, when nothing else differs. @throws {Refusal} not-organizer */
function ownReply(before: Content, after: Content, email: string): Reply {
  const mine = after.guests.find((guest) => sameEmail(guest.email, email))
  const old = before.guests.find((guest) => sameEmail(guest.email, email))
  if (!mine || !old) throw new Refusal("not-organizer")
  const asBefore = (guest: Guest): Guest => (guest === mine ? { ...mine, rsvp: old.rsvp, comment: old.comment } : guest)
  if (!sameValue({ ...after, guests: after.guests.map(asBefore) }, before)) throw new Refusal("not-organizer")
  return { rsvp: mine.rsvp, comment: mine.comment, respondedAt: null }
}

async function cancel(tx: Tx, target: Target, calendar: CalendarRow): Promise<Target> {
  const row = asRow("google", target)
  if (organizes(row.content, calendar)) await deleteEvent(tx, target)
  else {
    await replyToEvent(tx, target, calendar.ownerEmail, { rsvp: "declined", comment: null, respondedAt: null })
    await removeCopy(tx, await getTarget(tx.query, "google", calendar.id, row.id))
  }
  return getTarget(tx.query, "google", calendar.id, row.id)
}

const organizes = (content: Content, calendar: CalendarRow): boolean =>
  sameEmail(content.organizer.email, calendar.ownerEmail)

const asTarget = (row: EventRow): Target => ({ kind: kindOf(row), row })

/** `*` matches whatever stands (RFC 9110 section 13.1.1); a list matches if one of its members does; weak tags never do. */
export function matcher(ifMatch: string | null): ((version: number) => boolean) | null {
  if (ifMatch === null) return null
  const tags = ifMatch.split(",").map((tag) => tag.trim())
  return (version) => tags.includes("*") || tags.includes(googleEtag(version))
}
