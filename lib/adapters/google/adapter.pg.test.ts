import { Temporal } from "temporal-polyfill"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import { eventKey } from "../../domain/event"
import { calendarProviderContract } from "../../testing/contracts/calendar-provider"
import { splitsContract } from "../../testing/contracts/calendar-splits"
import { CONNECTION, hours, writing } from "../../testing/contracts/calendar-world"
import { sandboxWorld } from "../../testing/contracts/sandbox-world"
import { violationsSoFar } from "../../testing/openapi/published"
import { testDatabase } from "../../testing/pg"
import { openSandbox, type Sandbox } from "../../testing/sandbox"
import { googleCalendars } from "./adapter"
import { forWrite, googleClient } from "./client"
import { clientId } from "./mapping"

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

const world = () =>
  sandboxWorld(sandbox, "google", (_, { url, accessToken }) =>
    googleCalendars({ connectionId: CONNECTION, rootUrl: url, accessToken, now: Date.now }),
  )

calendarProviderContract("Google", world)
splitsContract("Google", world)

test("an id that something else has taken is a conflict, not our event", async () => {
  const { organizer, account } = await world()
  const options = writing()
  const times = hours(Temporal.PlainDate.from("2019-03-04"), 9, 10)
  const foreign = { id: clientId(options.marker), start: { date: "2019-03-04" }, end: { date: "2019-03-05" } }
  const token = await sandbox.token("google", organizer)
  await googleClient(sandbox.url).events.insert(
    { calendarId: organizer, requestBody: foreign },
    forWrite(token, options),
  )
  const outcome = await account(organizer).create(organizer, { summary: "Mine", ...times }, options)
  expect(outcome).toEqual({ kind: "conflict" })
})

test("an id stays taken after its event was deleted: gone, and nothing new", async () => {
  const { organizer, account } = await world()
  const ada = account(organizer)
  const options = writing()
  const draft = { summary: "Mine", ...hours(Temporal.PlainDate.from("2019-03-05"), 9, 10) }
  const first = await ada.create(organizer, draft, options)
  if (first.kind !== "applied") return expect.unreachable(first.kind)
  await ada.delete(first.event.value.ref, first.event.version, writing())
  expect((await ada.create(organizer, draft, options)).kind).toBe("gone")
})

test("a calendar that is only shared for reading: others edit it, its events cannot be moved, a write is refused", async () => {
  const { organizer, account } = await world()
  const ada = account(organizer)
  const answer = await ada.calendars()
  const shared = answer.kind === "calendars" && answer.calendars.find((calendar) => calendar.name === "Team holidays")
  if (!shared) return expect.unreachable("Team holidays")
  expect(shared).toMatchObject({ writable: false, editors: "others" })
  const listed = await ada.list(shared.id, { from: "2026-11-01T00:00:00Z", to: "2027-03-01T00:00:00Z" })
  const event = listed.kind === "events" && listed.events[0]
  if (!event) return expect.unreachable("an event")
  expect(event.value).toMatchObject({ movable: false, unmovable: "read-only-calendar" })
  expect(await account(organizer).get(event.value.ref)).toEqual({ kind: "found", event })
  const outcome = await ada.update(event.value.ref, { summary: "x" }, event.version, writing())
  expect(outcome).toEqual({ kind: "forbidden", reason: "read-only-calendar" })
})

test("two thousand events are one request, and as many as it takes where the pages are shorter", async () => {
  const { organizer, account } = await world()
  const ada = account(organizer)
  const first = Temporal.PlainDate.from("1996-01-01")
  for (let hour = 8; hour < 16; hour++) {
    const draft = { ...hours(first, hour, hour + 1), recurrence: ["RRULE:FREQ=DAILY;COUNT=250"] }
    await ada.create(organizer, { summary: "Daily", ...draft }, writing())
  }
  const listed = async (pageSize: number | null) => {
    await sandbox.setSwitches({ pageSize })
    const mark = await sandbox.lastExchange()
    const answer = await ada.list(organizer, { from: "1996-01-01T00:00:00Z", to: "1996-09-10T00:00:00Z" })
    const keys = answer.kind === "events" ? answer.events.map(({ value }) => eventKey(value.ref)) : []
    return { requests: (await sandbox.journal(mark)).length, events: new Set(keys).size, told: keys.length }
  }
  onTestFinished(() => sandbox.setSwitches({ pageSize: null }))
  expect(await listed(null)).toEqual({ requests: 1, events: 2_000, told: 2_000 })
  expect(await listed(800)).toEqual({ requests: 3, events: 2_000, told: 2_000 })
})

test("what went over the wire is what Google publishes of its API", async () => {
  const { checked, violations } = await violationsSoFar(sandbox, "google")
  expect(checked).toBeGreaterThan(100)
  expect(violations).toEqual([])
})
