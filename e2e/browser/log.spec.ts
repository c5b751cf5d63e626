import type { Locator, Page } from "@playwright/test"
import { formatDay } from "../../lib/domain/format-when"
import { dialogOf, proposalIn, propose, toastOf } from "./assistant"
import { stage } from "./days"
import { expect, test } from "./fixtures"
import type { Planted, Witness } from "./witness"

const { later } = stage()
const TARGET = `${formatDay(later)}, 15:00-15:30`

/** A race that the person sees through to the end: lost to a change of their own, then moved anyway. */
async function race(page: Page, witness: Witness, title: string): Promise<Planted> {
  const event = await witness.given("ada", { title, date: later })
  await page.goto("/")
  await propose(page, `move ${title} to 15:00`, TARGET)
  await witness.edit(event, { start: `${later}T12:00`, end: `${later}T12:30` })
  await proposalIn(page).getByRole("button", { name: "Apply" }).click()
  await dialogOf(page).getByRole("button", { name: "Move it anyway" }).click()
  await expect(toastOf(page, `Moved "${title}" to ${TARGET}.`)).toBeVisible()
  return event
}

const rowsOf = (page: Page): Locator =>
  page.getByRole("table", { name: "Rows of the log, newest first" }).getByRole("row").filter({ hasNotText: "Place" })

/** The newest answered question of Ada's, found by the filters. */
async function newestChoice(page: Page): Promise<Locator> {
  await page.goto("/log")
  await page.getByLabel("Person").selectOption("Ada Park")
  await page.getByLabel("Kind").selectOption("choice")
  await expect(page).toHaveURL(/person=[^&]+&kind=choice/)
  const newest = rowsOf(page).first()
  await expect(newest).toContainText("answered the question: move")
  return newest
}

test.use({ who: "grace" })

test("the log tells a whole race, from the first read to the outcome", async ({ page, pageOf, witness }) => {
  const event = await race(await pageOf("ada"), witness, "Quince review")
  const { etag } = await witness.event(event)
  const newest = await newestChoice(page)
  await newest.getByRole("button", { name: /^Story of row/ }).click()
  const story = page.getByRole("dialog", { name: "The whole story" })
  await expect(story.getByRole("article").last()).toContainText("the write ended: applied")
  await expect(story.getByRole("article")).toContainText([
    "assistant for Ada Park read the event: to plan",
    "assistant for Ada Park proposed a change",
    "Ada Park said yes to the proposal",
    "assistant for Ada Park read the event: right before writing",
    "assistant for Ada Park met a change by the person and asked: conflict",
    "Ada Park answered the question: move",
    "assistant for Ada Park read the event: right before writing",
    "assistant for Ada Park set out to write",
    "assistant for Ada Park the write ended: applied",
  ])
  await story.getByText("Versions, times and hashes").last().click()
  await expect(story.getByRole("article").last()).toContainText(etag)
  await expect(story.getByRole("article").last()).toContainText(/leaf hash[0-9a-f]{64}/)
})

test("filters stand in the address and survive a reload", async ({ page, pageOf, witness }) => {
  await race(await pageOf("ada"), witness, "Rowan review")
  await page.goto("/log")
  await page.getByLabel("Outcome").selectOption("applied")
  await expect(page).toHaveURL(/\/log\?outcome=applied$/)
  await expect(rowsOf(page).first()).toContainText("the write ended: applied")
  await expect(rowsOf(page).filter({ hasNotText: "applied" })).toHaveCount(0)
  await page.getByRole("button", { name: "Clear" }).click()
  await page.getByLabel("Kind").selectOption("choice")
  await expect(page).toHaveURL(/\/log\?kind=choice$/)
  await page.reload()
  await expect(page.getByLabel("Kind")).toHaveValue("choice")
  await expect(rowsOf(page).first()).toContainText("Ada Park")
  await expect(rowsOf(page).filter({ hasNotText: "answered the question" })).toHaveCount(0)
  await page.getByLabel("Person").selectOption("Leo Brandt")
  await expect(page.getByText("No row matches.")).toBeVisible()
  await page.getByRole("button", { name: "Clear" }).click()
  await expect(page).toHaveURL(/\/log$/)
  await expect(rowsOf(page).filter({ hasText: "looked at the log" }).first()).toContainText("Grace Lund")
})

test("titles are hidden until their owner shares them", async ({ page, pageOf, witness }) => {
  const ada = await pageOf("ada")
  await race(ada, witness, "Sorrel review")
  const share = ada.getByLabel("Admins may see the titles of my events in the log")
  const conflict = async () => {
    await page.goto("/log?kind=conflict")
    return rowsOf(page).first()
  }
  await expect(await conflict()).toContainText("hidden (not shared)")
  await expect(page.getByText("Sorrel review")).toHaveCount(0)

  await ada.goto("/settings")
  await expect(share).not.toBeChecked()
  await share.click()
  await expect(ada.getByText("Saved.")).toBeVisible()
  await expect(await conflict()).toContainText("Sorrel review")

  await share.click()
  await expect(share).not.toBeChecked()
  await expect(async () => expect(await conflict()).toContainText("hidden (not shared)", { timeout: 1_000 })).toPass()
})

test("verifying says that the log is intact, and what that does not prove", async ({ page }) => {
  await page.goto("/log")
  await expect(rowsOf(page).first()).toBeVisible()
  await page.getByRole("button", { name: "Verify" }).click()
  await expect(page.getByText(/The log is intact\. [1-9]\d* rows in \d+ ms\./)).toBeVisible()
  await page.getByText("What this does not prove").click()
  await expect(
    page.getByText("It does not prove that everything that happened was logged", { exact: false }),
  ).toBeVisible()
})

test.describe("for a member", () => {
  test.use({ who: "ada" })

  test("there is no log", async ({ page }) => {
    expect((await page.goto("/log"))?.status()).toBe(404)
    await expect(page.getByRole("link", { name: "To the assistant" })).toBeVisible()
    await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Log" })).toHaveCount(0)
    expect((await page.request.get("/api/log")).status()).toBe(403)
  })
})
