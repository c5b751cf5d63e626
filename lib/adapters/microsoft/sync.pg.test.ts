import { afterAll, beforeAll } from "vitest"
import { calendarSyncContract, type SyncWorld } from "../../testing/contracts/calendar-sync"
import { CONNECTION } from "../../testing/contracts/calendar-world"
import { testDatabase } from "../../testing/pg"
import { openSandbox, type Sandbox } from "../../testing/sandbox"
import { microsoftCalendars } from "./adapter"
import { microsoftSync } from "./sync"

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
  // what is asked for at once is still counted: four a mailbox
  await sandbox.setSwitches({ changeKeyRewriteMs: null })
})
afterAll(async () => {
  await sandbox.close()
  await database.drop()
})

calendarSyncContract("Microsoft", async (): Promise<SyncWorld> => {
  const [organizer, guest] = ["mia@outlook.sandbox", "leo@outlook.sandbox"]
  const tokens = new Map<string, string>()
  for (const person of [organizer, guest]) tokens.set(person, await sandbox.token("microsoft", person))
  const options = (person: string, url = sandbox.url) => ({
    connectionId: CONNECTION,
    accountEmail: person,
    timeZone: "Europe/Berlin",
    baseUrl: `${url}/graph`,
    accessToken: async () => tokens.get(person) ?? "",
    now: Date.now,
  })
  return {
    sandbox,
    provider: "microsoft",
    organizer,
    guest,
    account: (person, { url, accessToken } = {}) =>
      microsoftCalendars({ ...options(person, url), ...(accessToken && { accessToken }) }),
    sync: (person, { url, accessToken } = {}) =>
      microsoftSync({ ...options(person, url), ...(accessToken && { accessToken }) }),
    expireCursors: () => sandbox.control("POST", "sync-tokens/expire", { provider: "microsoft" }),
  }
})
