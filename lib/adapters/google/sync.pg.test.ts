import { afterAll, beforeAll } from "vitest"
import { calendarSyncContract, type SyncWorld } from "../../testing/contracts/calendar-sync"
import { CONNECTION } from "../../testing/contracts/calendar-world"
import { testDatabase } from "../../testing/pg"
import { openSandbox, type Sandbox } from "../../testing/sandbox"
import { googleCalendars } from "./adapter"
import { googleSync } from "./sync"

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
})
afterAll(async () => {
  await sandbox.close()
  await database.drop()
})

calendarSyncContract("Google", async (): Promise<SyncWorld> => {
  const [organizer, guest] = ["ada@google.sandbox", "ben@google.sandbox"]
  const tokens = new Map<string, string>()
  for (const person of [organizer, guest]) tokens.set(person, await sandbox.token("google", person))
  const options = (person: string, url = sandbox.url) => ({
    connectionId: CONNECTION,
    rootUrl: url,
    accessToken: async () => tokens.get(person) ?? "",
    now: Date.now,
  })
  return {
    sandbox,
    provider: "google",
    organizer,
    guest,
    account: (person, { url, accessToken } = {}) =>
      googleCalendars({ ...options(person, url), ...(accessToken && { accessToken }) }),
    sync: (person, { url, accessToken } = {}) =>
      googleSync({ ...options(person, url), ...(accessToken && { accessToken }) }),
    expireCursors: () => sandbox.control("POST", "sync-tokens/expire", { provider: "google" }),
  }
})
