import { afterAll, beforeAll } from "vitest"
import { calendarSyncContract } from "../../testing/contracts/calendar-sync"
import { type AccountOptions, CONNECTION } from "../../testing/contracts/calendar-world"
import { sandboxWorld } from "../../testing/contracts/sandbox-world"
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

const options = (_: string, { url, accessToken }: Required<AccountOptions>) => ({
  connectionId: CONNECTION,
  rootUrl: url,
  accessToken,
  now: Date.now,
})

calendarSyncContract("Google", async () => {
  const world = await sandboxWorld(sandbox, "google", (person, at) => googleCalendars(options(person, at)))
  const token = await sandbox.token("google", world.organizer)
  return {
    ...world,
    sync: (person) => googleSync(options(person, { url: sandbox.url, accessToken: async () => token })),
    expireCursors: () => sandbox.control("POST", "sync-tokens/expire", { provider: "google" }),
  }
})
