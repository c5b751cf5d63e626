import type { Browser, Locator, Page } from "@playwright/test"
import { formatDay } from "../../lib/domain/format-when"
import { dialogOf, proposalIn, propose, questionIn, toastOf } from "./assistant"
import { instant, stage } from "./days"
import { expect, test } from "./fixtures"
import { editThere } from "./own-page"
import { CAST, PROVIDERS, SIDES } from "./people"
import { connectAnew, signIn } from "./sign-in"
import type { Planted, Witness } from "./witness"

const { tuesday, thursday, monday } = stage()
const proposeThursday = (page: Page): Promise<Locator> =>
  propose(page, "move my weekly sync to Thursday 3pm", `${formatDay(thursday)}, 15:00-15:30`)

/** The same event is moved in the provider's own page, in another browser; then the proposal is applied and loses. */
async function overtaken(page: Page, browser: Browser, witness: Witness, sync: Planted) {
  await editThere(browser, sync, { start: "11:00", end: "11:30" })
  const theirs = await witness.event(sync)
  const mark = await witness.mark()
  await proposalIn(page).getByRole("button", { name: "Apply" }).click()
  const dialog = dialogOf(page)
  await expect(dialog).toHaveAccessibleName("You just changed this. Still move it?")
  return { dialog, theirs, mark }
}

/** The week as it is drawn here: columns on a desk, a list behind a switch on a phone. */
async function dayOf(page: Page, isMobile: boolean, date: string): Promise<Locator> {
  if (!isMobile) {
    const days = page.getByRole("row", { name: /^Timed/ }).getByRole("cell")
    return days.nth((Date.parse(date) - Date.parse(monday)) / 86_400_000)
  }
  await page.getByRole("button", { name: "Calendar", exact: true }).tap()
  return page.getByRole("region", { name: formatDay(date) })
}

const backToAssistant = async (page: Page, isMobile: boolean): Promise<void> => {
  if (isMobile) await page.getByRole("button", { name: "Assistant", exact: true }).tap()
}

for (const provider of PROVIDERS) {
  const { who, calendar } = SIDES[provider]

  test.describe(`T13 at ${calendar}`, () => {
    test("from signing in to keeping one's own change: nothing is written", async ({
      page,
      browser,
      witness,
      isMobile,
    }) => {
      const sync = await witness.weeklySync(who)
      await page.goto(`/?week=${monday}`)
      await expect(page).toHaveURL(/\/sign-in/)
      await signIn(page, who)
      await connectAnew(page, who)
      await expect(page.getByRole("region", { name: "Assistant" })).toBeVisible()

      await page.goto(`/?week=${monday}`)
      const before = await dayOf(page, isMobile, tuesday)
      await expect(before.getByRole("button", { name: /Weekly sync.*10:00|10:00.*Weekly sync/ })).toBeVisible()
      await backToAssistant(page, isMobile)

      const proposal = await proposeThursday(page)
      await expect(proposal).toContainText("Only this one")
      await expect(proposal).toContainText("3 guests will be told.")
      const target = await dayOf(page, isMobile, thursday)
      await expect(target.getByRole("button", { name: /Weekly sync.*→ here/ })).toBeVisible()
      await backToAssistant(page, isMobile)

      const { dialog, theirs, mark } = await overtaken(page, browser, witness, sync)
      const side = (name: string) => dialog.getByRole("region", { name, exact: true })
      await expect(side("It was")).toContainText(`${formatDay(tuesday)}10:00-10:30`)
      await expect(side("It is now")).toContainText(`${formatDay(tuesday)}11:00-11:30`)
      await expect(side("Intended")).toContainText(`${formatDay(thursday)}15:00-15:30`)
      // told apart in words too, not by colour alone
      await expect(side("It is now").getByText("changed", { exact: true })).toBeVisible()
      await expect(side("Intended").getByText("to be set", { exact: true })).toBeVisible()
      await expect(side("It was")).not.toContainText(/changed|to be set/)
      for (const name of ["Keep my change", "Move it anyway", "Pick another time"])
        await expect(dialog.getByRole("button", { name })).toBeInViewport({ ratio: 1 })
      await expect(dialog.getByRole("button", { name: "Keep my change" })).toBeFocused()

      await page.keyboard.press("Enter")
      await expect(dialog).toBeHidden()
      await expect(proposal).toContainText("Left as it is.")
      expect(await witness.writes(mark)).toEqual([])
      expect((await witness.event(sync)).etag).toBe(theirs.etag)
      const after = await dayOf(page, isMobile, tuesday)
      await expect(after.getByRole("button", { name: /Weekly sync.*11:00|11:00.*Weekly sync/ })).toBeVisible()
    })

    test.describe("signed in", () => {
      test.use({ who })

      test("moved anyway: once, on the version that the dialog showed", async ({ page, browser, witness }) => {
        const sync = await witness.weeklySync(who)
        await page.goto(`/?week=${monday}`)
        await proposeThursday(page)
        const { dialog, theirs, mark } = await overtaken(page, browser, witness, sync)
        expect(await witness.writes(mark), "asked before anything is sent").toEqual([])
        await dialog.getByRole("button", { name: "Move it anyway" }).click()
        await expect(toastOf(page, `Moved "Weekly sync" to ${formatDay(thursday)}, 15:00-15:30.`)).toBeVisible()

        const write = await witness.oneWrite(mark)
        expect(write.headers["if-match"]).toBe(theirs.etag)
        expect((await witness.event(sync)).content.start).toMatchObject({ at: instant(thursday, "15:00") })
      })

      test("another time picked: proposed first, written only when applied", async ({ page, browser, witness }) => {
        const sync = await witness.weeklySync(who)
        await page.goto(`/?week=${monday}`)
        await proposeThursday(page)
        const { dialog, theirs, mark } = await overtaken(page, browser, witness, sync)
        await dialog.getByRole("button", { name: "Pick another time" }).click()
        await expect(dialog).toBeHidden()
        await expect(questionIn(page)).toContainText("Here are free times. Which one?")
        const choice = questionIn(page).getByRole("button").last()
        // the time, and below it why it is offered
        const [label = ""] = (await choice.innerText()).split("\n")
        await choice.click()
        await expect(proposalIn(page)).toContainText(label)
        expect(await witness.writes(mark)).toEqual([])
        expect((await witness.event(sync)).etag).toBe(theirs.etag)

        await proposalIn(page).getByRole("button", { name: "Apply" }).click()
        await expect(toastOf(page, `Moved "Weekly sync" to ${label}.`)).toBeVisible()
        expect((await witness.oneWrite(mark)).headers["if-match"]).toBe(theirs.etag)
        expect((await witness.event(sync)).content.guests).toHaveLength(CAST[who].provider === "google" ? 4 : 3)
      })
    })
  })
}
