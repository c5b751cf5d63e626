import type { Locator, Page } from "@playwright/test"
import { expect, test } from "./fixtures"
import { press } from "./own-agents"

const side = (page: Page, name: string): Locator => page.getByRole("region", { name })
const race = (page: Page) => page.getByRole("button", { name: "Race", exact: true }).click()

test.use({ who: "ada" })

test("D27 one winner through the engine, a double booking by check-then-write; no calendar is touched", async ({
  page,
  witness,
}) => {
  const mark = await witness.mark()
  await page.goto("/race")
  await page.getByRole("button", { name: "All at once" }).click()
  await race(page)
  const [engine, careless] = [side(page, "Our engine"), side(page, "Check, then write")]
  await expect(engine.getByRole("status")).toHaveText("One booking: Ash has the slot.")
  await expect(careless.getByRole("status")).toHaveText(/^Booked 3 times: .* all think that they have it\.$/)
  await expect(engine.getByRole("list", { name: "Answers of our engine" })).toContainText("Ash has booked the slot")
  await expect(careless.getByRole("listitem").filter({ hasText: "wrote the booking" })).not.toHaveCount(1)
  expect(await witness.writes(mark)).toEqual([])
})

test("D14 the order is changed by keyboard; who comes after the bump window is refused whatever the rank", async ({
  page,
}) => {
  await page.goto("/race")
  await page.getByRole("button", { name: "Too late: it is frozen" }).click()
  const engine = side(page, "Our engine")
  await race(page)
  await expect(engine.getByRole("listitem").filter({ hasText: "Ash was outranked by Birch and stops" })).toBeVisible()
  await expect(engine.getByRole("status")).toHaveText("One booking: Birch has the slot.")

  await page.getByRole("button", { name: "The best comes later" }).click()
  await race(page)
  await expect(engine.getByRole("listitem").filter({ hasText: "Cedar was evicted by Birch" })).toBeVisible()
  await expect(engine.getByRole("status")).toHaveText("One booking: Ash has the slot.")

  await page.getByRole("button", { name: /^Move Cedar/ }).focus()
  await page.keyboard.press("Space")
  await expect(page.getByText("Picked up Cedar, place 3 of 3.")).toBeAttached()
  await press(page, "ArrowUp", "Cedar is at place 2 of 3.")
  await press(page, "ArrowUp", "Cedar is at place 1 of 3.")
  await page.keyboard.press("Space")
  await race(page)
  await expect(engine.getByRole("status")).toHaveText("One booking: Cedar has the slot.")
})
