import { formatDay } from "../../lib/domain/format-when"
import { proposalIn, say, turnsOf } from "./assistant"
import { addDays, instant, stage } from "./days"
import { expect, test } from "./fixtures"

const { later } = stage()
const day = addDays(later, 1)

test.use({ who: "ada" })

test("what is cancelled, made and answered in words is shown first, and done after Apply", async ({
  page,
  witness,
}) => {
  await witness.given("ada", { title: "Cobalt review", date: day })
  const mark = await witness.mark()
  await page.goto("/")

  await say(page, "cancel Cobalt review")
  await expect(proposalIn(page)).toContainText(`Cancel "Cobalt review", ${formatDay(day)}`)
  expect(await witness.writes(mark)).toEqual([])
  await proposalIn(page).getByRole("button", { name: "Apply" }).click()
  await expect(proposalIn(page)).toContainText('Deleted "Cobalt review".')

  await say(page, `book a Cobalt recap on ${day} at 16:00 for 45 minutes`)
  await expect(proposalIn(page)).toContainText(`Create "Cobalt recap", ${formatDay(day)}, 16:00-16:45`)
  await proposalIn(page).getByRole("button", { name: "Apply" }).click()
  await expect(proposalIn(page)).toContainText('Created "Cobalt recap"')
  expect((await witness.writes(mark)).map(({ method }) => method)).toEqual(["DELETE", "POST"])

  await say(page, "undo that")
  await expect(proposalIn(page)).toContainText('Cancel "Cobalt recap"')
  expect(await witness.writes(mark)).toHaveLength(2)
  await proposalIn(page).getByRole("button", { name: "Apply" }).click()
  await expect(proposalIn(page)).toContainText('Deleted "Cobalt recap".')
})

test("a question about the calendar is answered in lines, and proposes nothing", async ({ page, witness }) => {
  const mark = await witness.mark()
  await page.goto("/")
  await say(page, `when am I free on ${day}?`)
  const answer = turnsOf(page).last().getByRole("group", { name: "Answer" })
  await expect(answer).toContainText(/^You are (not )?free/)
  await expect(proposalIn(page)).toBeHidden()
  await say(page, "what changed?")
  await expect(turnsOf(page).last().getByRole("group", { name: "Answer" })).toBeVisible()
  expect(await witness.writes(mark)).toEqual([])
})

test("how much of a series is meant can be said afterwards: the new proposal takes the old one's place", async ({
  page,
  witness,
}) => {
  const event = await witness.given("ada", { title: "Pewter sync", date: day, weeks: 3 })
  const mark = await witness.mark()
  await page.goto("/")
  await say(page, "move Pewter sync to 15:00")
  const first = page.getByRole("article", { name: "move Pewter sync to 15:00" }).last()
  await expect(first).toContainText("15:00-15:30")

  await say(page, "no, make it all of them")
  await expect(proposalIn(page)).toContainText("15:00-15:30")
  await expect(first).toContainText("Dropped. Nothing was changed.")
  expect(await witness.writes(mark)).toEqual([])
  await proposalIn(page).getByRole("button", { name: "Apply" }).click()
  await expect.poll(() => witness.startsOf(event, 4)).toEqual([0, 7, 14].map((d) => instant(addDays(day, d), "15:00")))
  expect((await witness.writes(mark)).map(({ method }) => method)).toEqual(["PATCH"])
})
