import { stage } from "./days"
import { expect, test } from "./fixtures"
import { CAST } from "./people"
import { consent } from "./sign-in"

const { later } = stage()

test.describe("one's own calendars", () => {
  test.use({ who: "ben" })

  test("one that is unticked leaves the week, and comes back", async ({ page, witness }) => {
    await witness.given("ben", { title: "Sorrel review", date: later })
    const shown = page.getByRole("button", { name: /^Sorrel review/ })
    const week = `/calendar?week=${later}`
    await page.goto(week)
    await expect(shown).toBeVisible()
    await page.goto("/connections")
    const box = page.getByRole("checkbox", { name: "Look at Ben Osei" })
    await box.uncheck()
    await expect(box).toBeEnabled()
    await page.goto(week)
    await expect(page.getByRole("button", { name: "Today" })).toBeVisible()
    await expect(shown).toHaveCount(0)
    await page.goto("/connections")
    await box.check()
    await page.goto(week)
    await expect(shown).toBeVisible()
  })

  test("a colour is chosen by name, the default is marked, titles are shared calendar by calendar", async ({
    page,
  }) => {
    await page.goto("/connections")
    const account = page.getByRole("group", { name: new RegExp(CAST.ben.email) })
    await account.getByRole("button", { name: /^Colour of Ben Osei/ }).click()
    await page.getByRole("button", { name: "Violet", exact: true }).click()
    await expect(account.getByRole("button", { name: "Colour of Ben Osei: Violet" })).toBeVisible()
    await account.getByRole("button", { name: "Make default: Ben Osei" }).click()
    await expect(account.getByText("Default", { exact: true })).toBeVisible()
    const titles = account.getByLabel("May admins read titles of Ben Osei in the log?")
    await titles.selectOption("Titles: hidden")
    await page.reload()
    await expect(titles).toHaveValue("no")
    await expect(account.getByRole("button", { name: "Colour of Ben Osei: Violet" })).toBeVisible()
    await titles.selectOption({ index: 0 })
  })

  test("while an account is paused every page says so", async ({ page, witness }) => {
    await page.goto("/settings")
    await witness.post("tokens", { provider: "google", person: CAST.ben.email, what: "revoke" })
    const said = page.getByText(`${CAST.ben.email} has to be signed in to again`)
    await expect(said).toHaveCount(0)
    const other = await page.context().newPage()
    await other.goto("/calendar")
    // told by the log's stream, without a reload
    await expect(said).toBeVisible()
    await other.close()
    await page.getByRole("link", { name: "Reconnect" }).click()
    await expect(page).toHaveURL("/connections")
    await page.getByRole("link", { name: "Reconnect" }).click()
    await consent(page, "ben")
    await expect(page).toHaveURL("/connections")
    const account = page.getByRole("group", { name: `Google Calendar, ${CAST.ben.email}` })
    await expect(account.getByText("Connected", { exact: true })).toBeVisible()
    await page.goto("/settings")
    await expect(said).toHaveCount(0)
  })
})
