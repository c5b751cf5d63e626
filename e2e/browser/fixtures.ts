import { type APIRequestContext, test as base, expect } from "@playwright/test"

type Fixtures = {
  /** The sandbox's control API, as the witness in a test: `control.get("journal?since=0")`, `control.post("faults", { data })`. */
  control: APIRequestContext
  /** What the page complained about; a complaint that the test does not take out fails it. */
  complaints: string[]
}

/** An answer such as 409 or 412 is no accident here, but the browser reports each as an error. */
const ANSWERED = /^Failed to load resource: the server responded with a status of 4\d\d/

const required = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; run the browser tests through npm test`)
  return value
}

export const test = base.extend<Fixtures>({
  control: async ({ playwright }, use) => {
    const context = await playwright.request.newContext({
      baseURL: `${required("SANDBOX_URL")}/control/`,
      extraHTTPHeaders: { authorization: `Bearer ${required("SANDBOX_CONTROL_TOKEN")}` },
    })
    await use(context)
    await context.dispose()
  },
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = []
      page.on("pageerror", (error) => complaints.push(error.message))
      page.on("console", (message) => {
        if (message.type() === "error" && !ANSWERED.test(message.text())) complaints.push(message.text())
      })
      await use(complaints)
      expect(complaints, "the page reported errors").toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
