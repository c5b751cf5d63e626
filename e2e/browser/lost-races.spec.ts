import type { Page } from "@playwright/test"
import { formatDay } from "../../lib/domain/format-when"
import { dialogOf, proposalIn, propose, toastOf } from "./assistant"
import { instant, stage } from "./days"
import { expect, test } from "./fixtures"
import { answerThere, deleteThere, editThere } from "./own-page"
import { CAST, PROVIDERS, SIDES } from "./people"

const { later } = stage()
const TARGET = `${formatDay(later)}, 15:00-15:30`

/** Every event here is the test's own: 11:30 on a day of its own, on its way to 15:00. */
const proposed = (page: Page, title: string) => propose(page, `move ${title} to 15:00`, TARGET)
const apply = (page: Page) => proposalIn(page).getByRole("button", { name: "Apply" }).click()

for (const provider of PROVIDERS) {
  const { who, guest, calendar } = SIDES[provider]

  test.describe(`changed meanwhile at ${calendar}`, () => {
    test.use({ who })
    test.beforeEach(({ page }) => page.goto("/"))

    test("nothing: it moves, once, on the version that was read", async ({ page, witness }) => {
      const event = await witness.given(who, { title: "Alder review", date: later })
      const { etag } = await witness.event(event)
      await proposed(page, event.title)
      const mark = await witness.mark()
      await apply(page)
      await expect(toastOf(page, `Moved "Alder review" to ${TARGET}.`)).toBeVisible()
      expect((await witness.oneWrite(mark)).headers["if-match"]).toBe(etag)
      expect((await witness.event(event)).content.start).toMatchObject({ at: instant(later, "15:00") })
    })

    test("its name and place: both changes can stand", async ({ page, browser, witness }) => {
      const event = await witness.given(who, { title: "Birch review", date: later })
      await proposed(page, event.title)
      await editThere(browser, event, { title: "Birch retrospective", location: "Room Spree" })
      const mark = await witness.mark()
      await apply(page)
      const dialog = dialogOf(page)
      await expect(dialog).toHaveAccessibleName("You just changed this. Apply both?")
      await expect(dialog.getByRole("region", { name: "It is now" })).toContainText("Birch retrospective")
      await expect(dialog.getByRole("region", { name: "It is now" })).toContainText("Room Spree")
      await expect(dialog.getByRole("button", { name: "Move it anyway" })).toHaveCount(0)
      expect(await witness.writes(mark)).toEqual([])

      await dialog.getByRole("button", { name: "Apply both" }).click()
      await expect(toastOf(page, `Moved "Birch retrospective" to ${TARGET}.`)).toBeVisible()
      await witness.oneWrite(mark)
      expect((await witness.event(event)).content).toMatchObject({
        summary: "Birch retrospective",
        location: "Room Spree",
        start: { at: instant(later, "15:00") },
      })
    })

    test("deleted: it is said, and nothing is written", async ({ page, browser, witness }) => {
      const event = await witness.given(who, { title: "Cedar review", date: later })
      await proposed(page, event.title)
      await deleteThere(browser, event)
      const mark = await witness.mark()
      await apply(page)
      await expect(proposalIn(page)).toContainText(
        /"Cedar review" (was deleted|is no longer on this calendar), so nothing was moved\./,
      )
      await expect(dialogOf(page)).toBeHidden()
      expect(await witness.writes(mark)).toEqual([])
    })

    test("moved by hand to the same time: it is already there", async ({ page, browser, witness }) => {
      const event = await witness.given(who, { title: "Dogwood review", date: later })
      await proposed(page, event.title)
      await editThere(browser, event, { start: "15:00", end: "15:30" })
      const mark = await witness.mark()
      await apply(page)
      await expect(proposalIn(page)).toContainText(`"Dogwood review" is already at ${TARGET}; nothing was changed.`)
      await expect(dialogOf(page)).toBeHidden()
      expect(await witness.writes(mark)).toEqual([])
    })

    test("only a guest's answer: it moves, and that is said", async ({ page, browser, witness }) => {
      const event = await witness.given(who, { title: "Elder review", date: later, guests: [guest] })
      await expect(await proposed(page, event.title)).toContainText("1 guest will be told.")
      await answerThere(browser, event, CAST[guest].email, "Maybe")
      const { etag } = await witness.event(event)
      const mark = await witness.mark()
      await apply(page)
      await expect(proposalIn(page)).toContainText("Meanwhile only a guest's reply had changed.")
      expect((await witness.oneWrite(mark)).headers["if-match"]).toBe(etag)
      const { content } = await witness.event(event)
      expect(content.start).toMatchObject({ at: instant(later, "15:00") })
      expect(content.guests.map(({ email }) => email)).toContain(CAST[guest].email)
    })

    test("in the moment of writing: the provider refuses, and it is asked", async ({ page, witness }) => {
      const event = await witness.given(who, { title: "Ficus review", date: later })
      await proposed(page, event.title)
      const change = { start: `${later}T13:30`, end: `${later}T14:00` }
      await witness.post("faults", { provider, kind: "edit-before-write", method: "PATCH", edit: { change } })
      const mark = await witness.mark()
      await apply(page)
      const dialog = dialogOf(page)
      await expect(dialog).toHaveAccessibleName("You just changed this. Still move it?")
      await expect(dialog.getByRole("region", { name: "It is now" })).toContainText("13:30-14:00")
      const theirs = await witness.event(event)
      expect(theirs.content.start).toMatchObject({ at: instant(later, "13:30") })
      expect((await witness.writes(mark)).map(({ method, status }) => [method, status])).toEqual([["PATCH", 412]])

      await dialog.getByRole("button", { name: "Move it anyway" }).click()
      await expect(toastOf(page, `Moved "Ficus review" to ${TARGET}.`)).toBeVisible()
      const writes = await witness.writes(mark)
      expect(writes.map(({ method, status }) => [method, status])).toEqual([
        ["PATCH", 412],
        ["PATCH", 200],
      ])
      expect(writes[1]?.headers["if-match"]).toBe(theirs.etag)
    })

    test("the slot: it is asked, and keeping it writes nothing", async ({ page, witness }) => {
      const event = await witness.given(who, { title: "Gorse review", date: later })
      await proposed(page, event.title)
      await witness.given(who, { title: "Fire drill", date: later, start: "15:00", end: "16:00" })
      const mark = await witness.mark()
      await apply(page)
      const dialog = dialogOf(page)
      await expect(dialog).toHaveAccessibleName("That time was just taken. Still move it?")
      await expect(dialog).toContainText(`Taken now: ${TARGET}`)
      await expect(dialog.getByRole("button", { name: "Keep it as it is" })).toBeFocused()
      await page.keyboard.press("Enter")
      await expect(dialog).toBeHidden()
      expect(await witness.writes(mark)).toEqual([])
      expect((await witness.event(event)).content.start).toMatchObject({ at: instant(later, "11:30") })
    })

    test("again while it was asked: the answer loses too, and it is asked again", async ({
      page,
      browser,
      witness,
    }) => {
      const event = await witness.given(who, { title: "Hazel review", date: later })
      await proposed(page, event.title)
      await editThere(browser, event, { start: "12:00", end: "12:30" })
      await apply(page)
      const isNow = dialogOf(page).getByRole("region", { name: "It is now" })
      await expect(isNow).toContainText("12:00-12:30")
      await editThere(browser, event, { start: "16:00", end: "16:30" })
      const mark = await witness.mark()
      await dialogOf(page).getByRole("button", { name: "Move it anyway" }).click()
      await expect(isNow).toContainText("16:00-16:30")
      expect(await witness.writes(mark)).toEqual([])
      await dialogOf(page).getByRole("button", { name: "Keep my change" }).click()
      await expect(dialogOf(page)).toBeHidden()
      expect(await witness.writes(mark)).toEqual([])
    })

    test("a question put off waits, over a reload too", async ({ page, browser, witness }) => {
      const event = await witness.given(who, { title: "Juniper review", date: later })
      await proposed(page, event.title)
      await editThere(browser, event, { start: "12:00", end: "12:30" })
      const mark = await witness.mark()
      await apply(page)
      await expect(dialogOf(page)).toBeVisible()
      await page.keyboard.press("Escape")
      await expect(dialogOf(page)).toBeHidden()
      await expect(proposalIn(page)).toContainText("Waiting for your answer.")

      await page.reload()
      const waiting = page.getByText("A question is waiting: Juniper review")
      await expect(waiting).toBeVisible()
      await proposalIn(page).getByRole("button", { name: "Answer" }).click()
      await expect(dialogOf(page)).toHaveAccessibleName("You just changed this. Still move it?")
      await dialogOf(page).getByRole("button", { name: "Keep my change" }).click()
      await expect(dialogOf(page)).toBeHidden()
      await expect(waiting).toBeHidden()
      expect(await witness.writes(mark)).toEqual([])
    })

    test("nothing, and it is undone from the message: as it was", async ({ page, witness }) => {
      const event = await witness.given(who, { title: "Larch review", date: later })
      await proposed(page, event.title)
      const mark = await witness.mark()
      await apply(page)
      const moved = toastOf(page, `Moved "Larch review" to ${TARGET}.`)
      await moved.getByRole("button", { name: "Undo" }).click()
      await expect(toastOf(page, `Moved "Larch review" to ${formatDay(later)}, 11:30-12:00.`)).toBeVisible()
      expect((await witness.event(event)).content.start).toMatchObject({ at: instant(later, "11:30") })
      const writes = await witness.writes(mark)
      expect(writes.map(({ method, status }) => [method, status])).toEqual([
        ["PATCH", 200],
        ["PATCH", 200],
      ])
      expect(writes[1]?.headers["if-match"], "undone on the version that the move made").not.toBe(
        writes[0]?.headers["if-match"],
      )
    })
  })
}
