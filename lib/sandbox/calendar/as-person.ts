import { z } from "zod"
import { Refusal } from "../refusal"
import type { SandboxProvider, Tx } from "../store/database"
import { type CalendarRow, findCalendar } from "../store/people"
import type { World } from "../world"
import { type Content, type EventRow, type Guest, sameEmail, type Target } from "./event"
import { asRow, getTarget, kindOf } from "./find"
import { immutableId } from "./ids"
import { replyToEvent } from "./reply"
import { allDay, timed } from "./when"
import { deleteEvent, type Edit, editEvent, removeCopy, touch } from "./write"

/** A time as a form or a test writes it: a date, a wall-clock time in the calendar's zone, or one with an offset. */
const Moment = z.string().regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?$/)
const Rsvp = z.enum(["accepted", "declined", "tentative", "needsAction"])

/** What a person does in the provider's own calendar: unconditional, and in their own name. */
export const PersonsEdit = z.strictObject({
  summary: z.string().optional(),
  description: z.string().optional(),
  location: z.string().optional(),
  start: Moment.optional(),
  end: Moment.optional(),
  recurrence: z.array(z.string()).optional(),
  attendees: z.array(z.email()).optional(),
  /** A guest's answer, sent as that guest. */
  rsvp: z.strictObject({ email: z.email(), response: Rsvp }).optional(),
  reminderMinutes: z.array(z.number().int().min(0)).nullable().optional(),
  delete: z.literal(true).optional(),
  /** The provider rewrites the event by itself: a new version, nothing else. */
  rewrite: z.literal(true).optional(),
})
export type PersonsEdit = z.infer<typeof PersonsEdit>

export interface PersonsEvent {
  readonly provider: SandboxProvider
  readonly person: string
  readonly calendarId: string
  readonly eventId: string
}

/** @returns the event as it then stands. @throws {Refusal} as the provider's API would. */
export async function editAsPerson(world: World, at: PersonsEvent, edit: PersonsEdit): Promise<EventRow> {
  const calendar = await findCalendar(world.db.query, at.person, at.calendarId)
  if (!calendar) throw new Refusal("not-found")
  return world.db.write(at.provider, async (tx) => {
    const find = () => getTarget(tx.query, at.provider, calendar.id, immutableId(at.eventId))
    const target = await find()
    if (edit.delete) await removeAsPerson(tx, target, calendar)
    else await apply(tx, world, target, calendar, edit)
    return asRow(at.provider, await find())
  })
}

async function apply(tx: Tx, world: World, target: Target, calendar: CalendarRow, edit: PersonsEdit): Promise<void> {
  const { content } = asRow(tx.provider, target)
  if (edit.rewrite) await touch(tx, asRow(tx.provider, target))
  const respondedAt = tx.provider === "google" ? null : new Date(world.clock.now()).toISOString()
  let current = target
  if (edit.rsvp) {
    const row = await replyToEvent(tx, current, edit.rsvp.email, {
      rsvp: edit.rsvp.response,
      comment: null,
      respondedAt,
    })
    current = { kind: kindOf(row), row }
  }
  const change = changeOf(asRow(tx.provider, current).content, edit, calendar.timeZone)
  if (Object.keys(change).length === 0) return
  const shared = change.content !== undefined
  if (shared && !sameEmail(content.organizer.email, calendar.ownerEmail) && !content.guestsCanModify)
    throw new Refusal("not-organizer")
  await editEvent(tx, world.switches, current, change)
}

async function removeAsPerson(tx: Tx, target: Target, calendar: CalendarRow): Promise<void> {
  const row = asRow(tx.provider, target)
  if (sameEmail(row.content.organizer.email, calendar.ownerEmail)) {
    await deleteEvent(tx, target)
    return
  }
  await replyToEvent(tx, target, calendar.ownerEmail, { rsvp: "declined", comment: null, respondedAt: null })
  await removeCopy(tx, await getTarget(tx.query, tx.provider, calendar.id, row.id))
}

function changeOf(content: Content, edit: PersonsEdit, zone: string): Edit {
  const when = (text: string) => {
    if (!text.includes("T")) return allDay(text)
    return timed(text, content.start.kind === "timed" ? content.start.timeZone : zone)
  }
  const { summary, description, location, recurrence } = edit
  const shared: Partial<Content> = {
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(location === undefined ? {} : { location }),
    ...(recurrence === undefined ? {} : { recurrence }),
    ...(edit.start === undefined ? {} : { start: when(edit.start) }),
    ...(edit.end === undefined ? {} : { end: when(edit.end) }),
    ...(edit.attendees === undefined ? {} : { guests: edit.attendees.map((email) => storedGuest(content, email)) }),
  }
  return {
    ...(Object.keys(shared).length > 0 ? { content: shared } : {}),
    ...(edit.reminderMinutes === undefined ? {} : { own: { reminderMinutes: edit.reminderMinutes } }),
  }
}

/** Somebody who is already invited keeps their answer. */
export const storedGuest = (content: Content, email: string): Guest =>
  content.guests.find((guest) => sameEmail(guest.email, email)) ?? {
    email: email.toLowerCase(),
    name: null,
    rsvp: "needsAction",
    optional: false,
    respondedAt: null,
    comment: null,
  }
