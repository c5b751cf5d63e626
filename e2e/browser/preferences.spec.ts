import { proposalIn, questionIn, say, turnsOf } from "./assistant"
import { stage } from "./days"
import { expect, test } from "./fixtures"

const { later } = stage()

test.use({ who: "ada" })

test("remembered from chat, shown and edited in the settings, honoured by the next plan, forgotten again", async ({
  page,
  witness,
}) => {
  await witness.given("ada", { title: "Tupelo review", date: later })
  await page.goto("/")
  await say(page, "never before 9:30")
  await expect(questionIn(page)).toContainText("Never before 9:30. Shall I remember that?")
  await questionIn(page).getByRole("button", { name: "Remember this" }).click()
  await expect(turnsOf(page).last()).toContainText("I keep that in mind from now on.")

  await page.goto("/settings")
  const card = page.getByRole("region", { name: "What the assistant keeps in mind" })
  await card.getByRole("button", { name: "Edit: Never before 9:30" }).press("Enter")
  await card.getByLabel("Time").fill("10:45")
  await card.getByLabel("Time").press("Enter")
  await expect(card.getByText("Never before 10:45")).toBeVisible()
  await expect(card.getByText("Saved.")).toBeVisible()
  await card.getByRole("button", { name: "Add a line" }).click()
  await card.getByLabel("What to keep in mind").selectOption("A name of yours for a title")
  await card.getByLabel("When you say").fill("the gathering")
  await card.getByLabel("you mean the title").fill("Tupelo review")
  await card.getByRole("button", { name: "Save" }).click()
  await expect(card.getByText("By “the gathering” you mean “Tupelo review”")).toBeVisible()

  await card.getByRole("button", { name: "Add a line" }).click()
  await card.getByLabel("What to keep in mind").selectOption("A default length")
  await card.getByLabel("Minutes").fill("481")
  await card.getByRole("button", { name: "Save" }).click()
  await expect(card.getByText("Name 5 to 480 whole minutes.")).toBeVisible()
  await card.getByLabel("Minutes").fill("45")
  await card.getByRole("button", { name: "Save" }).click()
  await expect(card.getByText("New meetings last 45 minutes unless you say otherwise")).toBeVisible()

  await page.goto("/")
  await say(page, `schedule a tasting on ${later} at 14:00`)
  await expect(proposalIn(page)).toContainText("Your default length")
  await expect(proposalIn(page)).toContainText("14:45")
  await proposalIn(page).getByRole("button", { name: "Drop" }).click()
  await say(page, `move the gathering to ${later} 10:00`)
  await expect(proposalIn(page)).toContainText("Tupelo review")
  await expect(proposalIn(page)).toContainText("Earlier than you want")
  await proposalIn(page).getByRole("button", { name: "Drop" }).click()
  await say(page, "find 30 minutes tomorrow morning")
  await expect(turnsOf(page).last()).not.toContainText("09:")
  await say(page, "what do you remember?")
  await expect(turnsOf(page).last()).toContainText("Never before 10:45")
  await say(page, "forget everything")
  await questionIn(page).getByRole("button", { name: "Forget this" }).click()
  await expect(turnsOf(page).last()).toContainText("Forgotten.")
})

test("a lost race between two tabs is told, and nothing is overwritten", async ({ page, context }) => {
  const other = await context.newPage()
  const [mine, theirs] = [page, other].map((tab) =>
    tab.getByRole("region", { name: "What the assistant keeps in mind" }),
  )
  if (!mine || !theirs) throw new Error("two tabs")
  await page.goto("/settings")
  await mine.getByRole("button", { name: "Add a line" }).click()
  await mine.getByLabel("What to keep in mind").selectOption("Keep a day free")
  await mine.getByRole("button", { name: "Save" }).click()
  await expect(mine.getByText("Fridays stay free")).toBeVisible()
  await mine.getByRole("button", { name: "Edit: Fridays stay free" }).click()
  await mine.getByLabel("Day").selectOption("Monday")

  await other.goto("/settings")
  await theirs.getByRole("button", { name: "Edit: Fridays stay free" }).click()
  await theirs.getByLabel("Day").selectOption("Wednesday")
  await theirs.getByRole("button", { name: "Save" }).click()
  await expect(theirs.getByText("Wednesdays stay free")).toBeVisible()

  await mine.getByRole("button", { name: "Save" }).click()
  await expect(mine.getByText("Changed meanwhile")).toBeVisible()
  await expect(mine.getByText("Wednesdays stay free")).toBeVisible()
  await other.reload()
  await expect(theirs.getByText("Wednesdays stay free")).toBeVisible()
  await mine.getByRole("button", { name: "Remove: Wednesdays stay free" }).click()
  await expect(mine.getByText("Nothing yet.")).toBeVisible()
  await other.close()
})
