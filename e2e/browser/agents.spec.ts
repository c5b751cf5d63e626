import type { Locator, Page } from "@playwright/test"
import pg from "pg"
import { expect, test } from "./fixtures"

const listOf = (page: Page): Locator => page.getByRole("list", { name: "Your agents" }).getByRole("listitem")
const handleOf = (page: Page, name: string): Locator => page.getByRole("button", { name: new RegExp(`^Move ${name},`) })

async function add(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name of a new agent").fill(name)
  await page.getByRole("button", { name: "Add", exact: true }).click()
  await expect(handleOf(page, name)).toBeVisible()
}

async function takeOff(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Revoke ${name}`, exact: true }).click()
  await page.getByRole("button", { name: `Revoke ${name} now` }).click()
  await expect(handleOf(page, name)).toHaveCount(0)
}

test.describe("a person's agents", () => {
  test.use({ who: "ada" })

  test("D13 are ranked by keyboard with announcements, and by dragging; the order is kept", async ({ page }) => {
    await page.goto("/agents")
    await expect(page.getByText("An agent is a program, yours or some service's")).toBeVisible()
    for (const name of ["Porter", "Quill", "Rook"]) await add(page, name)
    await expect(listOf(page)).toContainText(["Porter", "Quill", "Rook"])

    await handleOf(page, "Rook").focus()
    await page.keyboard.press("Space")
    await expect(page.getByText("Picked up Rook, place 3 of 3.")).toBeAttached()
    await page.keyboard.press("ArrowUp")
    await expect(page.getByText("Rook is at place 2 of 3.")).toBeAttached()
    await page.keyboard.press("Escape")
    await expect(page.getByText("Rook is back at place 3 of 3.")).toBeAttached()
    await expect(listOf(page)).toContainText(["Porter", "Quill", "Rook"])

    await page.keyboard.press("Space")
    await expect(page.getByText("Picked up Rook, place 3 of 3.")).toBeAttached()
    await page.keyboard.press("ArrowUp")
    await expect(page.getByText("Rook is at place 2 of 3.")).toBeAttached()
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
    for (const name of ["Porter", "Quill", "Rook"]) await takeOff(page, name)
  })

  test("D19 a key is shown once, and revoked", async ({ page }) => {
    await page.goto("/agents")
    await add(page, "Sable")
    await page.getByRole("button", { name: "Keys of Sable" }).click()
    const keys = page.getByRole("group", { name: "Keys of Sable" })
    await expect(keys.getByText("No key yet")).toBeVisible()
    await keys.getByLabel("set up webhooks").uncheck()
    await keys.getByRole("button", { name: "Issue a key" }).click()
    const key = await keys.getByLabel("The key").inputValue()
    expect(key).toMatch(/^ifm\.[^.]+\.[a-z0-9]+\.[A-Za-z0-9_-]{43}$/)
    const shown = key.slice(0, key.lastIndexOf(".") + 1)
    await expect(keys.getByText(`${shown}...`)).toBeVisible()
    await expect(keys.getByText("May see when you are free, hold slots, book and cancel, read its log.")).toBeVisible()
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
    await page.getByLabel("Let agents book on").selectOption({ label: "Ada Park (ada@google.sandbox)" })
    await page.getByLabel("A booking may be bumped for (seconds)").fill("0.5")
    await page.getByLabel("Holds of one agent at once").fill("0")
    await page.getByRole("button", { name: "Make bookable" }).click()
    await expect(page.getByText("From 1 to 50.")).toBeVisible()
    await page.getByLabel("A booking may be bumped for (seconds)").fill("20")
    await page.getByLabel("Holds of one agent at once").fill("3")
    await page.getByRole("button", { name: "Make bookable" }).click()
    await expect(page.getByText("bookings may be bumped for 20 s, 3 holds at once")).toBeVisible()

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
    await takeOff(page, "Tern")
  })
})

/** What the engine is asked when an agent books on the one calendar of whoever added it. As the database's owner: the sealer tells the page. */
async function booked(agent: string, title: string): Promise<void> {
  const db = new pg.Client({ connectionString: process.env.OWNER_DATABASE_URL })
  await db.connect()
  const { rows } = await db.query(
    `select booking_ask(k.workspace_id, jsonb_build_object('op', 'commit', 'id', gen_random_uuid(), 'ownerId', k.owner_id, 'calendarId', k.id,
        'by', jsonb_build_object('kind', 'agent', 'id', a.id), 'start', $2::text, 'end', $3::text, 'title', $4::text)) as r
      from bookable_calendars k join agents a on a.workspace_id = k.workspace_id and a.name = $1 and a.revoked_at is null
      where k.owner_id = a.added_by`,
    [agent, "2030-05-06T09:00:00Z", "2030-05-06T09:30:00Z", title],
  )
  await db.end()
  expect(rows.map(({ r }) => r.answer.kind)).toEqual(["committed"])
}
