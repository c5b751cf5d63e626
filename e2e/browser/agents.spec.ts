import { expect, test } from "./fixtures"
import { add, booked, handleOf, leaveNothing, listOf, press, takeOff, timesOf } from "./own-agents"

test.describe("a person's agents", () => {
  test.use({ who: "ada" })
  test.afterEach(({ page }) => leaveNothing(page))

  test("D13 are ranked by keyboard with announcements, and by dragging; the order is kept", async ({ page }) => {
    await page.goto("/agents")
    await expect(page.getByText("An agent is a program, yours or some service's")).toBeVisible()
    for (const name of ["Porter", "Quill", "Rook"]) await add(page, name)
    await expect(listOf(page)).toContainText(["Porter", "Quill", "Rook"])

    await handleOf(page, "Rook").focus()
    await page.keyboard.press("Space")
    await expect(page.getByText("Picked up Rook, place 3 of 3.")).toBeAttached()
    await press(page, "ArrowUp", "Rook is at place 2 of 3.")
    await page.keyboard.press("Escape")
    await expect(page.getByText("Rook is back at place 3 of 3.")).toBeAttached()
    await expect(listOf(page)).toContainText(["Porter", "Quill", "Rook"])

    await page.keyboard.press("Space")
    await expect(page.getByText("Picked up Rook, place 3 of 3.")).toBeAttached()
    await press(page, "ArrowUp", "Rook is at place 2 of 3.")
    await page.keyboard.press("Space")
    await expect(listOf(page)).toContainText(["Porter", "Rook", "Quill"])
    await expect(handleOf(page, "Rook")).toHaveAccessibleName("Move Rook, place 2 of 3")
    await page.reload()
    await expect(listOf(page)).toContainText(["Porter", "Rook", "Quill"])

    const [from, to] = [await handleOf(page, "Quill").boundingBox(), await handleOf(page, "Porter").boundingBox()]
    if (!from || !to) throw new Error("not on screen")
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
    await page.mouse.down()
    await page.mouse.move(to.x + to.width / 2, to.y + 4, { steps: 12 })
    await page.mouse.up()
    await expect(listOf(page)).toContainText(["Quill", "Porter", "Rook"])
    await page.reload()
    await expect(listOf(page)).toContainText(["Quill", "Porter", "Rook"])
  })

  test("D19 a key is shown once, and revoked", async ({ page }) => {
    await page.goto("/agents")
    await add(page, "Sable")
    await page.getByRole("button", { name: "Keys of Sable" }).click()
    const keys = page.getByRole("group", { name: "Keys of Sable" })
    await expect(keys.getByText("No key yet")).toBeVisible()
    await expect(keys.getByLabel("set up webhooks")).not.toBeChecked()
    await keys.getByLabel("read shared records").check()
    await keys.getByRole("button", { name: "Issue a key" }).click()
    const key = await keys.getByLabel("The key").inputValue()
    expect(key).toMatch(/^ifm\.[^.]+\.[a-z0-9]+\.[A-Za-z0-9_-]{43}$/)
    const shown = key.slice(0, key.lastIndexOf(".") + 1)
    await expect(keys.getByText(`${shown}...`)).toBeVisible()
    await expect(
      keys.getByText("May see when you are free, hold slots, book and cancel, read its log, read shared records."),
    ).toBeVisible()
    await expect(keys.getByText(/^May .*set up webhooks/)).toHaveCount(0)
    await page.reload()
    await page.getByRole("button", { name: "Keys of Sable" }).click()
    await expect(keys.getByText(`${shown}...`)).toBeVisible()
    expect(await page.content()).not.toContain(key)
    await keys.getByRole("button", { name: /^Revoke key/ }).click()
    await keys.getByRole("button", { name: /^Revoke key .* now$/ }).click()
    await expect(keys.getByText("No key yet")).toBeVisible()
    await takeOff(page, "Sable")
  })

  test("D14 a booking appears with its countdown, without a reload, and is cancelled", async ({ page }) => {
    await page.goto("/agents")
    await add(page, "Tern")
    const done = await timesOf(page, "Ada Park (ada@google.sandbox)")
    await page.getByLabel("A booking may be bumped for (seconds)").fill("0.5")
    await page.getByLabel("Holds of one agent at once").fill("0")
    await done.click()
    await expect(page.getByText("From 1 to 50.")).toBeVisible()
    await page.getByLabel("A booking may be bumped for (seconds)").fill("12")
    await page.getByLabel("Holds of one agent at once").fill("3")
    await done.click()
    await expect(page.getByText("bookings may be bumped for 12 s, 3 holds at once")).toBeVisible()

    await booked("Tern", "Tern's call")
    const row = page
      .getByRole("list", { name: "Held and booked" })
      .getByRole("listitem")
      .filter({ hasText: "Tern's call" })
    await expect(row).toContainText("Tern (place 1) on Ada Park")
    await expect(row).toContainText(/may be bumped, 0:[01]\d/)
    await expect(row).toContainText("frozen", { timeout: 25_000 })
    await row.getByRole("button", { name: "Cancel Tern's call" }).click()
    await row.getByRole("button", { name: "Cancel Tern's call now" }).click()
    await expect(row).toHaveCount(0)
    await page.getByText(/^Ended lately/).click()
    await expect(page.getByRole("list", { name: "Ended lately" })).toContainText("cancelled by you")
    await page.getByRole("button", { name: "Stop bookings on Ada Park", exact: true }).click()
    await page.getByRole("button", { name: "Stop bookings on Ada Park now" }).click()
    await expect(page.getByText("Agents cannot book anywhere yet")).toBeVisible()
  })
})

test("D17 the API is answered before Next sees it (decision 024), under the headers of every page", async ({
  page,
}) => {
  const here = await page.goto("/sign-in")
  const api = await page.request.get("/api/v1/whoami")
  expect(api.status()).toBe(401)
  // Next says of whatever it answers that it varies by its router
  expect(here?.headers().vary).toMatch(/next-router/)
  expect(api.headers().vary ?? "").not.toMatch(/next-router/)
  expect((await page.request.fetch("/api/v1/whoami", { method: "OPTIONS" })).headers().vary).toMatch(/next-router/)
  for (const name of ["x-content-type-options", "x-frame-options", "referrer-policy", "cross-origin-opener-policy"])
    expect([name, api.headers()[name]]).toEqual([name, here?.headers()[name]])
})
