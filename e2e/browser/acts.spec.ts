import type { Locator, Page } from "@playwright/test"
import { dialogOf } from "./assistant"
import { mondayOf, stage } from "./days"
import { expect, test } from "./fixtures"

const { later } = stage()
const WEEK = `/calendar?week=${mondayOf(later)}`

const eventOf = (page: Page, title: string): Locator => page.getByRole("button", { name: new RegExp(title) })

async function open(page: Page, title: string): Promise<Locator> {
  await eventOf(page, title).first().click()
  const opened = page.getByRole("dialog")
  await expect(opened.getByText(title).first()).toBeVisible()
  return opened
}

test.describe("what an organizer does to an opened event", () => {
  test.use({ who: "ada" })

  test("deleted, after being asked, under the version that was on screen", async ({ page, witness }) => {
    const event = await witness.given("ada", { title: "Hazel check", date: later })
    await page.goto(WEEK)
    const opened = await open(page, event.title)
    const { etag } = await witness.event(event)
    const mark = await witness.mark()
    await opened.getByRole("button", { name: "Delete" }).click()
    expect(await witness.writes(mark)).toEqual([])
    await opened.getByRole("button", { name: "Delete it" }).click()
    await expect(eventOf(page, event.title)).toHaveCount(0)
    const writes = await witness.writes(mark)
    expect(writes.map(({ method, headers }) => [method, headers["if-match"]])).toEqual([["DELETE", etag]])
  })

  test("without a word to the guests, where the person says so", async ({ page, witness }) => {
    const event = await witness.given("ada", { title: "Linden check", date: later, guests: ["ben"] })
    await page.goto(WEEK)
    const opened = await open(page, event.title)
    const mark = await witness.mark()
    await opened.getByRole("button", { name: "Delete" }).click()
    await expect(opened.getByRole("button", { name: "Delete it and tell the guests" })).toBeVisible()
    await opened.getByRole("checkbox", { name: "Tell the guests" }).uncheck()
    await opened.getByRole("button", { name: "Delete it", exact: true }).click()
    await expect(eventOf(page, event.title)).toHaveCount(0)
    const writes = await witness.writes(mark)
    expect(writes.map(({ query }) => new URLSearchParams(query).get("sendUpdates"))).toEqual(["none"])
  })

  test("changed meanwhile, a delete asks, and keeping writes nothing", async ({ page, witness }) => {
    const event = await witness.given("ada", { title: "Rowan check", date: later })
    await page.goto(WEEK)
    const opened = await open(page, event.title)
    await opened.getByRole("button", { name: "Delete" }).click()
    await witness.edit(event, { summary: "Rowan check, renamed" })
    const mark = await witness.mark()
    await opened.getByRole("button", { name: "Delete it" }).click()
    const dialog = dialogOf(page)
    await expect(dialog).toBeVisible()
    await dialog.getByRole("button", { name: /^Keep/ }).click()
    await expect(dialog).toBeHidden()
    expect(await witness.writes(mark)).toEqual([])
    expect((await witness.event(event)).content.summary).toBe("Rowan check, renamed")
  })
})

test.describe("where the provider tells the guests by itself", () => {
  test.use({ who: "mia" })

  test("that is said, and there is nothing to choose", async ({ page, witness }) => {
    const event = await witness.given("mia", { title: "Mulberry check", date: later, guests: ["leo"] })
    await page.goto(WEEK)
    const opened = await open(page, event.title)
    await expect(opened.getByText("Outlook tells the guests by itself")).toBeVisible()
    await expect(opened.getByRole("checkbox")).toHaveCount(0)
  })
})

for (const { who, other } of [
  { who: "ben", other: "ada" },
  { who: "mia", other: "leo" },
] as const)
  test.describe(`what a guest answers: ${who}`, () => {
    test.use({ who })

    test("the organizer's copy has it", async ({ page, witness }) => {
      const event = await witness.given(other, { title: "Juniper talk", date: later, guests: [who] })
      await page.goto(WEEK)
      const opened = await open(page, event.title)
      await opened.getByRole("button", { name: "Decline" }).click()
      await expect
        .poll(async () => (await witness.event(event)).content.guests.find(({ email }) => email.startsWith(who))?.rsvp)
        .toBe("declined")
    })
  })
