import { type Browser, expect, type Page } from "@playwright/test"
import { dayText } from "../../lib/sandbox/own-page/event-form"
import { HOME_ZONE } from "../../lib/sandbox/seed/people"
import { NOBODY } from "./fixtures"
import { CAST } from "./people"
import type { Planted } from "./witness"

/** The provider's own page of an event, in a browser of its own, as on another device. */
export async function ownPageOf(browser: Browser, { who, title, date }: Planted): Promise<Page> {
  const { provider, email } = CAST[who]
  const context = await browser.newContext({ baseURL: process.env.SANDBOX_URL ?? "", storageState: NOBODY })
  const page = await context.newPage()
  await page.goto(`/own/${provider}?person=${encodeURIComponent(email)}&week=${date}`)
  await page
    .getByRole("region", { name: dayText({ kind: "allDay", on: date }, HOME_ZONE) })
    .getByRole("link", { name: title, exact: true })
    .click()
  return page
}

interface Edit {
  readonly title?: string
  readonly location?: string
  readonly date?: string
  readonly start?: string
  readonly end?: string
}

/** What a person changes in the form, and saves. */
export async function editThere(browser: Browser, event: Planted, edit: Edit): Promise<void> {
  const page = await ownPageOf(browser, event)
  const form = page.getByRole("form", { name: `Edit ${event.title}` })
  if (edit.title !== undefined) await form.getByLabel("Title").fill(edit.title)
  if (edit.location !== undefined) await form.getByLabel("Location").fill(edit.location)
  if (edit.date !== undefined) await form.getByLabel("Date").fill(edit.date)
  if (edit.start !== undefined) await form.getByLabel("Start").fill(edit.start)
  if (edit.end !== undefined) await form.getByLabel("End").fill(edit.end)
  await form.getByRole("button", { name: "Save" }).click()
  await saved(page)
}

export async function deleteThere(browser: Browser, event: Planted): Promise<void> {
  const page = await ownPageOf(browser, event)
  await page
    .getByRole("form", { name: `Delete ${event.title}` })
    .getByRole("button", { name: "Delete" })
    .click()
  await saved(page)
}

/** A guest answers, on the page of the one who invited them. */
export async function answerThere(browser: Browser, event: Planted, guest: string, answer: string): Promise<void> {
  const page = await ownPageOf(browser, event)
  const form = page.getByRole("form", { name: `Answer of ${guest} to ${event.title}` })
  await form.getByRole("combobox").selectOption(answer)
  await form.getByRole("button").click()
  await saved(page)
}

async function saved(page: Page): Promise<void> {
  await expect(page.getByRole("status")).toHaveText("Saved.")
  await page.context().close()
}
