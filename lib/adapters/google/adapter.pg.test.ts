import { afterAll, beforeAll } from "vitest"
import { calendarProviderContract } from "../../testing/contracts/calendar-provider"
import { type CalendarWorld, CONNECTION } from "../../testing/contracts/calendar-world"
import { testDatabase } from "../../testing/pg"
import { openSandbox, type Sandbox } from "../../testing/sandbox"
import { googleCalendars } from "./adapter"

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

async function world(): Promise<CalendarWorld> {
  const [organizer, guest] = ["ada@google.sandbox", "ben@google.sandbox"]
  const tokens = new Map<string, string>()
  for (const person of [organizer, guest]) tokens.set(person, await sandbox.token("google", person))
  return {
    sandbox,
    provider: "google",
    organizer,
    guest,
    account: (person, { url = sandbox.url, accessToken = async () => tokens.get(person) ?? "" } = {}) =>
      googleCalendars({ connectionId: CONNECTION, rootUrl: url, accessToken, now: Date.now }),
  }
}

calendarProviderContract("Google", world)
