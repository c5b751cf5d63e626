import { answers, calls, lastMatch, openScriptedModel, type ScriptedModel } from "../../lib/testing/scripted-model"
import { proposalIn, say, turnsOf } from "./assistant"
import { expect, test } from "./fixtures"

const KEY = "sk-canary-of-the-browser"

test.describe("a workspace's language model", () => {
  test.use({ who: "grace" })
  let server: ScriptedModel
  test.beforeAll(async () => {
    server = await openScriptedModel()
  })
  test.afterAll(() => server.stop())
  test.afterEach(async ({ page }) => {
    const { origin } = new URL(process.env.APP_URL ?? "")
    const { version } = await (await page.request.get("/api/settings/model")).json()
    const headers = { origin, "if-match": version }
    const answered = await page.request.patch("/api/settings/model", { headers, data: { choice: { kind: "grammar" } } })
    expect(answered.status()).toBe(200)
  })

  test("P1 an admin sets one, a member is planned by it, and what goes wrong is said", async ({ page, pageOf }) => {
    const sent: string[] = []
    page.on("response", async (response) => {
      if (response.url().includes("/api/")) sent.push(await response.text().catch(() => ""))
    })
    await page.goto("/settings")
    const card = page.getByRole("region", { name: "Language model" })
    await card.getByLabel("Words are read by").selectOption({ label: "A model of this workspace" })
    await card.getByRole("button", { name: "Save" }).click()
    await expect(card.getByText("Is needed.")).toHaveCount(2)
    await card.getByLabel("Model", { exact: true }).fill("small")
    await card.getByLabel("Address").fill("https://169.254.169.254/v1")
    await card.getByLabel("Key", { exact: true }).fill("wrong")
    await card.getByRole("button", { name: "Save" }).click()
    await expect(card.getByText("A model's address is a public https address")).toBeVisible()

    server.plays(() => ({ error: { message: "no such key", type: "auth" }, status: 401 }))
    await card.getByLabel("Address").fill(server.url)
    await card.getByRole("button", { name: "Save" }).click()
    await expect(card.getByText("Saved.")).toBeVisible()
    await expect(card.getByRole("alert")).toHaveText(
      /refused to be asked\. Look at its key, its name and its address\./,
    )

    server.plays((request, step) =>
      step === 0 ? calls("by_title", { words: "weekly sync" }) : answers(cancelling(lastMatch(request))),
    )
    await card.getByLabel("Key", { exact: true }).fill(KEY)
    await card.getByRole("button", { name: "Save" }).click()
    await expect(card.getByText("A key is set.", { exact: false })).toBeVisible()
    await expect(card.getByLabel("Key", { exact: true })).toHaveValue("")

    const member = await pageOf("ada")
    await member.goto("/settings")
    await expect(member.getByRole("region", { name: "Privacy" })).toBeVisible()
    await expect(member.getByRole("region", { name: "Language model" })).toHaveCount(0)
    await member.goto("/")
    // no words of the grammar
    server.plays(
      (request, step) =>
        step === 0 ? calls("by_title", { words: "weekly sync" }) : answers(cancelling(lastMatch(request))),
      { latencyMs: 1_000 },
    )
    const asking = member.getByRole("log").getByText("Asking the language model...")
    const shown = expect(asking).toBeVisible()
    await say(member, "the weekly sync is not for me this time, off with it")
    await shown
    await expect(proposalIn(member)).toBeVisible()
    await expect(turnsOf(member).last()).not.toContainText("my own grammar")
    await proposalIn(member).getByRole("button", { name: "Drop" }).click()

    await page.reload()
    await expect(card.getByLabel("Address")).toHaveValue(server.url)
    expect(sent.length).toBeGreaterThan(4)
    expect(sent.join() + (await page.content())).not.toContain(KEY)
  })

  test("T3 of two admins the second sees what the first has chosen, and nothing of theirs is written", async ({
    page,
    pageOf,
  }) => {
    const other = await pageOf("grace")
    const cardOf = (one: typeof page) => one.getByRole("region", { name: "Language model" })
    for (const [one, name] of [
      [page, "first"],
      [other, "second"],
    ] as const) {
      await one.goto("/settings")
      await cardOf(one).getByLabel("Words are read by").selectOption({ label: "A model of this workspace" })
      await cardOf(one).getByLabel("Model", { exact: true }).fill(name)
      await cardOf(one).getByLabel("Address").fill(server.url)
    }
    server.plays(() => answers({ kind: "free", asked: [{ start: "2026-11-26T09:00", end: "2026-11-26T12:00" }] }))
    await cardOf(page).getByRole("button", { name: "Save" }).click()
    await expect(cardOf(page).getByText("Saved.")).toBeVisible()
    await cardOf(other).getByRole("button", { name: "Save" }).click()
    await expect(
      cardOf(other).getByText("it is first (OpenAI-compatible) now. Yours was not saved.", { exact: false }),
    ).toBeVisible()
    expect((await (await page.request.get("/api/settings/model")).json()).choice.model).toBe("first")
    await cardOf(other).getByRole("button", { name: "Save mine anyway" }).click()
    await expect(cardOf(other).getByText("Saved.")).toBeVisible()
    expect((await (await page.request.get("/api/settings/model")).json()).choice.model).toBe("second")
  })

  // the last one here: it leaves nothing to try with
  test("a model that was tried often is not asked, and the page says when it can be tried again", async ({ page }) => {
    await page.goto("/settings")
    const card = page.getByRole("region", { name: "Language model" })
    await card.getByLabel("Words are read by").selectOption({ label: "A model of this workspace" })
    await card.getByLabel("Model", { exact: true }).fill("small")
    await card.getByLabel("Address").fill(server.url)
    server.plays(() => answers({ kind: "free", asked: [{ start: "2026-11-26T09:00", end: "2026-11-26T12:00" }] }))
    await card.getByRole("button", { name: "Save" }).click()
    await expect(card.getByText("The model answered as it should.")).toBeVisible()
    const { origin } = new URL(process.env.APP_URL ?? "")
    const tried = () => page.request.post("/api/settings/model/try", { headers: { origin } })
    await expect.poll(async () => (await tried()).status()).toBe(429)
    const asked = server.received().length
    await card.getByRole("button", { name: "Try it" }).click()
    await expect(card.getByRole("alert")).toContainText(/Too many requests: .* It can be tried again in \d+ seconds?\./)
    expect(server.received().length).toBe(asked)
  })
})

const cancelling = (target: string) => ({
  kind: "plan" as const,
  readings: ["next-occurrence" as const],
  operations: [{ kind: "cancel" as const, target, scope: "this" as const }],
})
