import type { Locator, Page } from "@playwright/test"
import { say, turnsOf } from "./assistant"
import { mondayOf, stage } from "./days"
import { expect, test } from "./fixtures"
import { asOutsider } from "./outsider"
import { CAST } from "./people"
import { connectAnew, consent, pick, signIn } from "./sign-in"

const { later } = stage()
const WEEK = `/calendar?week=${mondayOf(later)}`

const alertOf = (page: Page, words: string): Locator => page.getByRole("alert").filter({ hasText: words })

test("nobody is sent to sign in, comes back to the page asked for, and is nobody again after signing out", async ({
  page,
}) => {
  for (const path of ["/", "/calendar", "/connections", "/agents", "/race", "/log", "/settings"]) {
    await page.goto(path)
    await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent(path)}`)
  }
  await signIn(page, "leo")
  await expect(page).toHaveURL("/settings")
  await expect(page.getByText(`${CAST.leo.email} in Sandbox & Co`)).toBeVisible()
  await page.getByRole("button", { name: "Sign out" }).click()
  await expect(page).toHaveURL("/sign-in")
  await page.goto("/settings")
  await expect(page).toHaveURL("/sign-in?next=%2Fsettings")
})

test("a sign-in that is refused, interrupted or unreachable is explained", async ({ page, complaints }) => {
  await page.goto("/sign-in?error=AccessDenied")
  await expect(alertOf(page, "You were not signed in: the permission was not given")).toBeVisible()
  await page.goto("/sign-in?error=OAuthCallback")
  await expect(alertOf(page, "The sign-in was interrupted. Try again.")).toBeVisible()
  await page.goto(`/sign-in?error=${encodeURIComponent("<b>made up</b>")}`)
  await expect(alertOf(page, "You were not signed in. Try again.")).toBeVisible()
  await expect(page.getByText("made up")).toHaveCount(0)

  await page.route("**/api/auth/signin/**", (route) => route.abort())
  await page.getByRole("button", { name: "Continue with Google" }).click()
  await expect(alertOf(page, "The server cannot be reached. Try again in a moment.")).toBeVisible()
  expect(complaints.splice(0)).toEqual(["Failed to load resource: net::ERR_FAILED"])
})

test("without an invitation there is only the way to ask; with one, in, once", async ({ page, pageOf }) =>
  asOutsider("leo", async () => {
    await page.goto("/")
    await signIn(page, "leo")
    await expect(page.getByRole("heading", { name: "Ask an admin for a link" })).toBeVisible()
    await page.goto("/settings")
    await expect(page).toHaveURL("/invitation")

    const admin = await pageOf("grace")
    await admin.goto("/settings")
    await expect(admin.getByLabel("Role of Leo Brandt")).toHaveCount(0)
    await admin.getByRole("button", { name: "Make a link" }).click()
    const link = await admin.getByLabel("The link").inputValue()
    await page.goto(link)
    await expect(page.getByText("Join this workspace as Leo Brandt.")).toBeVisible()
    await page.getByRole("button", { name: "Join" }).click()
    await expect(page.getByRole("heading", { name: "Connect your calendar" })).toBeVisible()
    await admin.reload()
    await expect(admin.getByLabel("Role of Leo Brandt")).toHaveValue("member")

    await asOutsider("leo", async () => {
      await page.goto(link)
      await page.getByRole("button", { name: "Join" }).click()
      await expect(page.getByText(/ask an admin for a new invitation/)).toBeVisible()
    })
  }))

test.describe("as the only admin", () => {
  test.use({ who: "grace" })

  test("roles are given and taken, but the last admin stays one", async ({ page, pageOf }) => {
    await page.goto("/settings")
    await page.getByLabel("Role of Grace Lund").selectOption("Member")
    await expect(page.getByText(/make somebody else an admin first/)).toBeVisible()
    await expect(page.getByLabel("Role of Grace Lund")).toHaveValue("admin")

    const ben = await pageOf("ben")
    const log = ben.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Log" })
    await ben.goto("/settings")
    await expect(log).toHaveCount(0)
    await page.getByLabel("Role of Ben Osei").selectOption("Admin")
    await expect(page.getByLabel("Role of Ben Osei")).toBeEnabled()
    await ben.reload()
    await expect(log).toBeVisible()
    await page.getByLabel("Role of Ben Osei").selectOption("Member")
    await expect(page.getByLabel("Role of Ben Osei")).toBeEnabled()
    await ben.reload()
    await expect(log).toHaveCount(0)
  })
})

test.describe("one's own settings", () => {
  test.use({ who: "ben" })

  const save = async (page: Page, zone: string, until: string): Promise<void> => {
    await page.goto("/settings")
    await page.getByLabel("Time zone", { exact: true }).selectOption(zone)
    await page.getByLabel("To", { exact: true }).fill(until)
    await page.getByRole("button", { name: "Save" }).click()
    await expect(page.getByText("Saved.")).toBeVisible()
  }

  test("a time zone shifts the week, working hours are what the assistant warns by", async ({ page, witness }) => {
    await witness.given("ben", { title: "Tamarind review", date: later })
    const shown = page.getByRole("button", { name: /^Tamarind review \d/ })
    const outside = turnsOf(page).last().getByText("That is outside your working hours.")
    await save(page, "Europe/Berlin", "17:00")
    await page.goto(WEEK)
    await expect(shown).toHaveAccessibleName(/11:30/)
    await page.goto("/")
    await say(page, "move Tamarind review to 19:00")
    await expect(outside).toBeVisible()

    await save(page, "Asia/Tokyo", "20:00")
    await page.goto(WEEK)
    await expect(shown).toHaveAccessibleName(/19:30|18:30/) // without and with Berlin's summer time
    await page.goto("/")
    await say(page, "move Tamarind review to 19:00")
    await expect(turnsOf(page).last()).toContainText("19:00-19:30")
    await expect(outside).toHaveCount(0)
    await save(page, "Europe/Berlin", "17:00")
  })

  test("hours that end before they begin are not saved", async ({ page }) => {
    await page.goto("/settings")
    await page.getByLabel("To", { exact: true }).fill("08:00")
    await page.getByRole("button", { name: "Save" }).click()
    await expect(alertOf(page, "Must be after the start.")).toBeVisible()
    await page.reload()
    await expect(page.getByLabel("To", { exact: true })).toHaveValue("17:00")
  })
})

test.describe("one's own calendar", () => {
  test.use({ who: "ben" })

  test("refused or half allowed, nothing is connected, and it is said why", async ({ page }) => {
    await page.goto("/connections")
    await page.getByRole("link", { name: "Connect Google Calendar" }).click()
    await pick(page, "ben")
    await page.getByRole("button", { name: "Cancel" }).click()
    await expect(page.getByText("The provider was not given permission, so nothing was connected.")).toBeVisible()

    await page.goto("/connections")
    await page.getByRole("link", { name: "Connect Google Calendar" }).click()
    await pick(page, "ben")
    await page.getByRole("checkbox").first().uncheck()
    await page.getByRole("button", { name: "Continue", exact: true }).click()
    await expect(page.getByText("Not everything that is needed was allowed, so nothing was connected.")).toBeVisible()
  })

  test("taken back at the provider: it is said, and reconnecting brings the week back", async ({ page, witness }) => {
    await witness.given("ben", { title: "Willow review", date: later })
    const shown = page.getByRole("button", { name: /^Willow review/ })
    await page.goto(WEEK)
    await expect(shown).toBeVisible()
    await witness.post("tokens", { provider: "google", person: CAST.ben.email, what: "revoke" })
    await page.reload()
    await expect(
      page.getByText(`${CAST.ben.email} has to be signed in to again; its events are not shown.`),
    ).toBeVisible()
    await expect(shown).toHaveCount(0)

    await page.getByRole("link", { name: "Reconnect" }).click()
    await expect(page.getByText("Paused: sign in there again")).toBeVisible()
    await page.getByRole("link", { name: "Reconnect" }).click()
    await consent(page, "ben")
    await page.goto(WEEK)
    await expect(shown).toBeVisible()
  })

  test("an access token that ended early is renewed without a word", async ({ page, witness }) => {
    await witness.given("ben", { title: "Yucca review", date: later })
    await page.goto(WEEK)
    await expect(page.getByRole("button", { name: /^Yucca review/ })).toBeVisible()
    await witness.post("tokens", { provider: "google", person: CAST.ben.email, what: "expire" })
    await page.reload()
    await expect(page.getByRole("button", { name: /^Yucca review/ })).toBeVisible()
    await expect(page.getByText("has to be signed in to again")).toHaveCount(0)
  })

  test("disconnected: there is no week, until it is connected anew", async ({ page }) => {
    await page.goto("/connections")
    await page.getByRole("button", { name: `Disconnect ${CAST.ben.email}` }).click()
    await page.getByRole("button", { name: "Disconnect now" }).click()
    await expect(page.getByText("None yet.")).toBeVisible()
    await page.goto("/calendar")
    await expect(page.getByRole("heading", { name: "Connect your calendar" })).toBeVisible()
    await connectAnew(page, "ben")
    await page.goto("/calendar")
    await expect(page.getByRole("list", { name: "Calendars" })).toContainText("Ben Osei")
  })
})
