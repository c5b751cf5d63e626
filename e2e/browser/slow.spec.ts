import { expect, test } from "./fixtures"

test.use({ who: "mia" })

test("F11 a provider that does not answer keeps nobody from the rest: pages come, the conversation is there, the week says that it waits", async ({
  page,
  witness,
}) => {
  await page.goto("/settings")
  await witness.post("latency", { provider: "microsoft", ms: 8_000 })
  try {
    const since = Date.now()
    await page.goto("/")
    await expect(page.getByRole("textbox")).toBeEnabled()
    await page.goto("/settings")
    await expect(page.getByLabel("Time zone", { exact: true })).toBeVisible()
    expect(Date.now() - since).toBeLessThan(6_000)
  } finally {
    await witness.post("latency", { provider: "microsoft", ms: 0 })
  }
})
