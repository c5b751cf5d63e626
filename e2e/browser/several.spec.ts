import type { Locator, Page } from "@playwright/test"
import { formatDay } from "../../lib/domain/format-when"
import { dialogOf, proposalIn, say, toastOf, turnsOf } from "./assistant"
import { addDays, instant, stage } from "./days"
import { expect, test } from "./fixtures"
import type { Who } from "./people"
import type { Planted, Witness } from "./witness"

/* Plans of several steps: some of them left out, the rest after a stop, and undo from the log. */

const { later } = stage()
const day = addDays(later, 2)
const on = formatDay(day)

/** Three events of one day, at 9, 10 and 11, and a plan that moves each five hours on. */
async function planned(page: Page, witness: Witness, who: Who, tree: string) {
  const titles = ["audit", "draft", "recap"].map((what) => `${tree} ${what}`)
  const events: Planted[] = []
  for (const [i, title] of titles.entries()) {
    const start = String(9 + i).padStart(2, "0")
    events.push(await witness.given(who, { title, date: day, start: `${start}:00`, end: `${start}:30` }))
  }
  await page.goto("/")
  await say(page, titles.map((title, i) => `move ${title} to ${14 + i}:00`).join(" and "))
  const card = proposalIn(page)
  await expect(card.getByRole("heading")).toHaveText(titles)
  const [one, two, three] = events
  if (!one || !two || !three) throw new Error("three were made")
  return { one, two, three, card, mark: await witness.mark() }
}

const startOf = async (witness: Witness, event: Planted): Promise<string> => {
  const { start } = (await witness.event(event)).content
  return start.kind === "timed" ? start.at : start.on
}
const tickOf = (card: Locator, title: string) => card.getByRole("checkbox", { name: `Include ${title}` })

test.describe("of Ada's", () => {
  test.use({ who: "ada" })

  test("one of three is unticked: the other two are written, and the card says what was left out", async ({
    page,
    witness,
  }) => {
    const { one, two, three, card, mark } = await planned(page, witness, "ada", "Alder")
    for (const { title } of [one, two, three]) await expect(tickOf(card, title)).toBeChecked()
    await tickOf(card, two.title).uncheck()
    expect(await witness.writes(mark), "a tick is not a yes").toEqual([])
    await card.getByRole("button", { name: "Apply 2 of 3" }).click()
    await expect(card).toContainText(`Moved "${three.title}" to ${on}, 16:00-16:30.`)
    await expect(card.getByRole("list", { name: "Left out" })).toHaveText(`You left out "${two.title}".`)
    expect(await witness.writes(mark)).toHaveLength(2)
    expect(await startOf(witness, one)).toBe(instant(day, "14:00"))
    expect(await startOf(witness, two)).toBe(instant(day, "10:00"))
    expect(await startOf(witness, three)).toBe(instant(day, "16:00"))
  })

  test("with nothing ticked there is nothing to apply; a swap is ticked as one", async ({ page, witness }) => {
    const { one, two, three, card } = await planned(page, witness, "ada", "Birch")
    for (const { title } of [one, two, three]) await tickOf(card, title).uncheck()
    await expect(card.getByRole("button", { name: "Apply 0 of 3" })).toBeDisabled()

    await say(page, `swap ${one.title} and ${two.title} and move ${three.title} to 16:00`)
    const swap = proposalIn(page)
    await expect(swap.getByRole("heading")).toHaveCount(3)
    await expect(swap).toContainText(`Only together with "${two.title}".`)
    await tickOf(swap, two.title).uncheck()
    await expect(tickOf(swap, one.title)).not.toBeChecked()
    await expect(tickOf(swap, three.title)).toBeChecked()
    await tickOf(swap, one.title).check()
    await expect(tickOf(swap, two.title)).toBeChecked()
    await expect(swap.getByRole("button", { name: "Apply", exact: true })).toBeEnabled()
  })

  test("a plan that stopped says how far it got; the rest is done on what stands by then, after another yes", async ({
    page,
    witness,
  }) => {
    const { one, two, three, card } = await planned(page, witness, "ada", "Cedar")
    const stopped = turnsOf(page).filter({ has: page.getByText(`move ${one.title} to 14:00`) })
    await witness.edit(two, { delete: true })
    await card.getByRole("button", { name: "Apply" }).click()
    await expect(stopped).toContainText("1 of 3 was done, the other 2 were not.")
    await expect(stopped).toContainText(`"${two.title}" was deleted, so nothing was moved.`)
    await witness.edit(three, { start: `${day}T12:00`, end: `${day}T12:30` })
    const { etag } = await witness.event(three)
    const mark = await witness.mark()

    await stopped.getByRole("button", { name: "Do the rest" }).click()
    await expect(stopped).toContainText("1 of 3 was done. The rest was proposed anew.")
    const rest = proposalIn(page)
    await expect(rest).toContainText(`${on}, 12:00-12:30`)
    await expect(rest.getByRole("list", { name: "Left out" })).toContainText(`"${two.title}" is not among it.`)
    expect(await witness.writes(mark)).toEqual([])
    await rest.getByRole("button", { name: "Apply" }).click()
    await expect(rest).toContainText(`Moved "${three.title}" to ${on}, 16:00-16:30.`)
    expect((await witness.writes(mark)).map(({ headers }) => headers["if-match"])).toEqual([etag])
    expect(await startOf(witness, one)).toBe(instant(day, "14:00"))
  })

  test("what was done before a stop is undone, or the rest is left", async ({ page, witness }) => {
    const { one, two, three, card } = await planned(page, witness, "ada", "Dogwood")
    await witness.edit(two, { delete: true })
    await card.getByRole("button", { name: "Apply" }).click()
    await card.getByRole("button", { name: "Leave it" }).click()
    await expect(card).toContainText("1 of 3 was done. The rest was left.")
    await expect(card.getByRole("button", { name: "Do the rest" })).toBeHidden()
    await card.getByRole("button", { name: "Undo what was done" }).click()
    await expect(card).toContainText("1 of 3 was done, and that was undone.")
    expect(await startOf(witness, one)).toBe(instant(day, "09:00"))
    expect(await startOf(witness, three)).toBe(instant(day, "11:00"))
    const tooTall = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)
    expect(tooTall, "a long conversation scrolls within its own pane").toBe(0)
  })
})

test.describe("of the admin's own", () => {
  test.use({ who: "grace" })

  /** The story of the newest write, as the log has it. */
  async function newestStory(page: Page): Promise<Locator> {
    await page.goto("/log?kind=outcome")
    await page
      .getByRole("button", { name: /^Story of row/ })
      .first()
      .click()
    return page.getByRole("dialog", { name: "The whole story" })
  }

  async function applied(page: Page, witness: Witness, title: string): Promise<Planted> {
    const event = await witness.given("grace", { title, date: day })
    await page.goto("/")
    await say(page, `move ${title} to 15:00`)
    await proposalIn(page).getByRole("button", { name: "Apply" }).click()
    await expect(toastOf(page, `Moved "${title}"`)).toBeVisible()
    return event
  }

  test("undo from the log puts it back, and the log says so", async ({ page, witness }) => {
    const event = await applied(page, witness, "Elder review")
    const story = await newestStory(page)
    await story.getByRole("button", { name: "Undo" }).click()
    await expect(story.getByText("This was undone.")).toBeVisible()
    await expect(story.getByRole("button", { name: "Undo" })).toBeHidden()
    expect(await startOf(witness, event)).toBe(instant(day, "11:30"))
  })

  test("undo from the log against a newer edit asks, and writes nothing", async ({ page, witness }) => {
    const event = await applied(page, witness, "Ficus review")
    await witness.edit(event, { start: `${day}T17:00`, end: `${day}T17:30` })
    const { etag } = await witness.event(event)
    const mark = await witness.mark()
    const story = await newestStory(page)
    await story.getByRole("button", { name: "Undo" }).click()
    await expect(dialogOf(page)).toContainText("Undo was about to")
    expect(await witness.writes(mark)).toEqual([])
    await dialogOf(page).getByRole("button", { name: "Keep" }).click()
    await expect(dialogOf(page)).toBeHidden()
    expect(await witness.writes(mark)).toEqual([])
    expect((await witness.event(event)).etag).toBe(etag)
  })

  test("somebody else's is not the admin's to undo", async ({ page, pageOf, witness }) => {
    const ada = await pageOf("ada")
    const event = await witness.given("ada", { title: "Gorse review", date: day })
    await ada.goto("/")
    await say(ada, `move ${event.title} to 15:00`)
    await proposalIn(ada).getByRole("button", { name: "Apply" }).click()
    await expect(toastOf(ada, `Moved "${event.title}"`)).toBeVisible()
    const story = await newestStory(page)
    await expect(story.getByRole("article").last()).toContainText("assistant for Ada Park the write ended: applied")
    await expect(story.getByRole("button", { name: "Undo" })).toBeHidden()
  })
})
