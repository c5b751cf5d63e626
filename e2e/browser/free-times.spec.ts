import type { Locator, Page } from "@playwright/test"
import { formatDay } from "../../lib/domain/format-when"
import { dialogOf, proposalIn, propose, questionIn, say } from "./assistant"
import { addDays, stage } from "./days"
import { expect, test } from "./fixtures"
import { editThere } from "./own-page"
import { PROVIDERS, SIDES } from "./people"

/* D17 Free times with others: a button each, which says why it is offered, and none at which somebody is busy. */

/** What they are called in a line of chat. */
const SPOKEN = { ben: "Ben", leo: "Leo" } as const

const { later } = stage()
const day = addDays(later, 5)
const on = formatDay(day)

/** What the buttons say, each on its two lines: the time, and why. */
async function offeredIn(question: Locator): Promise<readonly (readonly [string, string])[]> {
  await expect(question.getByRole("button").first()).toBeVisible()
  const buttons = await question.getByRole("button").allInnerTexts()
  return buttons.map((text) => {
    const [time = "", ...why] = text.split("\n")
    return [time, why.join(" ")]
  })
}

async function expectReasons(page: Page): Promise<readonly string[]> {
  const offered = await offeredIn(questionIn(page))
  expect(offered.length).toBeGreaterThan(1)
  for (const [time, why] of offered) expect(why, time).toMatch(/^Everyone is free\./)
  return offered.map(([time]) => time)
}

for (const provider of PROVIDERS) {
  const { who, guest, calendar } = SIDES[provider]

  test.describe(`with others at ${calendar}`, () => {
    test.use({ who })

    test("an hour with a guest who is busy all morning: afternoons, each with its reason", async ({
      page,
      witness,
    }) => {
      await witness.given(guest, { title: "Workshop", date: day, start: "08:00", end: "12:00" })
      const mark = await witness.mark()
      await page.goto("/")
      await say(page, `find an hour with ${SPOKEN[guest]} on ${on}`)
      const times = await expectReasons(page)
      for (const time of times) expect(time).toMatch(new RegExp(`^${on}, 1[2-7]:`))
      await questionIn(page).getByRole("button").first().click()
      await expect(proposalIn(page)).toContainText(times[0] ?? "")
      expect(await witness.writes(mark)).toEqual([])
    })

    test("another time after a lost race: not the nearest, at which the guest is busy", async ({
      page,
      browser,
      witness,
    }) => {
      const event = await witness.given(who, { title: "Medlar review", date: day, guests: [guest] })
      await witness.given(guest, { title: "Before", date: day, start: "14:00", end: "15:00" })
      await witness.given(guest, { title: "After", date: day, start: "15:30", end: "16:30" })
      await page.goto("/")
      await propose(page, `move ${event.title} to 15:00`, `${on}, 15:00-15:30`)
      await editThere(browser, event, { start: "12:00", end: "12:30" })
      const mark = await witness.mark()
      await proposalIn(page).getByRole("button", { name: "Apply" }).click()
      await dialogOf(page).getByRole("button", { name: "Pick another time" }).click()
      await expect(questionIn(page)).toContainText("Here are free times. Which one?")
      for (const time of await expectReasons(page)) expect(time).not.toMatch(/, (13:45|14:\d\d|15:\d\d|16:[01]\d)-/)
      expect(await witness.writes(mark)).toEqual([])
    })
  })
}
