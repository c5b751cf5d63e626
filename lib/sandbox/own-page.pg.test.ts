import { afterAll, beforeAll, beforeEach, expect, it } from "vitest"
import { FormBrowser } from "./testing/browser"
import { startTestSandbox, type TestSandbox } from "./testing/start"

interface Stored {
  readonly id: string
  readonly etag: string
  readonly masterId: string | null
  readonly content: {
    summary: string
    start: { at: string }
    end: { at: string }
    location: string
    guests: { email: string; rsvp: string }[]
  }
}

const PEOPLE = { google: "ada@google.sandbox", microsoft: "mia@outlook.sandbox" } as const
const WEEK = "2026-11-23"

let sandbox: TestSandbox
beforeAll(async () => {
  sandbox = await startTestSandbox()
})
beforeEach(async () => {
  await sandbox.control("POST", "reset")
})
afterAll(() => sandbox.close())

async function eventsOf(provider: "google" | "microsoft"): Promise<Stored[]> {
  const path = `events/${provider}/${PEOPLE[provider]}?from=${WEEK}T00:00:00Z&to=2026-12-05T00:00:00Z`
  return ((await (await sandbox.control("GET", path)).json()) as { events: Stored[] }).events
}

/** Opens an event of the week as a person would: from the list. */
async function openEvent(provider: "google" | "microsoft", title: string) {
  const browser = new FormBrowser()
  const week = await (
    await browser.get(`${sandbox.url}/own/${provider}?person=${PEOPLE[provider]}&week=${WEEK}`)
  ).text()
  const href = new RegExp(`<a href="([^"]*/event[^"]*)">${title}</a>`).exec(week)?.[1]?.replaceAll("&amp;", "&") ?? ""
  const url = `${sandbox.url}${href}`
  const html = await (await browser.get(url)).text()
  const form = (label: string) => new RegExp(`<form[^>]*aria-label="${label}"[\\s\\S]*?</form>`).exec(html)?.[0] ?? ""
  return { browser, url, html, week, form }
}

it.each(["google", "microsoft"] as const)(
  "%s: says what it is, and moves and renames one instance without asking for a version",
  async (provider) => {
    const before = (await eventsOf(provider)).filter(({ content }) => content.summary === "Weekly sync")
    const { browser, url, html, form } = await openEvent(provider, "Weekly sync")
    expect(html).toContain(
      provider === "google"
        ? "this stands in for Google Calendar&#39;s own page"
        : "this stands in for Outlook&#39;s own page",
    )
    const edited = form("Edit Weekly sync")
      .replace('value="10:00"', 'value="16:00"')
      .replace('value="10:30"', 'value="16:30"')
      .replace('value="Weekly sync"', 'value="Sync, later"')
    const response = await browser.press(url, edited, { name: "scope", value: "one" })
    expect(response.status).toBe(303)
    const after = await eventsOf(provider)
    const moved = after.find(({ id }) => id === before[0]?.id)
    expect(moved?.content).toMatchObject({
      summary: "Sync, later",
      start: { at: `2026-11-24T15:00:00Z` },
      end: { at: `2026-11-24T15:30:00Z` },
    })
    expect(moved?.etag).not.toBe(before[0]?.etag)
    expect(moved?.content.guests.map(({ email }) => email)).toEqual(before[0]?.content.guests.map(({ email }) => email))
    expect(after.find(({ id }) => id === before[1]?.id)).toEqual(before[1])
  },
)

it.each(["google", "microsoft"] as const)("%s: renames and moves a whole series", async (provider) => {
  const { browser, url, form } = await openEvent(provider, "Weekly sync")
  const edited = form("Edit Weekly sync")
    .replace('value="Weekly sync"', 'value="Renamed"')
    .replace('value="10:30"', 'value="10:45"')
  await browser.press(url, edited, { name: "scope", value: "all" })
  const after = (await eventsOf(provider)).filter(({ content }) => content.summary === "Renamed")
  expect(after.map(({ content }) => [content.start.at, content.end.at])).toEqual([
    ["2026-11-24T09:00:00Z", "2026-11-24T09:45:00Z"],
    ["2026-12-01T09:00:00Z", "2026-12-01T09:45:00Z"],
  ])
})

it.each(["google", "microsoft"] as const)("%s: answers as a guest and deletes", async (provider) => {
  const first = await openEvent(provider, "Design review")
  const guest = provider === "google" ? "Ben Osei" : "Leo Brandt"
  const before = (await eventsOf(provider)).find(({ content }) => content.summary === "Design review")
  await first.browser.press(first.url, first.form(`Answer of ${guest} to Design review`), {
    name: "response",
    value: "declined",
  })
  const answered = (await eventsOf(provider)).find(({ id }) => id === before?.id)
  expect(answered?.content.guests.find(({ email }) => email.startsWith(guest.slice(0, 3).toLowerCase()))?.rsvp).toBe(
    "declined",
  )
  expect(answered?.etag).not.toBe(before?.etag)
  await first.browser.press(first.url, first.form("Delete Design review"), { name: "go", value: "" })
  expect((await eventsOf(provider)).find(({ id }) => id === before?.id)).toBeUndefined()
})

it("offers no editing to a guest, labels every field, and remembers who was picked", async () => {
  const { html, browser } = await openEvent("google", "Quarterly planning")
  expect(html).toContain("Organised by Grace Lund")
  expect(html).not.toContain("Edit Quarterly planning")
  const own = await openEvent("google", "Weekly sync")
  const fields = [...own.html.matchAll(/<(?:input|select)(?![^>]*type="hidden")[^>]*>/g)]
  expect(fields.length).toBeGreaterThan(6)
  for (const { index } of fields)
    expect(own.html.lastIndexOf("<label", index)).toBeGreaterThan(own.html.lastIndexOf("</label>", index))
  expect(await (await browser.get(`${sandbox.url}/own/google`)).text()).toContain("Ada Park&#39;s calendar")
  expect(await (await new FormBrowser().get(`${sandbox.url}/own/google`)).text()).toContain("Whose calendar?")
})

it("takes no form from another site", async () => {
  const body = new URLSearchParams({ do: "create", summary: "x", location: "", date: WEEK })
  const headers = { origin: "http://evil.example", cookie: `sandbox_google_own=${PEOPLE.google}` }
  const response = await fetch(`${sandbox.url}/own/google`, { method: "POST", headers, body, redirect: "manual" })
  expect(response.status).toBe(403)
  expect((await eventsOf("google")).some(({ content }) => content.summary === "x")).toBe(false)
})
