import { createHash } from "node:crypto"
import { Temporal } from "temporal-polyfill"
import type { When } from "../../domain/event"
import { type Guest, NOTHING_OWN } from "../calendar/event"
import { timed } from "../calendar/when"
import { createEvent, type NewEvent } from "../calendar/write"
import type { Database } from "../store/database"
import type { Person } from "../store/people"
import { ADAS_WEEK } from "./adas-week"
import { MIAS_WEEK } from "./mias-week"
import { CALENDARS, PEOPLE, type SeedCalendar } from "./people"
import type { SeedEvent } from "./seed-event"

const WEEKS_BEHIND = 8
const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

/** Fills an empty schema: people, calendars, and weeks that look lived in, relative to today. */
export async function seedIfEmpty(db: Database, nowMs: number): Promise<void> {
  const present = await db.query("select 1 from people limit 1")
  if (present.length === 0) await seed(db, nowMs)
}

/**
 * Back to the first day. The journal's numbers and the signing keys stay. What is being written is waited for, and nothing is begun meanwhile; whoever reads is not
 * locked out, as `truncate` would have it, and does not lock this out.
 */
export const wipe = (db: Database): Promise<void> =>
  db.write("google", () =>
    db.write("microsoft", async ({ query }) => {
      // everything else belongs to a calendar or to somebody
      for (const table of ["journal", "calendars", "people"]) await query(`delete from ${table}`)
    }),
  )

export async function seed(db: Database, nowMs: number): Promise<void> {
  for (const person of PEOPLE) await insertPerson(db, person)
  for (const calendar of CALENDARS) await insertCalendar(db, calendar)
  for (const provider of ["google", "microsoft"] as const)
    await db.write(provider, async (tx) => {
      for (const event of [...ADAS_WEEK, ...MIAS_WEEK])
        if (event.owner.provider === provider) await createEvent(tx, newEvent(event, nowMs))
    })
}

const insertPerson = (db: Database, person: Person) =>
  db.query("insert into people (email, provider, subject, name, time_zone, is_admin) values ($1, $2, $3, $4, $5, $6)", [
    person.email,
    person.provider,
    person.subject,
    person.name,
    person.timeZone,
    person.isAdmin,
  ])

async function insertCalendar(db: Database, { id, owner, name, isPrimary, sharedWith }: SeedCalendar): Promise<void> {
  await db.query(
    "insert into calendars (id, provider, owner_email, name, time_zone, is_primary) values ($1, $2, $3, $4, $5, $6)",
    [id, owner.provider, owner.email, name, owner.timeZone, isPrimary],
  )
  for (const { person, role } of [{ person: owner, role: "owner" }, ...sharedWith])
    await db.query("insert into calendar_access (calendar_id, email, role) values ($1, $2, $3)", [
      id,
      person.email,
      role,
    ])
}

function newEvent(event: SeedEvent, nowMs: number): NewEvent {
  const { owner, slug } = event
  const google = owner.provider === "google"
  const id = google ? stableHex(slug) : `AAkALg${stableBase64(slug)}/+A=`
  const primary = CALENDARS.find((calendar) => calendar.isPrimary && calendar.owner === owner)
  const invited = (event.guests ?? []).map(([who, rsvp]) => guest(who, rsvp))
  const { start, end } = span(event, nowMs)
  return {
    calendarId: event.calendarId ?? primary?.id ?? owner.email,
    id,
    uid: google ? `${id}@google.com` : `040000008200E00074C5B7101A82E008${stableHex(slug).toUpperCase()}`,
    status: "confirmed",
    transactionId: null,
    own: { ...NOTHING_OWN, showAs: event.showAs ?? "busy" },
    content: {
      summary: event.summary,
      description: event.description ?? "",
      location: event.location ?? "",
      start,
      end,
      recurrence: event.repeats === "weekly" ? [`RRULE:FREQ=WEEKLY;BYDAY=${event.days.join()}`] : [],
      // Google lists the organizer among the attendees, Outlook does not.
      guests: google && invited.length > 0 ? [guest(owner, "accepted"), ...invited] : invited,
      organizer: { email: owner.email, name: owner.name },
      conferenceUrl: event.conference ? `https://meet.sandbox.example/${stableHex(slug).slice(0, 10)}` : null,
      eventType: "default",
      guestsCanModify: false,
    },
  }
}

const guest = (who: Person | string, rsvp: Guest["rsvp"]): Guest => ({
  email: typeof who === "string" ? who : who.email,
  name: typeof who === "string" ? null : who.name,
  rsvp,
  optional: false,
  respondedAt: null,
  comment: null,
})

/** The first day of a series is the first of its weekdays, eight weeks ago; a single event lies within the week that begins tomorrow. */
function span({ owner, days, at, repeats, weeksLater = 0 }: SeedEvent, nowMs: number): { start: When; end: When } {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(owner.timeZone).toPlainDate()
  const isoDay = DAYS.indexOf(days[0]) + 1
  const thisWeek = today.add({ days: isoDay - today.dayOfWeek })
  const next = Temporal.PlainDate.compare(thisWeek, today) > 0 ? thisWeek : thisWeek.add({ weeks: 1 })
  const on = repeats === "weekly" ? thisWeek.subtract({ weeks: WEEKS_BEHIND }) : next.add({ weeks: weeksLater })
  if (!at)
    return { start: { kind: "allDay", on: on.toString() }, end: { kind: "allDay", on: on.add({ days: 1 }).toString() } }
  return { start: timed(`${on}T${at[0]}`, owner.timeZone), end: timed(`${on}T${at[1]}`, owner.timeZone) }
}

/** Ids are the same on every machine, so that they can be spoken about. 26 characters of 0-9 and a-f: both are in base32hex. */
const stableHex = (slug: string): string => createHash("sha256").update(slug).digest("hex").slice(0, 26)
const stableBase64 = (slug: string): string => createHash("sha256").update(slug).digest("base64").slice(0, 37)
