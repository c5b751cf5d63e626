import type { Route } from "@playwright/test"
import { say, turnsOf } from "./assistant"
import { stage } from "./days"
import { expect, test } from "./fixtures"

const { later } = stage()

/** What is said, and the sentence that answers it. */
const SENTENCES: readonly (readonly [string, string])[] = [
  ["asdf qwer zxcv", "I did not understand that wholly, so I did none of it."],
  ["move the unicorn parade to tomorrow 3pm", "I cannot find that meeting in your calendars."],
  ["move Zelkova review to 31 June", "There is no such date."],
  ["move Zelkova review to yesterday 10:00", "That time has already passed."],
  ["move Zelkova review to 25:00", "There is no such time."],
  ["move Zelkova review", "Where to? Name a day or a time."],
  ["move Viburnum day to 3pm", "That is an all-day event. Tell me a day, or how long it should be."],
  ["cancel Zelkova review and paint the fence", "I did not understand that wholly, so I did none of it."],
  ["decline Zelkova review", "That is not an invitation to you, so there is nothing to answer."],
  ["am I free on 2 January 2028?", "That is further ahead than I look"],
  ["move Ebony review to tomorrow", "That meeting is not yours to change: only its organizer can."],
  [
    `move my weekly sync ${"really ".repeat(1_500)}`,
    "That is more than I can read at once. One or two sentences are enough.",
  ],
]

const MORE_THAN_SHOWN = 31

test.use({ who: "ada" })

test("what cannot be done is answered with a sentence of its own, and nothing is written", async ({
  page,
  witness,
}) => {
  await witness.given("ada", { title: "Zelkova review", date: later })
  await witness.given("ada", { title: "Viburnum day", date: later, allDay: true })
  await witness.given("ben", { title: "Ebony review", date: later, guests: ["ada"] })
  const mark = await witness.mark()
  await page.goto("/")
  for (const [words, answer] of SENTENCES) {
    await say(page, words)
    await expect.soft(turnsOf(page).last(), words.slice(0, 60)).toContainText(answer)
  }
  expect(await witness.writes(mark)).toEqual([])
})

/** Words on their way; the conversation is also read, whenever something has happened. */
const isLine = (route: Route): boolean => route.request().method() === "POST"

test("nothing to say cannot be sent", async ({ page }) => {
  await page.goto("/")
  const send = page.getByRole("button", { name: "Send" })
  const box = page.getByRole("textbox", { name: "What should be moved?" })
  await expect(send).toBeDisabled()
  await box.fill("   ")
  await expect(send).toBeDisabled()
  let asked = 0
  await page.route("**/api/assistant", (route) => {
    asked += Number(isLine(route))
    return route.continue()
  })
  await box.press("Enter")
  await box.fill("hello")
  await expect(send).toBeEnabled()
  expect(asked).toBe(0)
})

test("a request that fails gives the words back, and they can be sent again", async ({ page, complaints, witness }) => {
  await witness.given("ada", { title: "Hemlock review", date: later })
  await page.goto("/")
  const box = page.getByRole("textbox", { name: "What should be moved?" })
  let lost = 0
  await page.route("**/api/assistant", (route) => (isLine(route) && lost++ === 0 ? route.abort() : route.continue()))
  await box.fill("move Hemlock review to 15:00")
  await page.getByRole("button", { name: "Send" }).click()
  await expect(page.getByText("No connection to the server.")).toBeVisible()
  await expect(box).toHaveValue("move Hemlock review to 15:00")
  await page.reload()
  await expect(box).toHaveValue("move Hemlock review to 15:00")
  await page.getByRole("button", { name: "Send" }).click()
  await expect(turnsOf(page).last().getByRole("button", { name: "Apply" })).toBeVisible()
  await expect(box).toHaveValue("")
  expect(complaints.splice(0)).toEqual(["Failed to load resource: net::ERR_FAILED"])
})

test("one's own words lead back to the end of the conversation", async ({ page }) => {
  await page.goto("/")
  for (const words of ["one", "two", "three"]) await say(page, words)
  await turnsOf(page).last().locator("xpath=preceding-sibling::li[2]").scrollIntoViewIfNeeded()
  await expect(turnsOf(page).last()).not.toBeInViewport()
  await say(page, "four")
})

test("a conversation of which the oldest lines are no longer shown keeps its end in view", async ({ page }) => {
  await page.goto("/")
  const origin = new URL(page.url()).origin
  for (let n = 0; n < MORE_THAN_SHOWN; n++)
    await page.request.post("/api/assistant", { data: { words: "asdf" }, headers: { origin } })
  await page.reload()
  // as long as those that go: nothing grows then, and all moves up
  for (let n = 0; n < 12; n++) await say(page, "asdf")
})
