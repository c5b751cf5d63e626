import { randomUUID } from "node:crypto"
import type { APIRequestContext, Page } from "@playwright/test"
import { addDays, instant, mondayOf, stage } from "./days"
import { expect, test } from "./fixtures"
import { leaveNothing, timesOf } from "./own-agents"

/* D11, D17: what an agent books through the API in its person's calendar, and what the person does to it there. */

const { later } = stage()
const FRIDAY = addDays(later, 1)
const BUMP_SECONDS = 3

async function agentWithKey(page: Page, name: string): Promise<string> {
  await page.getByLabel("Name of a new agent").fill(name)
  await page.getByRole("button", { name: "Add", exact: true }).click()
  await page.getByRole("button", { name: `Keys of ${name}` }).click()
  const keys = page.getByRole("group", { name: `Keys of ${name}` })
  await keys.getByRole("button", { name: "Issue a key" }).click()
  return keys.getByLabel("The key").inputValue()
}

/** @returns the key of an agent that may book on Ada's calendar */
async function wrenMayBook(page: Page): Promise<string> {
  await page.goto("/agents")
  const key = await agentWithKey(page, "Wren")
  const done = await timesOf(page, "Ada Park (ada@google.sandbox)")
  await page.getByLabel("A booking may be bumped for (seconds)").fill(String(BUMP_SECONDS))
  await done.click()
  await expect(page.getByText(`bookings may be bumped for ${BUMP_SECONDS} s`)).toBeVisible()
  return key
}

async function book(request: APIRequestContext, key: string, title: string, clock: string, end: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}` }
  const who = await (await request.get("/api/v1/whoami", { headers })).text()
  const answer = await request.post("/api/v1/bookings", {
    headers: { ...headers, "idempotency-key": randomUUID() },
    data: {
      user_id: /"user_id":"([^"]+)"/.exec(who)?.[1],
      start: instant(FRIDAY, clock),
      end: instant(FRIDAY, end),
      title,
    },
  })
  expect([answer.status(), await answer.text()]).toEqual([201, expect.stringContaining(title)])
}

/** Where the agent's event lies, as the app's own page is told. */
async function eventId(page: Page, title: string, bookedBy = "Wren"): Promise<string> {
  const { events } = await (await page.request.get(`/api/week?from=${FRIDAY}&days=1`)).json()
  const found = events.find((each: { event: { summary: string } }) => each.event.summary === title)
  expect(found.bookedBy ?? "nobody").toBe(bookedBy)
  return found.event.ref.eventId
}

test.describe("a booking in its person's calendar", () => {
  test.use({ who: "ada" })
  test.afterEach(({ page }) => leaveNothing(page))

  test("D17 appears in the week once it is frozen; deleted there, it is cancelled; an event over one is asked about", async ({
    page,
    request,
    witness,
  }, { retry }) => {
    test.slow()
    // what an earlier try left stands among what ended lately
    const again = " again".repeat(retry)
    const [one, two, over] = [`Wren's first${again}`, `Wren's second${again}`, `Over it${again}`]
    const key = await wrenMayBook(page)
    await book(request, key, one, "18:00", "18:30")
    await book(request, key, two, "20:00", "20:30")

    await page.goto(`/calendar?week=${mondayOf(FRIDAY)}`)
    const first = page.getByRole("button", { name: one })
    await expect(first).toBeVisible({ timeout: 20_000 })
    await first.click()
    await expect(page.getByRole("dialog").getByText("Booked by agent Wren")).toBeVisible()
    await page.screenshot({ path: "test-results/looks/desktop-booked-event.png" })
    await page.keyboard.press("Escape")

    await witness.remove({ who: "ada", id: await eventId(page, one) })
    await page.goto("/agents")
    const standing = page.getByRole("list", { name: "Held and booked" })
    await expect(standing.getByText(one)).toHaveCount(0, { timeout: 20_000 })
    await page.getByText(/^Ended lately/).click()
    const ended = page.getByRole("list", { name: "Ended lately" }).getByRole("listitem")
    await expect(ended.filter({ hasText: one })).toContainText("cancelled by you")

    await page.goto("/calendar")
    await witness.given("ada", { title: over, date: FRIDAY, start: "20:15", end: "21:00" })
    const banner = page.getByText("A booking of an agent needs your answer.")
    await expect(banner).toBeVisible({ timeout: 20_000 })
    await page.screenshot({ path: "test-results/looks/desktop-booking-asked.png" })
    await page.getByRole("link", { name: "Answer" }).click()
    await page.getByText(/^Ended lately/).click()
    await expect(banner).toHaveCount(0)
    const asked = page.getByRole("list", { name: "Questions about bookings" }).getByRole("listitem")
    await expect(asked).toContainText("An event of yours was put over it", { timeout: 20_000 })
    await expect(asked).toContainText("20:15")
    for (const [name, width, height] of [
      ["desktop", 1440, 900],
      ["phone", 390, 844],
    ] as const)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
        await page.screenshot({ path: `test-results/looks/${name}-booking-question-${colorScheme}.png` })
      }
    await page.setViewportSize({ width: 1440, height: 900 })
    await asked.getByRole("button", { name: `Cancel the booking: ${two}` }).click()
    await expect(asked).toHaveCount(0)
    await expect(ended.filter({ hasText: two })).toContainText("cancelled by you")
    await page.goto(`/calendar?week=${mondayOf(FRIDAY)}`)
    await expect(page.getByRole("button", { name: over })).toBeVisible()
    await expect(page.getByRole("button", { name: two })).toHaveCount(0, { timeout: 20_000 })
  })

  test("D17 whose event the calendar refuses says so on the Agents page, and what to do", async ({
    page,
    request,
    witness,
  }) => {
    const key = await wrenMayBook(page)
    await witness.post("faults", {
      provider: "google",
      kind: "403",
      method: "POST",
      bodyIncludes: "Wren's refused",
    })
    await book(request, key, "Wren's refused", "19:00", "19:30")
    const row = page.getByRole("list", { name: "Held and booked" }).getByRole("listitem")
    await expect(row).toContainText("Your calendar does not let it be written: it is read-only for you.", {
      timeout: 20_000,
    })
    await expect(row).toContainText("The booking stands all the same")
    for (const [name, width, height] of [
      ["desktop", 1280, 900],
      ["phone", 390, 844],
    ] as const)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
        await row.scrollIntoViewIfNeeded()
        await page.screenshot({ path: `test-results/looks/${name}-booking-refused-${colorScheme}.png` })
      }
    await page.setViewportSize({ width: 1440, height: 900 })
    await row.getByRole("button", { name: "Cancel Wren's refused", exact: true }).click()
    await page.getByRole("button", { name: "Cancel Wren's refused now" }).click()
    await expect(row).toHaveCount(0)
  })

  test("D17 whose event the calendar does not let be taken away says so where it ended", async ({
    page,
    request,
    witness,
  }) => {
    const key = await wrenMayBook(page)
    await book(request, key, "Wren's kept", "19:00", "19:30")
    await page.goto(`/calendar?week=${mondayOf(FRIDAY)}`)
    await expect(page.getByRole("button", { name: /Wren's kept/ })).toBeVisible({ timeout: 20_000 })
    await witness.post("faults", { provider: "google", kind: "403", method: "DELETE" })
    await page.goto("/agents")
    await page.getByRole("button", { name: "Cancel Wren's kept", exact: true }).click()
    await page.getByRole("button", { name: "Cancel Wren's kept now" }).click()
    const row = page
      .getByRole("list", { name: "Ended lately" })
      .getByRole("listitem")
      .filter({ hasText: "Wren's kept" })
      .first()
    await expect(row).toContainText("Your calendar does not let its event be taken away: it is read-only for you.", {
      timeout: 20_000,
    })
    for (const [name, width, colorScheme] of [
      ["desktop", 1280, "light"],
      ["phone", 390, "dark"],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
      await row.scrollIntoViewIfNeeded()
      await page.screenshot({ path: `test-results/looks/${name}-ended-refused-${colorScheme}.png` })
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    await witness.remove({ who: "ada", id: await eventId(page, "Wren's kept", "nobody") })
    // the page stays open, and nothing is written to the log of it
    await expect(row).not.toContainText("does not let its event be taken away", { timeout: 20_000 })
    await expect(row).toContainText("cancelled by you")
  })
})
