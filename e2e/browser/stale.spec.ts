import type { Page, Route } from "@playwright/test"
import { formatDay } from "../../lib/domain/format-when"
import { dialogOf, proposalIn, propose } from "./assistant"
import { instant, stage } from "./days"
import { expect, test } from "./fixtures"
import { deleteThere, editThere } from "./own-page"
import { PROVIDERS, SIDES } from "./people"

const { later } = stage()
const TARGET = `${formatDay(later)}, 15:00-15:30`

/** A stream that says nothing and closes. */
const ENDED = { contentType: "text/event-stream", body: "retry: 100\n\n" }

/** What the server knows of the proposal at the conversation's end. */
const stateOfLast = async (page: Page): Promise<string> =>
  (await (await page.request.get("/api/assistant")).json()).turns.at(-1).answer.proposal.state

/** As when its tab goes to the back, or comes to the front. */
const seen = (page: Page, visibility: DocumentVisibilityState) =>
  page.evaluate((value) => {
    Object.defineProperty(document, "visibilityState", { value, configurable: true })
    document.dispatchEvent(new Event("visibilitychange"))
  }, visibility)

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

test.describe("an open proposal on a page that does not hear", () => {
  test.use({ who: "ada" })
  test.beforeEach(({ page }) => page.goto("/"))

  for (const [how, answer] of [
    ["its stream is opened late", (route: Route) => route.continue()],
    ["its stream ends and is opened anew", (route: Route) => route.fulfill(ENDED)],
    ["its stream is refused and opened anew", (route: Route) => route.fulfill({ status: 429 })],
  ] as const)
    test(`${how}: what happened meanwhile is told`, async ({ page, browser, witness }) => {
      const event = await witness.given("ada", { title: "Tansy review", date: later })
      await propose(page, `move ${event.title} to 15:00`, TARGET)
      let release = () => {}
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      await page.route(
        ({ pathname }) => pathname === "/api/stream",
        async (route) => {
          await released
          await answer(route)
        },
        { times: 1 },
      )
      await page.reload()
      await expect(proposalIn(page)).toContainText(TARGET)
      await editThere(browser, event, { start: "12:00", end: "12:30" })
      await expect.poll(() => stateOfLast(page)).toBe("stale")
      await expect(proposalIn(page)).not.toContainText("since I proposed")
      release()
      await expect(proposalIn(page)).toContainText("You changed this since I proposed it.")
    })

  test("nobody sees it: it holds no connection, and is told when it is seen again", async ({
    page,
    browser,
    witness,
  }) => {
    const event = await witness.given("ada", { title: "Tansy review", date: later })
    await propose(page, `move ${event.title} to 15:00`, TARGET)
    const ended = page.waitForEvent("requestfailed", (request) => new URL(request.url()).pathname === "/api/stream")
    await seen(page, "hidden")
    await ended
    await editThere(browser, event, { start: "12:00", end: "12:30" })
    await expect.poll(() => stateOfLast(page)).toBe("stale")
    await expect(proposalIn(page)).not.toContainText("since I proposed")
    await seen(page, "visible")
    await expect(proposalIn(page)).toContainText("You changed this since I proposed it.")
  })
})
