import type { Locator, Page } from "@playwright/test"
import { formatDay } from "../../lib/domain/format-when"
import { dialogOf, toastOf } from "./assistant"
import { addDays, instant, mondayOf, stage } from "./days"
import { expect, test } from "./fixtures"

const { later } = stage()
const WEEK = `/calendar?week=${mondayOf(later)}`
const SATURDAY = addDays(later, 2)

const eventOf = (page: Page, title: string): Locator => page.getByRole("button", { name: new RegExp(`^${title}`) })

/** Its column of the grid, Monday is 0. */
const columnOf = (page: Page, day: number): Locator =>
  page
    .getByRole("row", { name: /^Timed/ })
    .getByRole("cell")
    .nth(day)

async function boxOf(of: Locator) {
  const box = await of.boundingBox()
  if (!box) throw new Error("not on screen")
  return box
}

/** Where both are once the week stands still: one that is read again is drawn again, and what was there is no longer attached. */
async function settled(page: Page, event: Locator, day: number) {
  const places = async () => {
    await event.scrollIntoViewIfNeeded({ timeout: 1_000 })
    return [await boxOf(event), await boxOf(columnOf(page, day))] as const
  }
  let found = await places().catch(() => null)
  await expect(async () => {
    const before = found
    found = await places()
    expect(found).toEqual(before)
  }).toPass()
  if (!found) throw new Error("never stood still")
  return found
}

/** By mouse into another column, at the same height. */
async function dragToDay(page: Page, event: Locator, day: number): Promise<void> {
  const [from, to] = await settled(page, event, day)
  const y = from.y + from.height / 2
  await page.mouse.move(from.x + from.width / 2, y)
  await page.mouse.down()
  await page.mouse.move(from.x + from.width / 2 + 5, y)
  await page.mouse.move(to.x + to.width / 2, y, { steps: 12 })
  await page.mouse.up()
}

/** What is on screen stays as it is: the week is not read again until the test ends. */
const holdTheWeek = (page: Page) => page.route("**/api/week**", () => new Promise<void>(() => {}))

async function openMoveTo(page: Page, title: string): Promise<Locator> {
  await eventOf(page, title).click()
  const opened = page.getByRole("dialog")
  await opened.getByRole("button", { name: "Move to..." }).click()
  return opened
}

test.use({ who: "ada" })

test("a drag writes once, on the version that was on screen", async ({ page, witness }) => {
  const event = await witness.given("ada", { title: "Kapok call", date: later })
  const { etag } = await witness.event(event)
  await page.goto(WEEK)
  const mark = await witness.mark()
  await dragToDay(page, eventOf(page, event.title), 5)
  await expect(toastOf(page, `Moved "Kapok call" to ${formatDay(SATURDAY)}, 11:30-12:00.`)).toBeVisible()
  expect((await witness.oneWrite(mark)).headers["if-match"]).toBe(etag)
  expect((await witness.event(event)).content.start).toMatchObject({ at: instant(SATURDAY, "11:30") })
  await expect(columnOf(page, 5).getByRole("button", { name: /^Kapok call/ })).toBeVisible()
})

test("a drag of what was changed in another tab asks, and keeping writes nothing", async ({
  page,
  pageOf,
  witness,
}) => {
  const event = await witness.given("ada", { title: "Linden call", date: later })
  await page.goto(WEEK)
  await expect(eventOf(page, event.title)).toBeVisible()
  await holdTheWeek(page)

  const other = await pageOf("ada")
  await other.goto(WEEK)
  const form = await openMoveTo(other, event.title)
  await form.getByLabel("Start").fill("13:30")
  await form.getByLabel("End", { exact: true }).fill("14:00")
  await form.getByRole("button", { name: "Move", exact: true }).click()
  await expect(toastOf(other, `Moved "Linden call" to ${formatDay(later)}, 13:30-14:00.`)).toBeVisible()

  const { etag } = await witness.event(event)
  const mark = await witness.mark()
  await dragToDay(page, eventOf(page, event.title), 5)
  const dialog = dialogOf(page)
  await expect(dialog).toHaveAccessibleName("You just changed this. Still move it?")
  await expect(dialog.getByRole("region", { name: "It was" })).toContainText("11:30-12:00")
  await expect(dialog.getByRole("region", { name: "It is now" })).toContainText("13:30-14:00")
  await expect(dialog.getByRole("region", { name: "Intended" })).toContainText(formatDay(SATURDAY))
  await dialog.getByRole("button", { name: "Keep my change" }).click()
  await expect(dialog).toBeHidden()
  expect((await witness.writes(mark)).filter(({ status }) => status === 200)).toEqual([])
  expect((await witness.event(event)).etag).toBe(etag)
})

test("a drag of what was changed elsewhere, moved anyway: on the version that stands", async ({ page, witness }) => {
  const event = await witness.given("ada", { title: "Maple call", date: later })
  await page.goto(WEEK)
  await expect(eventOf(page, event.title)).toBeVisible()
  await holdTheWeek(page)
  await witness.edit(event, { start: `${later}T13:30`, end: `${later}T14:00` })
  const { etag } = await witness.event(event)
  const mark = await witness.mark()
  await dragToDay(page, eventOf(page, event.title), 5)
  await dialogOf(page).getByRole("button", { name: "Move it anyway" }).click()
  await expect(toastOf(page, `Moved "Maple call" to ${formatDay(SATURDAY)}, 11:30-12:00.`)).toBeVisible()
  const taken = (await witness.writes(mark)).filter(({ status }) => status === 200)
  expect(taken.map(({ headers }) => headers["if-match"])).toEqual([etag])
  expect((await witness.event(event)).content.start).toMatchObject({ at: instant(SATURDAY, "11:30") })
})

test("by keyboard: however many steps, one write when Alt is let go; Escape puts it back", async ({
  page,
  witness,
}) => {
  const event = await witness.given("ada", { title: "Nutmeg call", date: later })
  await page.goto(WEEK)
  const mark = await witness.mark()
  await eventOf(page, event.title).focus()
  await page.keyboard.down("Alt")
  await page.keyboard.press("ArrowRight")
  await expect(page.getByRole("status")).toHaveText(`Nutmeg call: ${formatDay(addDays(later, 1))}, 11:30-12:00`)
  await page.keyboard.press("Escape")
  await page.keyboard.up("Alt")
  await expect(columnOf(page, 3).getByRole("button", { name: /^Nutmeg call/ })).toBeFocused()
  expect(await witness.writes(mark)).toEqual([])

  await page.keyboard.down("Alt")
  for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key)
  await page.keyboard.up("Alt")
  await expect(toastOf(page, `Moved "Nutmeg call" to ${formatDay(SATURDAY)}, 12:00-12:30.`)).toBeVisible()
  await witness.oneWrite(mark)
  expect((await witness.event(event)).content.start).toMatchObject({ at: instant(SATURDAY, "12:00") })
  await expect(eventOf(page, event.title)).toBeFocused()
})

/** Counts the tasks in which nobody has the focus, from now on. */
const countFocusless = (page: Page) =>
  page.evaluate(() => {
    const { port1, port2 } = new MessageChannel()
    Object.assign(window, { focusless: 0 })
    port1.onmessage = () => {
      if (document.activeElement === document.body)
        Object.assign(window, { focusless: Number(Reflect.get(window, "focusless")) + 1 })
      port2.postMessage(null)
    }
    port2.postMessage(null)
  })

test("an event keeps the focus while it is drawn anew, and a press beside it lets it go", async ({ page, witness }) => {
  const event = await witness.given("ada", { title: "Quince call", date: later })
  await page.goto(WEEK)
  await eventOf(page, event.title).focus()
  await countFocusless(page)
  for (const [start, day] of [
    [`${later}T13:30`, 3],
    [`${SATURDAY}T14:30`, 5],
  ] as const) {
    await witness.edit(event, { start, end: start.replace(":30", ":45") })
    await expect(columnOf(page, day).getByRole("button", { name: /^Quince call/ })).toContainText(start.slice(11))
    await expect(eventOf(page, event.title)).toBeFocused()
  }
  expect(await page.evaluate(() => Reflect.get(window, "focusless"))).toBe(0)

  await page.getByRole("region", { name: "Calendar" }).getByRole("heading").first().click()
  await witness.edit(event, { start: `${later}T15:30`, end: `${later}T15:45` })
  await expect(columnOf(page, 3).getByRole("button", { name: /^Quince call/ })).toContainText("15:30")
  await expect(eventOf(page, event.title)).not.toBeFocused()
})

test("by fields: what cannot be is said, what can be is moved", async ({ page, witness }) => {
  const event = await witness.given("ada", { title: "Olive call", date: later })
  await page.goto(WEEK)
  const mark = await witness.mark()
  const form = await openMoveTo(page, event.title)
  await form.getByLabel("End", { exact: true }).fill("11:00")
  await form.getByRole("button", { name: "Move", exact: true }).click()
  await expect(form.getByRole("alert")).toHaveText("The end must be after the start.")
  expect(await witness.writes(mark)).toEqual([])

  await form.getByLabel("Date").fill(SATURDAY)
  await form.getByLabel("Start").fill("16:00")
  await form.getByLabel("End", { exact: true }).fill("17:00")
  await form.getByRole("button", { name: "Move", exact: true }).click()
  await expect(toastOf(page, `Moved "Olive call" to ${formatDay(SATURDAY)}, 16:00-17:00.`)).toBeVisible()
  await witness.oneWrite(mark)
})

test("what somebody else organizes stays where it is", async ({ page, witness }) => {
  await witness.given("ben", { title: "Poplar call", date: later, guests: ["ada"] })
  await page.goto(WEEK)
  const shown = page.getByRole("button", { name: /Poplar call/ })
  await expect(shown).toBeVisible()
  const mark = await witness.mark()
  await dragToDay(page, shown, 5)
  await expect(columnOf(page, 3).getByRole("button", { name: /Poplar call/ })).toBeVisible()
  await shown.click()
  await expect(page.getByRole("dialog")).toContainText("Somebody else organizes it: only they can move it.")
  await expect(page.getByRole("button", { name: "Move to..." })).toHaveCount(0)
  expect(await witness.writes(mark)).toEqual([])
})
