import type { Locator, Page } from "@playwright/test"
import { formatDay } from "../../lib/domain/format-when"
import { toastOf } from "./assistant"
import { addDays, instant, mondayOf, stage } from "./days"
import { expect, test } from "./fixtures"

const { later } = stage()
const second = addDays(later, 7)
const WEEK = `/calendar?week=${mondayOf(second)}`
const ALL = "This one and all later ones"

const eventOf = (page: Page, title: string): Locator => page.getByRole("button", { name: new RegExp(title) }).first()

async function pull(page: Page, title: string, arrow: "ArrowRight" | "ArrowDown"): Promise<void> {
  await eventOf(page, title).focus()
  await page.keyboard.down("Alt")
  await page.keyboard.press(arrow)
  await page.keyboard.up("Alt")
}

/** At 11:30 as it was, or at the hour that the later ones went to; `from` is the first of those. */
const starts = (weeks: number, from: number, clock: string, shift = 0): string[] =>
  Array.from({ length: weeks }, (_, week) => {
    const date = addDays(later, 7 * week)
    return week < from ? instant(date, "11:30") : instant(addDays(date, shift), clock)
  })

test.describe("pulled on the grid", () => {
  test.use({ who: "ada" })

  test("one of a series asks which ones, and this and all later ones go; undo brings them back", async ({
    page,
    witness,
  }) => {
    const event = await witness.given("ada", { title: "Teak sync", date: later, weeks: 4 })
    await page.goto(WEEK)
    const mark = await witness.mark()
    await pull(page, event.title, "ArrowRight")

    const dialog = page.getByRole("dialog")
    await expect(dialog).toHaveAccessibleName("Move Teak sync")
    await expect(dialog.getByRole("radio", { name: "Only this one" })).toBeChecked()
    expect(await witness.writes(mark)).toEqual([])
    // by keyboard too: the arrows go through a group of radio buttons
    await expect(dialog.getByRole("radio", { name: "Only this one" })).toBeFocused()
    await page.keyboard.press("ArrowDown")
    await expect(dialog.getByRole("radio", { name: ALL })).toBeChecked()
    await page.keyboard.press("Enter")

    const toast = toastOf(page, 'Changed "Teak sync" and all later ones: Fridays, 11:30-12:00.')
    await expect(toast).toBeVisible()
    expect(await witness.startsOf(event, 5)).toEqual(starts(4, 1, "11:30", 1))
    expect((await witness.writes(mark)).map(({ method }) => method)).toEqual(["POST", "PATCH"])

    await page.getByRole("button", { name: "Undo" }).first().click()
    await expect.poll(() => witness.startsOf(event, 5)).toEqual(starts(4, 4, "11:30"))
  })

  test("closed without an answer, nothing is written", async ({ page, witness }) => {
    const event = await witness.given("ada", { title: "Maple sync", date: later, weeks: 3 })
    await page.goto(WEEK)
    const mark = await witness.mark()
    await pull(page, event.title, "ArrowDown")
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click()
    await expect(page.getByRole("dialog")).toBeHidden()
    expect(await witness.writes(mark)).toEqual([])
  })
})

test.describe("on a phone", () => {
  test.use({ who: "mia", viewport: { width: 390, height: 844 } })

  test("what Outlook cannot keep is said before anything is written", async ({ page, witness }) => {
    const event = await witness.given("mia", { title: "Aspen sync", date: later, weeks: 4, guests: ["leo"] })
    await witness.edit(event, { rsvp: { email: "leo@outlook.sandbox", response: "accepted" } })
    await page.goto(WEEK)
    const mark = await witness.mark()
    const choose = async () => {
      await eventOf(page, event.title).click()
      const opened = page.getByRole("dialog")
      await opened.getByRole("button", { name: "Move to..." }).click()
      await opened.getByLabel("Start").fill("15:00")
      await opened.getByLabel("End", { exact: true }).fill("15:30")
      await opened.getByRole("radio", { name: ALL }).check()
      await opened.getByRole("button", { name: "Move", exact: true }).click()
    }
    await choose()
    const asked = page.getByRole("dialog", { name: "This cannot keep everything" })
    await expect(asked).toContainText("Outlook asks the guests of the later ones again.")
    await expect(asked).toContainText(`from ${formatDay(second)} on`)
    expect(await witness.writes(mark)).toEqual([])
    await asked.getByRole("button", { name: "Cancel" }).click()
    await expect(asked).toBeHidden()
    expect(await witness.writes(mark)).toEqual([])

    await choose()
    await asked.getByRole("button", { name: "Apply" }).click()
    await expect(asked).toBeHidden()
    await expect.poll(() => witness.startsOf(event, 5)).toEqual(starts(4, 1, "15:00"))
  })
})
