import { type APIRequestContext, type BrowserContext, test as base, expect, type Page } from "@playwright/test"
import type { Who } from "./people"
import { connect, signIn } from "./sign-in"
import { type Witness, witnessOf } from "./witness"

type StorageState = Awaited<ReturnType<BrowserContext["storageState"]>>

type Options = {
  /** Who `page` is signed in as, with their calendar connected; null: nobody. */
  who: Who | null
}

type Fixtures = {
  /** The sandbox's control API. */
  control: APIRequestContext
  /** The providers as they see themselves: state, requests, and what people do there. */
  witness: Witness
  /** What the app's pages complained about; a complaint that the test does not take out fails it. */
  complaints: string[]
  /** A page of the app for somebody else, beside `page`. */
  pageOf: (who: Who | null) => Promise<Page>
}

type WorkerFixtures = {
  /** Signs in and connects once, then hands out the same session. */
  sessionOf: (who: Who) => Promise<StorageState>
}

/** For a browser that has never been here. Said aloud because a new context otherwise has the test's own session. */
export const NOBODY = { cookies: [], origins: [] }

/** An answer such as 409 or 412 is no accident here, but the browser reports each as an error. */
const ANSWERED = /^Failed to load resource: the server responded with a status of 4\d\d/

function watch(context: BrowserContext, complaints: string[]): void {
  context.on("weberror", (error) => complaints.push(error.error().message))
  context.on("console", (message) => {
    if (message.type() === "error" && !ANSWERED.test(message.text())) complaints.push(message.text())
  })
}

const required = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; run the browser tests through npm test`)
  return value
}

export const test = base.extend<Fixtures & Options, WorkerFixtures>({
  who: [null, { option: true }],

  sessionOf: [
    async ({ browser }, use) => {
      const known = new Map<Who, StorageState>()
      await use(async (who) => {
        const kept = known.get(who)
        if (kept) return kept
        const context = await browser.newContext({ baseURL: required("APP_URL"), storageState: NOBODY })
        const page = await context.newPage()
        await page.goto("/")
        await signIn(page, who)
        const first = page.getByRole("heading", { name: "Connect your calendar" })
        await expect(first.or(page.getByRole("region", { name: "Assistant" }))).toBeVisible()
        if (await first.isVisible()) await connect(page, who)
        await expect(page.getByRole("region", { name: "Assistant" })).toBeVisible()
        const state = await context.storageState()
        await context.close()
        known.set(who, state)
        return state
      })
    },
    { scope: "worker" },
  ],

  storageState: async ({ who, sessionOf }, use) => use(who === null ? NOBODY : await sessionOf(who)),

  control: async ({ playwright }, use) => {
    const context = await playwright.request.newContext({
      baseURL: `${required("SANDBOX_URL")}/control/`,
      extraHTTPHeaders: { authorization: `Bearer ${required("SANDBOX_CONTROL_TOKEN")}` },
    })
    await use(context)
    await context.dispose()
  },

  witness: async ({ control }, use) => {
    const witness = witnessOf(control)
    await use(witness)
    await witness.tidy()
  },

  complaints: [
    async ({ context }, use) => {
      const complaints: string[] = []
      watch(context, complaints)
      await use(complaints)
      expect(complaints, "the page reported errors").toEqual([])
    },
    { auto: true },
  ],

  pageOf: async ({ browser, sessionOf, complaints, contextOptions }, use) => {
    const opened: BrowserContext[] = []
    await use(async (who) => {
      const context = await browser.newContext({
        ...contextOptions,
        storageState: who === null ? NOBODY : await sessionOf(who),
      })
      opened.push(context)
      watch(context, complaints)
      return context.newPage()
    })
    for (const context of opened) await context.close()
  },
})

export { expect }
