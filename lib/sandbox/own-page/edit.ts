import { Temporal } from "temporal-polyfill"
import { z } from "zod"
import { editAsPerson, type PersonsEdit, type PersonsEvent } from "../calendar/as-person"
import type { Content } from "../calendar/event"
import { asRow, getTarget } from "../calendar/find"
import { wallClock } from "../calendar/when"
import { Refusal } from "../refusal"
import { findCalendar, type Person } from "../store/people"
import type { World } from "../world"
import { dateOf } from "./event-form"

const Where = { calendarId: z.string(), eventId: z.string(), scope: z.enum(["one", "all"]).default("one") }
const clock = z
  .string()
  .regex(/^\d\d:\d\d$/)
  .optional()

/** The forms of the page. */
export const Form = z.discriminatedUnion("do", [
  z.object({
    do: z.literal("edit"),
    ...Where,
    summary: z.string(),
    location: z.string(),
    date: z.iso.date(),
    startTime: clock,
    endTime: clock,
  }),
  z.object({
    do: z.literal("rsvp"),
    ...Where,
    email: z.email(),
    response: z.enum(["accepted", "declined", "tentative", "needsAction"]),
  }),
  z.object({ do: z.literal("delete"), ...Where }),
  z.object({
    do: z.literal("create"),
    summary: z.string().min(1),
    location: z.string(),
    date: z.iso.date(),
    startTime: clock,
    endTime: clock,
  }),
])
export type EventForm = Exclude<z.infer<typeof Form>, { do: "create" }>

/** Does what the form says to one instance, or to its whole series. @throws {Refusal} */
export async function applyForm(world: World, person: Person, form: EventForm): Promise<void> {
  const { query } = world.db
  const calendar = await findCalendar(query, person.email, form.calendarId)
  if (!calendar) throw new Refusal("not-found")
  const row = asRow(person.provider, await getTarget(query, person.provider, calendar.id, form.eventId))
  const series = form.scope === "all" ? row.masterId : null
  const at: PersonsEvent = {
    provider: person.provider,
    person: person.email,
    calendarId: calendar.id,
    eventId: series ?? row.id,
  }
  if (form.do === "delete") await editAsPerson(world, at, { delete: true })
  else if (form.do === "rsvp") await editAsPerson(world, at, { rsvp: { email: form.email, response: form.response } })
  else {
    const target =
      series === null ? row : asRow(person.provider, await getTarget(query, person.provider, calendar.id, series))
    await editAsPerson(world, at, {
      ...texts(row.content, form),
      ...times(row.content, target.content, form, calendar.timeZone),
    })
  }
}

type Edit = Extract<EventForm, { do: "edit" }>

const texts = (shown: Content, form: Edit): PersonsEdit => ({
  ...(form.summary === shown.summary ? {} : { summary: form.summary }),
  ...(form.location === shown.location ? {} : { location: form.location }),
})

/**
 * The time that the form asks for. For a whole series the form shows one instance: its series begins as many days away as it
 * did, at the new time of day, moved by the days that the instance was moved.
 */
function times(shown: Content, target: Content, form: Edit, calendarZone: string): PersonsEdit {
  const zone = shown.start.kind === "timed" ? shown.start.timeZone : calendarZone
  const was = Temporal.PlainDate.from(dateOf(shown.start, zone))
  const days = was.until(Temporal.PlainDate.from(form.date)).days
  const move = (when: Content["start"], time: string | undefined): string => {
    const on = Temporal.PlainDate.from(dateOf(when, zone)).add({ days })
    if (when.kind === "allDay") return on.toString()
    return `${on}T${time ?? wallClock(when.at, zone).slice(11, 16)}:00`
  }
  const start = move(target.start, form.startTime)
  const end = move(target.end, form.endTime)
  const unmoved =
    days === 0 &&
    clockOf(shown.start, zone) === (form.startTime ?? "") &&
    clockOf(shown.end, zone) === (form.endTime ?? "")
  return unmoved ? {} : { start, end }
}

const clockOf = (when: Content["start"], zone: string): string =>
  when.kind === "timed" ? wallClock(when.at, zone).slice(11, 16) : ""
