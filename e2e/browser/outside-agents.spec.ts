import AxeBuilder from "@axe-core/playwright"
import type { APIRequestContext, Page } from "@playwright/test"
import { addDays, instant, stage } from "./days"
import { expect, test } from "./fixtures"
import { leaveNothing } from "./own-agents"

/* T9-T11 as a person sees them: what an agent with a key of theirs proposes over MCP. The page is never reloaded. */

const { thursday } = stage()
const DAY = addDays(thursday, 1)

async function keyOf(page: Page, name: string): Promise<string> {
  await page.goto("/agents")
  await page.getByLabel("Name of a new agent").fill(name)
  await page.getByRole("button", { name: "Add", exact: true }).click()
  await page.getByRole("button", { name: `Keys of ${name}` }).click()
  const keys = page.getByRole("group", { name: `Keys of ${name}` })
  for (const scope of ["read your calendars, titles too", "propose changes to you"]) {
    await expect(keys.getByRole("checkbox", { name: scope }), "ticked by nobody").not.toBeChecked()
    await keys.getByRole("checkbox", { name: scope }).check()
  }
  await keys.getByRole("button", { name: "Issue a key" }).click()
  return keys.getByLabel("The key").inputValue()
}

/** One call of a tool, as a program makes it. */
async function tool(request: APIRequestContext, key: string, name: string, args: object) {
  const response = await request.post("/api/mcp", {
    headers: { authorization: `Bearer ${key}`, accept: "application/json, text/event-stream" },
    data: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } },
  })
  return (await response.json()).result.structuredContent
}

test.describe("an agent's proposal", () => {
  test.use({ who: "ada" })
  test.afterEach(({ page }) => leaveNothing(page))

  test("T11 appears by itself, marked as from that agent; the person applies it, and the agent hears so", async ({
    page,
    request,
    witness,
  }) => {
    const event = await witness.given("ada", { title: "Teasel review", date: DAY })
    const key = await keyOf(page, "Wren")
    await page.goto("/")
    await expect(page.getByRole("textbox", { name: "What should be moved?" })).toBeVisible()
    await page.evaluate(() => Object.assign(window, { sameDocument: true }))
    const range = { from: instant(DAY, "00:00"), to: instant(addDays(DAY, 1), "00:00") }
    const { events } = await tool(request, key, "list_events", range)
    const { id, version } = events.find(
      (each: { untrusted: { title: string } }) => each.untrusted.title === event.title,
    )
    const mark = await witness.mark()
    const operations = [
      { kind: "move", event_id: id, version, to: { start: instant(DAY, "15:00"), end: instant(DAY, "15:30") } },
      { kind: "create", title: "Prepare the review", to: { start: instant(DAY, "14:00"), end: instant(DAY, "14:30") } },
    ]
    const { kind, proposal_id } = await tool(request, key, "propose", { operations })
    expect(kind).toBe("proposed")

    const card = page.getByRole("group", { name: "Proposal from Wren" })
    await expect(card).toContainText("From Wren")
    await expect(card).toContainText("Wren wrote this title.")
    await expect(page.getByText("A proposal waits for your yes: from Wren.")).toBeVisible()
    expect(await page.evaluate(() => "sameDocument" in window), "nothing was reloaded").toBe(true)
    expect(await witness.writes(mark)).toEqual([])
    await pictures(page, "agent-proposal")
    await page.getByRole("button", { name: "Look", exact: true }).click()
    await expect(card).toBeFocused()

    await card.getByRole("button", { name: "Apply" }).click()
    await expect(card.getByRole("button", { name: "Undo" })).toBeVisible()
    expect((await witness.writes(mark))[0]?.headers["if-match"]).toBe(version)
    expect(await tool(request, key, "get_proposal", { proposal_id })).toMatchObject({ state: "applied" })
    await expect(page.getByText("A proposal waits")).toHaveCount(0)
    await pictures(page, "agent-proposal-applied")
    await card.getByRole("button", { name: "Undo" }).click()
    await expect(card.getByRole("button", { name: "Undo" })).toHaveCount(0)
  })
})

async function pictures(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect
    .soft(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join()}`))
    .toEqual([])
  for (const [device, width, height] of [
    ["phone", 390, 844],
    ["desktop", 1440, 900],
  ] as const)
    for (const colorScheme of ["dark", "light"] as const) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
      await page.screenshot({ path: `test-results/looks/${device}-${name}-${colorScheme}.png` })
    }
}
