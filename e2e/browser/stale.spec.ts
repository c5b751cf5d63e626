import { formatDay } from "../../lib/domain/format-when"
import { dialogOf, proposalIn, propose } from "./assistant"
import { instant, stage } from "./days"
import { expect, test } from "./fixtures"
import { deleteThere, editThere } from "./own-page"
import { PROVIDERS, SIDES } from "./people"

const { later } = stage()
const TARGET = `${formatDay(later)}, 15:00-15:30`

/* Live sync as it is seen: one browser looks at a proposal, another one is in the provider's own calendar. The first is never reloaded. */

for (const provider of PROVIDERS) {
  const { who, calendar } = SIDES[provider]

  test.describe(`an open proposal while ${calendar} changes`, () => {
    test.use({ who })
    test.beforeEach(({ page }) => page.goto("/"))

    test("moved there: the card says who, and Apply asks before anything is sent", async ({
      page,
      browser,
      witness,
    }) => {
      const event = await witness.given(who, { title: "Sorrel review", date: later })
      const proposal = await propose(page, `move ${event.title} to 15:00`, TARGET)
      await expect(proposal).not.toContainText("since I proposed")
      await page.evaluate(() => Object.assign(window, { sameDocument: true }))
      const mark = await witness.mark()
      await editThere(browser, event, { start: "12:00", end: "12:30" })
      await expect(proposal).toContainText("You changed this since I proposed it. Apply asks you first")
      expect(await page.evaluate(() => "sameDocument" in window), "nothing was reloaded").toBe(true)

      await proposal.getByRole("button", { name: "Apply" }).click()
      const dialog = dialogOf(page)
      await expect(dialog).toHaveAccessibleName("You just changed this. Still move it?")
      await expect(dialog.getByRole("region", { name: "It is now" })).toContainText("12:00-12:30")
      expect(await witness.writes(mark)).toEqual([])
      await dialog.getByRole("button", { name: "Keep my change" }).click()
      await expect(dialog).toBeHidden()
      expect(await witness.writes(mark)).toEqual([])
      expect((await witness.event(event)).content.start).toMatchObject({ at: instant(later, "12:00") })
    })

    test("deleted there: the card says that it is gone, and of nobody that they did it", async ({
      page,
      browser,
      witness,
    }) => {
      const event = await witness.given(who, { title: "Tamarind review", date: later })
      await propose(page, `move ${event.title} to 15:00`, TARGET)
      const mark = await witness.mark()
      await deleteThere(browser, event)
      await expect(proposalIn(page)).toContainText("This is no longer on the calendar.")
      expect(await witness.writes(mark)).toEqual([])
    })
  })
}
