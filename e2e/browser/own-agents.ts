import { expect, type Locator, type Page } from "@playwright/test"
import pg from "pg"

/* What specs do on the Agents page. */

export const listOf = (page: Page): Locator => page.getByRole("list", { name: "Your agents" }).getByRole("listitem")
export const handleOf = (page: Page, name: string): Locator =>
  page.getByRole("button", { name: new RegExp(`^Move ${name},`) })

/** A key while a place of the list is picked up, until it is heard: the list listens a moment after it has said that something was picked up, and a key before that is lost. */
export const press = (page: Page, key: string, heard: string): Promise<void> =>
  expect(async () => {
    await page.keyboard.press(key)
    await expect(page.getByText(heard)).toBeAttached({ timeout: 2_000 })
  }).toPass()

export async function add(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name of a new agent").fill(name)
  await page.getByRole("button", { name: "Add", exact: true }).click()
  await expect(handleOf(page, name)).toBeVisible()
}

export async function takeOff(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Revoke ${name}`, exact: true }).click()
  await page.getByRole("button", { name: `Revoke ${name} now` }).click()
  await expect(handleOf(page, name)).toHaveCount(0)
}

/** What the engine is asked when an agent books on the one calendar of whoever added it. As the database's owner: the sealer tells the page. */
export async function booked(agent: string, title: string): Promise<void> {
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

/** The form of one calendar's times, whether it is bookable already or is to become so. */
export async function timesOf(page: Page, calendar: string): Promise<Locator> {
  const choice = page.getByLabel("Let agents book on")
  const name = calendar.replace(/ \(.*/, "")
  const change = page.getByRole("button", { name: `Change the times of ${name}` })
  await expect(choice.or(change).first()).toBeVisible()
  if (await change.isVisible()) await change.click()
  else await choice.selectOption({ label: calendar })
  return page.getByRole("button", { name: /^(Make bookable|Save)$/ }).first()
}

/** Whatever a spec of agents left behind, also one that failed: no agent, no standing booking, no webhook. */
export async function leaveNothing(page: Page): Promise<void> {
  const { origin } = new URL(process.env.APP_URL ?? "")
  const { agents, bookings } = await (await page.request.get("/api/agents")).json()
  const { webhooks } = await (await page.request.get("/api/agents/webhooks")).json()
  const paths = [
    ...bookings.map(({ id }: { id: string }) => ["post", `/api/bookings/${id}/cancel`]),
    ...agents
      .filter(({ revocable }: { revocable: boolean }) => revocable)
      .map(({ id }: { id: string }) => ["post", `/api/agents/${id}/revoke`]),
    ...webhooks.map(({ id }: { id: string }) => ["delete", `/api/agents/webhooks/${id}`]),
  ]
  for (const [method, path] of paths)
    expect((await page.request.fetch(path, { method, headers: { origin }, data: {} })).status(), path).toBeLessThan(300)
}
