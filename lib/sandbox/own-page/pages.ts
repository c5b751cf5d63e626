import { html } from "hono/html"
import { page } from "../http/page"
import type { SandboxProvider } from "../store/database"
import type { Person } from "../store/people"
import { eventForms, eventLine, type ShownEvent, titleOf } from "./event-form"
import type { Week } from "./week"

type Html = ReturnType<typeof html>

const BRANDS = { google: "Google Calendar", microsoft: "Outlook" } as const

const frame = (provider: SandboxProvider, title: string, content: Html): Html =>
  page(title, `Sandbox: this stands in for ${BRANDS[provider]}'s own page`, content)

export const pickerPage = (provider: SandboxProvider, people: readonly Person[]): Html =>
  frame(
    provider,
    "Whose calendar?",
    html`<ul class="bare">${people.map(
      (person) =>
        html`<li><a href="/own/${provider}?person=${encodeURIComponent(person.email)}">${person.name}</a> <small>${person.email}</small></li>`,
    )}</ul>`,
  )

export const refusedPage = (provider: SandboxProvider, message: string, back: string): Html =>
  frame(
    provider,
    "That did not work",
    html`<p role="alert">${message}</p><p><a href="${back}">Back to the week</a></p>`,
  )

export function weekPage(person: Person, week: Week, saved: boolean): Html {
  const { provider } = person
  const to = (monday: string) => `/own/${provider}?week=${monday}`
  const action = to(week.monday)
  return frame(
    provider,
    `${person.name}'s calendar`,
    html`${saved ? html`<p role="status"><b>Saved.</b></p>` : ""}
    <nav class="row" aria-label="Weeks"><a href="${to(week.previous)}">Previous week</a><a href="${to(week.next)}">Next week</a>
      <a href="/own/${provider}/people">Somebody else</a></nav>
    ${week.days.map(
      (day) => html`<section aria-label="${day.name}"><h2>${day.name}</h2>
        ${day.events.length === 0 ? html`<p><small>Nothing</small></p>` : html`<ul class="bare">${day.events.map((event) => eventLine(event, provider, week.monday))}</ul>`}
      </section>`,
    )}
    <section aria-label="New event"><h2>New event</h2>${createForm(action, week.monday)}</section>`,
  )
}

export function eventPage(person: Person, event: ShownEvent, week: string): Html {
  const action = `/own/${person.provider}?week=${encodeURIComponent(week)}`
  return frame(
    person.provider,
    titleOf(event.row),
    html`<p><a href="${action}">Back to the week</a></p>${eventForms(event, action)}`,
  )
}

const createForm = (action: string, day: string): Html =>
  html`<form method="post" action="${action}" aria-label="Create an event"><input type="hidden" name="do" value="create">
    <div class="fields">
      <label>Title<input name="summary" required></label>
      <label>Location<input name="location"></label>
      <label>Date<input type="date" name="date" value="${day}" required></label>
      <label>Start<input type="time" name="startTime" value="12:00" required></label>
      <label>End<input type="time" name="endTime" value="12:30" required></label>
    </div>
    <button class="primary">Create</button>
  </form>`
