import { html } from "hono/html"
import { Temporal } from "temporal-polyfill"
import type { Rsvp, When } from "../../domain/event"
import { type EventRow, sameEmail } from "../calendar/event"
import { wallClock } from "../calendar/when"
import type { SandboxProvider } from "../store/database"
import type { CalendarRow } from "../store/people"

type Html = ReturnType<typeof html>

/** An event on the page: as an instance where it belongs to a series. */
export interface ShownEvent {
  readonly row: EventRow
  readonly calendar: CalendarRow
}

const ANSWERS: readonly (readonly [Rsvp, string])[] = [
  ["needsAction", "No answer yet"],
  ["accepted", "Yes"],
  ["tentative", "Maybe"],
  ["declined", "No"],
]

/** A line of the week: leads to the event's own page. */
export function eventLine({ row, calendar }: ShownEvent, provider: SandboxProvider, week: string): Html {
  const query = new URLSearchParams({ calendar: calendar.id, id: row.id, week })
  const place = row.content.location === "" ? "" : `, ${row.content.location}`
  return html`<li class="card"><a href="/own/${provider}/event?${query.toString()}">${titleOf(row)}</a> <small>${spanText(row)}${place}</small></li>`
}

export const titleOf = (row: EventRow): string => row.content.summary || "(No title)"

/** One event with what the person may do to it: an organizer edits and deletes it, everybody answers as who they are. */
export function eventForms({ row, calendar }: ShownEvent, action: string): Html {
  const { content } = row
  const title = titleOf(row)
  const organizes = sameEmail(content.organizer.email, calendar.ownerEmail)
  const mayEdit = calendar.role !== "reader" && (organizes || content.guestsCanModify)
  return html`<p>${dayText(content.start, calendar.timeZone)}, ${spanText(row)}</p>
    ${organizes ? "" : html`<p>Organised by ${content.organizer.name ?? content.organizer.email}</p>`}
    ${mayEdit ? editForm(row, calendar, title, action) : ""}
    ${content.guests.length > 0 ? guestList(row, calendar, title, action) : ""}
    ${calendar.role === "reader" ? html`<p>You may only read this calendar.</p>` : deleteForm(row, calendar, title, action)}`
}

/** What says which event a form is about, and which instances of it. */
const which = (row: EventRow, calendar: CalendarRow): Html =>
  html`<input type="hidden" name="calendarId" value="${calendar.id}"><input type="hidden" name="eventId" value="${row.id}">`

const scope = (row: EventRow): Html =>
  row.masterId === null
    ? html``
    : html`<label>This event repeats. Apply to
        <select name="scope"><option value="one">This event</option><option value="all">All events</option></select></label>`

function editForm(row: EventRow, calendar: CalendarRow, title: string, action: string): Html {
  const { content } = row
  const zone = content.start.kind === "timed" ? content.start.timeZone : calendar.timeZone
  const timed = content.start.kind === "timed"
  const time = (name: "start" | "end", label: string, when: When) =>
    timed && when.kind === "timed"
      ? html`<label>${label}<input type="time" name="${name}Time" value="${wallClock(when.at, zone).slice(11, 16)}" required></label>`
      : ""
  return html`<form method="post" action="${action}" aria-label="Edit ${title}">${which(row, calendar)}
    <input type="hidden" name="do" value="edit">
    <div class="fields">
      <label>Title<input name="summary" value="${content.summary}"></label>
      <label>Location<input name="location" value="${content.location}"></label>
      <label>Date<input type="date" name="date" value="${dateOf(content.start, zone)}" required></label>
      ${time("start", "Start", content.start)} ${time("end", "End", content.end)} ${scope(row)}
    </div>
    <button class="primary">Save</button>
  </form>`
}

function guestList(row: EventRow, calendar: CalendarRow, title: string, action: string): Html {
  const guests = row.content.guests.filter(({ email }) => !sameEmail(email, row.content.organizer.email))
  return html`<h2>Guests</h2><ul class="bare">${guests.map((guest) => {
    const name = guest.name ?? guest.email
    return html`<li><form method="post" action="${action}" class="row" aria-label="Answer of ${name} to ${title}">${which(row, calendar)}
      <input type="hidden" name="do" value="rsvp"><input type="hidden" name="email" value="${guest.email}">
      <label>${name}, going?<select name="response">${ANSWERS.map(
        ([value, label]) => html`<option value="${value}" ${value === guest.rsvp ? "selected" : ""}>${label}</option>`,
      )}</select></label>
      <button>Answer as ${name}</button></form></li>`
  })}</ul>`
}

const deleteForm = (row: EventRow, calendar: CalendarRow, title: string, action: string): Html =>
  html`<form method="post" action="${action}" class="row" aria-label="Delete ${title}">${which(row, calendar)}
    <input type="hidden" name="do" value="delete">${scope(row)}<button>Delete</button></form>`

export const dateOf = (when: When, zone: string): string =>
  when.kind === "allDay" ? when.on : wallClock(when.at, zone).slice(0, 10)

const DAY_NAME = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const

/** `Thursday, 26 November 2026` */
export const dayText = (when: When, zone: string): string =>
  Temporal.PlainDate.from(dateOf(when, zone)).toLocaleString("en-GB", DAY_NAME)

function spanText({ content }: EventRow): string {
  const { start, end } = content
  if (start.kind === "allDay" || end.kind === "allDay") return "All day"
  return `${wallClock(start.at, start.timeZone).slice(11, 16)} to ${wallClock(end.at, start.timeZone).slice(11, 16)}`
}
