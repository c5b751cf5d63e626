import { afterAll, beforeAll } from "vitest"
import { calendarSyncContract } from "../../testing/contracts/calendar-sync"
import { type AccountOptions, CONNECTION } from "../../testing/contracts/calendar-world"
import { sandboxWorld } from "../../testing/contracts/sandbox-world"
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

const options = (person: string, { url, accessToken }: Required<AccountOptions>) => ({
  connectionId: CONNECTION,
  accountEmail: person,
  timeZone: "Europe/Berlin",
  baseUrl: `${url}/graph`,
  accessToken,
  now: Date.now,
})

calendarSyncContract("Microsoft", async () => {
  const world = await sandboxWorld(sandbox, "microsoft", (person, at) => microsoftCalendars(options(person, at)))
  const token = await sandbox.token("microsoft", world.organizer)
  return {
    ...world,
    sync: (person) => microsoftSync(options(person, { url: sandbox.url, accessToken: async () => token })),
    expireCursors: () => sandbox.control("POST", "sync-tokens/expire", { provider: "microsoft" }),
  }
})
