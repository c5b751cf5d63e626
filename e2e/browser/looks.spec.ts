import AxeBuilder from "@axe-core/playwright"
import { expect, type Page } from "@playwright/test"
import { formatDay } from "../../lib/domain/format-when"
import { dialogOf, proposalIn, propose, questionIn, say } from "./assistant"
import { addDays, mondayOf, stage } from "./days"
import { test } from "./fixtures"
import { add, leaveNothing } from "./own-agents"
import { ownPageOf } from "./own-page"
import { pick, signIn } from "./sign-in"

// each look at a page takes axe seconds
test.describe.configure({ timeout: 120_000 })

const { later } = stage()
const THEMES = ["light", "dark"] as const

const DIALOG = "[role=dialog], [role=alertdialog]"
const ASSISTANT = "[aria-label=Assistant]"

/**
 * Nothing that axe knows to be wrong, nothing wider than the window, and a picture for people to look at; by day and by night.
 * @param part what axe looks at, where the rest of the page has been looked at before: a week full of events takes it seconds
 */
async function look(page: Page, name: string, part?: string): Promise<void> {
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
    // in one go within the page (there are no frames): otherwise it opens a second page each time, for a third of its time
    const axe = new AxeBuilder({ page }).setLegacyMode()
    const { name: project } = test.info().project
    if (part) axe.include(part)
    const isNight = colorScheme === "dark"
    // by night only the colours are others, and those are the same on a phone
    if (isNight) axe.withRules("color-contrast")
    const { violations } = isNight && project === "phone" ? { violations: [] } : await axe.analyze()
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`))
    expect.soft(found, `${name} by ${colorScheme}`).toEqual([])
    expect.soft(await sideways(page), `${name} scrolls sideways`).toEqual([])
    await page.screenshot({ path: `test-results/looks/${project}-${name}-${colorScheme}.png` })
  }
  await page.emulateMedia({ colorScheme: "light" })
}

/** Whatever can be pushed sideways: the page itself, or a part of it with a scroll bar of its own. */
const sideways = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .filter(
        (element) => element === document.documentElement || /auto|scroll/.test(getComputedStyle(element).overflowX),
      )
      .map((element) => `${element.tagName} ${element.getAttribute("aria-label") ?? element.className}`),
  )

test("signing in", async ({ page }) => {
  await page.goto("/sign-in?error=AccessDenied")
  await expect(page.getByRole("button", { name: "Continue with Google" })).toBeEnabled()
  await look(page, "sign-in")
  await page.goto("/invitation")
  await look(page, "invitation-needed")
  await page.goto(`/invitation/${"x".repeat(43)}`)
  await signIn(page, "leo")
  await expect(page.getByRole("button", { name: "Join" })).toBeVisible()
  await page.getByRole("button", { name: "Join" }).click()
  await expect(page.getByRole("alert").first()).toBeVisible()
  await look(page, "invitation")
})

test("the sandbox's own pages", async ({ page, browser, witness }) => {
  await page.goto("/sign-in")
  await page.getByRole("button", { name: "Continue with Microsoft" }).click()
  await expect(page.getByRole("heading", { name: "Choose an account" })).toBeVisible()
  await look(page, "sandbox-picker")
  const event = await witness.given("ada", { title: "Acacia review", date: later, guests: ["ben"] })
  const own = await ownPageOf(browser, event)
  await look(own, "sandbox-event")
  await own.getByRole("link", { name: "Back to the week" }).click()
  await look(own, "sandbox-week")
  await own.context().close()
})

test("somebody without a calendar is asked to connect one", async ({ page }) => {
  await page.goto("/")
  await signIn(page, "leo")
  await expect(page.getByRole("heading", { name: "Connect your calendar" })).toBeVisible()
  await look(page, "connect-first")
  await page.getByRole("link", { name: "Connect Outlook" }).click()
  await pick(page, "leo")
  await expect(page.getByRole("heading", { name: "Ifmatch wants access to your account" })).toBeVisible()
  await look(page, "sandbox-consent")
})

test.describe("Ada", () => {
  test.use({ who: "ada" })

  test("the conversation, the ghosts, and the question after a lost race", async ({ page, witness, isMobile }) => {
    const event = await witness.given("ada", { title: "Cypress review", date: later, guests: ["ben", "grace"] })
    await page.goto(`/?week=${mondayOf(later)}`)
    await say(page, "move the review to Friday")
    await expect(questionIn(page)).toBeVisible()
    await look(page, "question")
    await say(page, "sing me a song")
    await propose(page, "move Cypress review to 15:00", `${formatDay(later)}, 15:00-15:30`)
    await look(page, "proposal", ASSISTANT)
    if (isMobile) {
      await page.getByRole("button", { name: "Calendar", exact: true }).tap()
      await page.getByRole("button", { name: /Cypress review.*→ here/ }).scrollIntoViewIfNeeded()
      await look(page, "ghosts")
      await page.getByRole("button", { name: "Assistant", exact: true }).tap()
    }

    await witness.edit(event, { start: `${later}T13:30`, end: `${later}T14:00` })
    await proposalIn(page).getByRole("button", { name: "Apply" }).click()
    await expect(dialogOf(page)).toBeVisible()
    await look(page, "conflict", DIALOG)
    await dialogOf(page).getByRole("button", { name: "Decide later" }).click()
    await expect(page.getByText("A question is waiting: Cypress review")).toBeVisible()
    await look(page, "waiting", ASSISTANT)
    await proposalIn(page).getByRole("button", { name: "Answer" }).click()
    await dialogOf(page).getByRole("button", { name: "Move it anyway" }).click()
    await expect(page.getByText(/^Moved "Cypress review"/).first()).toBeVisible()
    await look(page, "moved", ASSISTANT)
  })

  test("the calendar and an opened event", async ({ page, witness }) => {
    await witness.given("ada", { title: "Banyan review", date: later, guests: ["ben", "grace"] })
    await page.goto(`/calendar?week=${mondayOf(later)}`)
    const shown = page.getByRole("button", { name: /Banyan review/ })
    await expect(shown).toBeVisible()
    await look(page, "calendar")
    await shown.click()
    await page.getByRole("button", { name: "Move to..." }).click()
    await look(page, "event", DIALOG)
  })

  test("a new event, one of a series on its way, and this one and all later ones proposed", async ({
    page,
    witness,
  }) => {
    await witness.given("ada", { title: "Damson review", date: later, guests: ["ben"], weeks: 3 })
    await page.goto(`/calendar?week=${mondayOf(later)}`)
    await page.getByRole("button", { name: "New event" }).click()
    const form = page.getByRole("dialog", { name: "New event" })
    await form.getByRole("button", { name: "Create" }).click()
    await expect(form.getByText("Give it a title.")).toBeVisible()
    await look(page, "new-event", DIALOG)
    await page.keyboard.press("Escape")
    const shown = page.getByRole("button", { name: /Damson review/ }).first()
    await shown.focus()
    await page.keyboard.down("Alt")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.up("Alt")
    await expect(page.getByRole("radio", { name: "This one and all later ones" })).toBeVisible()
    await look(page, "which-ones", DIALOG)
    await page.keyboard.press("Escape")
    await page.goto(`/?week=${mondayOf(later)}`)
    await propose(page, `move the damson review to 16:00 from ${addDays(later, 7)} on`, "all later ones")
    await look(page, "following", ASSISTANT)
    await proposalIn(page).getByRole("button", { name: "Drop" }).click()
    await expect(proposalIn(page).getByText("Dropped.")).toBeVisible()
  })
})

test.describe("Grace", () => {
  test.use({ who: "grace" })

  test("her first look at the assistant", async ({ page }) => {
    await page.goto("/")
    await expect(page.getByRole("heading", { name: "What should be moved?" })).toBeVisible()
    await look(page, "welcome")
  })

  test("connections, settings and what is not there", async ({ page }) => {
    await page.goto("/connections")
    await page.getByRole("button", { name: /^Disconnect/ }).click()
    await look(page, "connections")
    await page.goto("/settings")
    await page.getByRole("button", { name: "Make a link" }).click()
    await expect(page.getByLabel("The link")).toBeVisible()
    await look(page, "settings")
    await page.goto("/nowhere")
    await look(page, "not-found")
  })

  test("her agents, and a race", async ({ page }) => {
    await leaveNothing(page)
    await page.goto("/agents")
    await expect(page.getByText("An agent is a program, yours or some service's")).toBeVisible()
    await look(page, "agents-empty")
    for (const name of ["Porter", "Quill the long-winded scheduling service"]) await add(page, name)
    await page.getByRole("button", { name: "Keys of Porter" }).click()
    await page.getByRole("button", { name: "Issue a key" }).click()
    await expect(page.getByLabel("The key")).toBeVisible()
    await page.getByRole("button", { name: "Add a focus block" }).click()
    await look(page, "agents")
    await page.getByRole("button", { name: "Add a focus block" }).scrollIntoViewIfNeeded()
    await look(page, "agents-end")
    await leaveNothing(page)

    await page.goto("/race")
    await look(page, "race-before")
    await page.getByRole("button", { name: "Hold first" }).click()
    await page.getByRole("button", { name: "Race", exact: true }).click()
    const verdict = page.getByText("One booking: Ash has the slot.")
    await expect(verdict).toBeVisible()
    await verdict.scrollIntoViewIfNeeded()
    await look(page, "race")
  })

  test("the log, a story and a verification", async ({ page }) => {
    await page.goto("/log?kind=outcome")
    await page.getByRole("button", { name: "Verify" }).click()
    await expect(page.getByText("The log is intact.")).toBeVisible()
    await page.getByText("What this does not prove").click()
    await look(page, "log")
    await page
      .getByRole("button", { name: /^Story of row/ })
      .first()
      .click()
    await page.getByText("Versions, times and hashes").first().click()
    await look(page, "story")
  })
})
