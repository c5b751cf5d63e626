import type { Locator, Page } from "@playwright/test"
import { toastOf } from "./assistant"
import { instant, mondayOf, stage } from "./days"
import { expect, test } from "./fixtures"

const { later } = stage()
const WEEK = `/calendar?week=${mondayOf(later)}`

const formOf = (page: Page): Locator => page.getByRole("dialog", { name: "New event" })

async function fill(form: Locator, title: string): Promise<void> {
  await form.getByLabel("Title").fill(title)
  await form.getByLabel("Date").fill(later)
  await form.getByLabel("Start").fill("17:00")
  await form.getByLabel("End", { exact: true }).fill("17:45")
  await form.getByLabel("Place").fill("Room Spree")
  await form.getByLabel("Guests").fill("ben@google.sandbox")
}

for (const { who, viewport } of [
  { who: "ada", viewport: { width: 1280, height: 800 } },
  { who: "mia", viewport: { width: 390, height: 844 } },
] as const)
  test.describe(`by ${who} at ${viewport.width} pixels`, () => {
    test.use({ who, viewport })

    test("made once, however often it is pressed", async ({ page, witness }) => {
      await page.goto(WEEK)
      await page.getByRole("button", { name: "New event" }).click()
      const form = formOf(page)
      await expect(form.getByLabel("Title")).toBeFocused()
      await fill(form, "Sorrel review")
      const mark = await witness.mark()
      await form.getByRole("button", { name: "Create" }).dblclick()
      await expect(form).toBeHidden()
      await expect(toastOf(page, `Created "Sorrel review"`)).toBeVisible()
      expect((await witness.writes(mark)).map(({ method }) => method)).toEqual(["POST"])
      expect(await witness.startsOf({ who, title: "Sorrel review", date: later }, 1)).toEqual([instant(later, "17:00")])
    })

    test("sent again after its answer was lost, it is made once, and nothing typed is lost", async ({
      page,
      witness,
      complaints,
    }) => {
      await page.goto(WEEK)
      await page.getByRole("button", { name: "New event" }).click()
      const form = formOf(page)
      await fill(form, "Gorse review")
      const mark = await witness.mark()
      let lost = 0
      await page.route("**/api/events", async (route) => {
        if (route.request().method() !== "POST" || lost++ > 0) return route.continue()
        await route.fetch()
        await route.abort()
      })
      await form.getByRole("button", { name: "Create" }).click()
      await expect(form.getByText("No connection to the server.")).toBeVisible()
      await expect(form.getByLabel("Title")).toHaveValue("Gorse review")
      await expect(form.getByLabel("Place")).toHaveValue("Room Spree")
      await form.getByRole("button", { name: "Create" }).click()
      await expect(form).toBeHidden()
      expect((await witness.writes(mark)).map(({ method }) => method)).toEqual(["POST"])
      expect(await witness.startsOf({ who, title: "Gorse review", date: later }, 1)).toHaveLength(1)
      complaints.splice(0)
    })
  })

test.describe("where it begins", () => {
  test.use({ who: "ada" })

  test("what is wrong is said at its field", async ({ page, witness }) => {
    await page.goto(WEEK)
    await page.getByRole("button", { name: "New event" }).click()
    const form = formOf(page)
    const mark = await witness.mark()
    await form.getByLabel("Guests").fill("ben")
    await form.getByLabel("Start").fill("10:00")
    await form.getByLabel("End", { exact: true }).fill("10:00")
    await form.getByRole("button", { name: "Create" }).click()
    await expect(form.getByLabel("Title")).toHaveAccessibleDescription("Give it a title.")
    await expect(form.getByLabel("End", { exact: true })).toHaveAccessibleDescription(
      "The end must be after the start.",
    )
    await expect(form.getByLabel("Guests")).toHaveAccessibleDescription(/"ben" is no address\./)
    expect(await witness.writes(mark)).toEqual([])
  })

  test("an empty place of the grid, by mouse; and by keyboard", async ({ page }) => {
    await page.goto(WEEK)
    const column = page
      .getByRole("row", { name: /^Timed/ })
      .getByRole("cell")
      .nth(5)
    const box = await column.boundingBox()
    if (!box) throw new Error("not on screen")
    // 24 px a half hour: 20:00 is nobody's
    await column.click({ position: { x: box.width / 2, y: 40 * 24 + 6 } })
    const form = formOf(page)
    await expect(form.getByLabel("Start")).toHaveValue("20:00")
    await expect(form.getByLabel("End", { exact: true })).toHaveValue("20:30")
    await page.keyboard.press("Escape")
    await expect(form).toBeHidden()
    await page
      .getByRole("row", { name: /^Timed/ })
      .getByRole("rowheader")
      .focus()
    await page.keyboard.press("n")
    await expect(form).toBeVisible()
  })
})
