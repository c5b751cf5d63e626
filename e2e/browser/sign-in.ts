import { expect, type Page } from "@playwright/test"
import { ACCOUNT_NAMES, CAST, SIDES, type Who } from "./people"

/** Says to the provider who one is. */
export async function pick(page: Page, who: Who): Promise<void> {
  await expect(page.getByRole("heading", { name: "Choose an account" })).toBeVisible()
  await page.getByRole("button", { name: CAST[who].email }).click()
}

/** The provider's own pages: who one is and, unless it was allowed before, what the app may do. */
export async function consent(page: Page, who: Who): Promise<void> {
  const allow = page.getByRole("heading", { name: "Ifmatch wants access to your account" })
  const back = page.getByRole("complementary", { name: "Sandbox" })
  await pick(page, who)
  await expect(allow.or(back)).toBeVisible()
  if (await allow.isVisible()) await page.getByRole("button", { name: "Continue", exact: true }).click()
  await expect(back).toBeVisible()
}

/** Signs in from the page that asks for it. */
export async function signIn(page: Page, who: Who): Promise<void> {
  await page.getByRole("button", { name: `Continue with ${ACCOUNT_NAMES[CAST[who].provider]}` }).click()
  await consent(page, who)
}

/** Connects the calendar of the account that the person signs in with. */
export async function connect(page: Page, who: Who): Promise<void> {
  await page.getByRole("link", { name: `Connect ${SIDES[CAST[who].provider].calendar}` }).click()
  await consent(page, who)
}

/** Ends the connection to the person's own account, if there is one, and connects it anew. */
export async function connectAnew(page: Page, who: Who): Promise<void> {
  const { email } = CAST[who]
  await page.goto("/connections")
  const end = page.getByRole("button", { name: `Disconnect ${email}` })
  const none = page.getByText("None yet.")
  await expect(end.or(none)).toBeVisible()
  if (await end.isVisible()) {
    await end.click()
    await page.getByRole("button", { name: "Disconnect now" }).click()
  }
  await expect(none).toBeVisible()
  await connect(page, who)
}
