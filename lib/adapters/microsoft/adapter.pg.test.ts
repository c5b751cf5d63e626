import { afterAll, beforeAll } from "vitest"
import { calendarProviderContract } from "../../testing/contracts/calendar-provider"
import { type CalendarWorld, CONNECTION } from "../../testing/contracts/calendar-world"
import { testDatabase } from "../../testing/pg"
import { openSandbox, type Sandbox } from "../../testing/sandbox"
import { microsoftCalendars } from "./adapter"

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
  // What Graph does by itself has tests of its own below; in the contract every change is somebody's.
  await sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
})
afterAll(async () => {
  await sandbox.close()
  await database.drop()
})

async function world(): Promise<CalendarWorld> {
  const [organizer, guest] = ["mia@outlook.sandbox", "leo@outlook.sandbox"]
  const tokens = new Map<string, string>()
  for (const person of [organizer, guest]) tokens.set(person, await sandbox.token("microsoft", person))
  return {
    sandbox,
    provider: "microsoft",
    organizer,
    guest,
    account: (person, { url = sandbox.url, accessToken = async () => tokens.get(person) ?? "" } = {}) =>
      microsoftCalendars({
        connectionId: CONNECTION,
        accountEmail: person,
        timeZone: "Europe/Berlin",
        baseUrl: `${url}/graph`,
        accessToken,
        now: Date.now,
      }),
  }
}

calendarProviderContract("Microsoft", world)
