import { statSync } from "node:fs"
import { formatDay } from "../../lib/domain/format-when"
import { dialogOf, proposalIn, propose } from "./assistant"
import { stage } from "./days"
import { expect, test } from "./fixtures"

const { tuesday, thursday, monday } = stage()
const PICTURE = "e2e/browser/pictures/conflict.png"

/* The README's first picture, taken anew by: UPDATE_PICTURES=1 npm test -- --only browser -- picture */
if (process.env.UPDATE_PICTURES)
  test.describe("the picture", () => {
    test.use({ who: "ada" })

    test("of the question after a lost race", async ({ page, witness }) => {
      const sync = await witness.weeklySync("ada")
      await page.goto(`/?week=${monday}`)
      await propose(page, "move my weekly sync to Thursday 3pm", `${formatDay(thursday)}, 15:00-15:30`)
      await witness.edit(sync, { start: `${tuesday}T11:00`, end: `${tuesday}T11:30` })
      await proposalIn(page).getByRole("button", { name: "Apply" }).click()
      await expect(dialogOf(page)).toHaveAccessibleName("You just changed this. Still move it?")
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" })
      await page.screenshot({ path: PICTURE, clip: { x: 0, y: 80, width: 1440, height: 720 } })
      expect(statSync(PICTURE).size).toBeLessThan(200_000)
    })
  })
