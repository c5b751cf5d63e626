import { z } from "zod"
import { Refusal } from "../refusal"
import { findCalendar, findPerson } from "../store/people"
import type { World } from "../world"
import { storedGuest } from "./as-person"
import { type Content, type EventRow, NOTHING_OWN } from "./event"
import { newEventId } from "./ids"
import { allDay, timed } from "./when"
import { createEvent } from "./write"

export const NewPersonsEvent = z.strictObject({
  provider: z.enum(["google", "microsoft"]),
  person: z.email(),
  calendarId: z.string().default("primary"),
  summary: z.string(),
  /** A date, a wall-clock time in the calendar's zone, or a time with an offset. */
  start: z.string(),
  end: z.string(),
  location: z.string().default(""),
  description: z.string().default(""),
  recurrence: z.array(z.string()).default([]),
  attendees: z.array(z.email()).default([]),
  conferenceUrl: z.url().nullable().default(null),
  eventType: z.string().default("default"),
  guestsCanModify: z.boolean().default(false),
  showAs: z.enum(["busy", "free", "tentative", "oof", "workingElsewhere"]).default("busy"),
})

/** An event made by a person in the provider's own calendar. */
export async function createAsPerson(world: World, wish: z.infer<typeof NewPersonsEvent>): Promise<EventRow> {
  const calendar = await findCalendar(world.db.query, wish.person, wish.calendarId)
  const owner = calendar && (await findPerson(world.db.query, wish.provider, calendar.ownerEmail))
  if (!calendar || !owner) throw new Refusal("not-found", "calendar")
  const when = (text: string) => (text.includes("T") ? timed(text, calendar.timeZone) : allDay(text))
  const { summary, description, location, recurrence, conferenceUrl, eventType, guestsCanModify } = wish
  const content: Content = {
    summary,
    description,
    location,
    recurrence,
    conferenceUrl,
    eventType,
    guestsCanModify,
    start: when(wish.start),
    end: when(wish.end),
    guests: [],
    organizer: { email: owner.email, name: owner.name },
  }
  const guests = wish.attendees.map((email) => storedGuest(content, email))
  const host = { ...storedGuest(content, owner.email), name: owner.name, rsvp: "accepted" as const }
  const id = newEventId(wish.provider)
  const listed = wish.provider === "google" && guests.length > 0 ? [host, ...guests] : guests
  return world.db.write(wish.provider, (tx) =>
    createEvent(tx, {
      calendarId: calendar.id,
      id,
      uid: wish.provider === "google" ? `${id}@google.com` : id,
      status: "confirmed",
      transactionId: null,
      content: { ...content, guests: listed },
      own: { ...NOTHING_OWN, showAs: wish.showAs },
    }),
  )
}
