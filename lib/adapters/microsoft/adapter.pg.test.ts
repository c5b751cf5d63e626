import { Temporal } from "temporal-polyfill"
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest"
import { calendarProviderContract } from "../../testing/contracts/calendar-provider"
import { splitsContract } from "../../testing/contracts/calendar-splits"
import {
  appliedTo,
  CONNECTION,
  foundIn,
  hours,
  later,
  primaryOf,
  writing,
} from "../../testing/contracts/calendar-world"
import { sandboxWorld } from "../../testing/contracts/sandbox-world"
import { violationsSoFar } from "../../testing/openapi/published"
import { testDatabase } from "../../testing/pg"
import { openSandbox, type Sandbox } from "../../testing/sandbox"
import { microsoftCalendars } from "./adapter"

/** What Graph does by itself has tests of its own below; in the contract every change is somebody's. */
const quiet = { changeKeyRewriteMs: null, mailboxConcurrency: null } as const

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
  await sandbox.setSwitches(quiet)
})
afterAll(async () => {
  await sandbox.close()
  await database.drop()
})

const world = () =>
  sandboxWorld(sandbox, "microsoft", (person, { url, accessToken }) =>
    microsoftCalendars({
      connectionId: CONNECTION,
      accountEmail: person,
      timeZone: "Europe/Berlin",
      baseUrl: `${url}/graph`,
      accessToken,
      now: Date.now,
    }),
  )

calendarProviderContract("Microsoft", world)
splitsContract("Microsoft", world)

describe("what only Graph does", () => {
  afterEach(() => sandbox.setSwitches(quiet))

  const day = (date: string) => Temporal.PlainDate.from(date)

  async function mia() {
    const { organizer, account } = await world()
    const mine = account(organizer)
    return { mine, calendarId: await primaryOf(mine) }
  }

  test("every request asks for ids that stay and for times in UTC", async () => {
    const { mine, calendarId } = await mia()
    const since = await sandbox.lastExchange()
    const draft = { summary: "Asked", ...hours(day("2019-03-01"), 9, 10) }
    const created = appliedTo(await mine.create(calendarId, draft, writing())).value
    const { version } = await foundIn(mine, created.ref)
    await mine.list(calendarId, { from: "2019-03-01T00:00:00Z", to: "2019-03-02T00:00:00Z" })
    await mine.update(created.ref, later(created), version, writing())
    const asked = (await sandbox.journal(since)).map((exchange) => exchange.headers.prefer)
    expect(asked.length).toBeGreaterThanOrEqual(4)
    expect(new Set(asked)).toEqual(new Set(['IdType="ImmutableId", outlook.timezone="UTC"']))
  })

  test("the changeKey of a new event is rewritten: its first version is a conflict, the one read later is not", async () => {
    const { mine, calendarId } = await mia()
    await sandbox.setSwitches({ changeKeyRewriteMs: [20, 20] })
    const draft = { summary: "Rewritten", ...hours(day("2019-03-04"), 9, 10) }
    const created = appliedTo(await mine.create(calendarId, draft, writing()))
    const { ref } = created.value
    await expect.poll(async () => (await foundIn(mine, ref)).version).not.toBe(created.version)
    expect(await mine.update(ref, later(created.value), created.version, writing())).toEqual({ kind: "conflict" })
    const fresh = await foundIn(mine, ref)
    expect((await mine.update(ref, later(fresh.value), fresh.version, writing())).kind).toBe("applied")
  })

  test("more than four requests at once at one mailbox are throttled, with the wait it asks for", async () => {
    const { mine, calendarId } = await mia()
    const draft = { summary: "Crowded", ...hours(day("2019-03-05"), 9, 10) }
    const event = await foundIn(mine, appliedTo(await mine.create(calendarId, draft, writing())).value.ref)
    await sandbox.setSwitches({ mailboxConcurrency: 4 })
    await sandbox.fault({ provider: "microsoft", kind: "latency", method: "PATCH", delayMs: 100, times: 12 })
    const writers = Array.from({ length: 12 }, (_, i) =>
      mine.update(event.value.ref, { summary: `Writer ${i}` }, event.version, writing()),
    )
    const outcomes = await Promise.all(writers)
    await sandbox.clearFaults()
    const count = (kind: string) => outcomes.filter((outcome) => outcome.kind === kind).length
    expect(count("applied")).toBe(1)
    expect(count("throttled")).toBeGreaterThan(0)
    expect(count("applied") + count("conflict") + count("throttled")).toBe(12)
    const waits = outcomes.flatMap((outcome) => (outcome.kind === "throttled" ? [outcome.retryAfterMs] : []))
    expect(Math.min(...waits)).toBeGreaterThan(0)
  })

  test("an instance may not cross its neighbour, and the reason is said", async () => {
    const { mine, calendarId } = await mia()
    const recurrence = ["RRULE:FREQ=WEEKLY;COUNT=3"]
    await mine.create(calendarId, { summary: "Weekly", ...hours(day("2019-04-02"), 9, 10), recurrence }, writing())
    const answer = await mine.list(calendarId, { from: "2019-04-01T00:00:00Z", to: "2019-05-01T00:00:00Z" })
    const [first] = answer.kind === "events" ? answer.events : []
    if (!first) return expect.unreachable(answer.kind)
    const outcome = await mine.update(first.value.ref, hours(day("2019-04-10"), 9, 10), first.version, writing())
    expect(outcome).toEqual({ kind: "forbidden", reason: "crosses-neighbour" })
  })

  test.each(["Europe/Kyiv", "America/Ciudad_Juarez", "Europe/Berlin"])(
    "a series in %s keeps its wall clock over the change of summer time",
    async (timeZone) => {
      const { mine, calendarId } = await mia()
      const first = day("2018-10-27")
      const moment = (hour: number) => ({
        kind: "timed" as const,
        at: first.toZonedDateTime({ timeZone, plainTime: { hour } }).toInstant().toString(),
        timeZone,
      })
      const draft = { summary: timeZone, start: moment(9), end: moment(10), recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"] }
      appliedTo(await mine.create(calendarId, draft, writing()))
      const answer = await mine.list(calendarId, { from: "2018-10-27T00:00:00Z", to: "2018-11-20T00:00:00Z" })
      const events = answer.kind === "events" ? answer.events : []
      const clocks = events
        .filter((seen) => seen.value.summary === timeZone)
        .map(({ value: { start } }) =>
          start.kind === "timed" ? Temporal.Instant.from(start.at).toZonedDateTimeISO(timeZone).hour : null,
        )
      expect(clocks).toEqual([9, 9, 9])
    },
  )

  test("four requests at once is all that a mailbox takes: reads wait for their turn, a write never does", async () => {
    const { mine, calendarId } = await mia()
    const draft = { summary: "Crowded", ...hours(day("2019-03-09"), 9, 10) }
    const event = await foundIn(mine, appliedTo(await mine.create(calendarId, draft, writing())).value.ref)
    await sandbox.setSwitches({ mailboxConcurrency: 4 })
    await sandbox.control("POST", "latency", { provider: "microsoft", ms: 40 })
    try {
      const window = { from: "2019-03-09T00:00:00Z", to: "2019-03-10T00:00:00Z" }
      // another adapter of the same account, as another part of the app has one
      const other = (await mia()).mine
      const reads = Array.from({ length: 8 }, () => [mine.list(calendarId, window), other.list(calendarId, window)])
      const since = performance.now()
      const write = mine.update(event.value.ref, { summary: "Still written" }, event.version, writing())
      const wrote = write.then((outcome) => [outcome.kind, performance.now() - since < 400])
      expect(await wrote).toEqual(["applied", true])
      expect(new Set((await Promise.all(reads.flat())).map(({ kind }) => kind))).toEqual(new Set(["events"]))
    } finally {
      await sandbox.control("POST", "latency", { provider: "microsoft", ms: 0 })
    }
  })

  describe("reads that wait together go out in batches", () => {
    const windows = Array.from({ length: 12 }, (_, i) => {
      const on = day("2019-05-06").add({ days: i })
      return { from: `${on}T00:00:00Z`, to: `${on.add({ days: 1 })}T00:00:00Z` }
    })
    const isBatch = ({ path }: { path: string }) => path.endsWith("/$batch")

    test("twelve lists at once are three requests, each part an exchange of its own", async () => {
      const { mine, calendarId } = await mia()
      const draft = { summary: "Batched", ...hours(day("2019-05-08"), 9, 10) }
      appliedTo(await mine.create(calendarId, draft, writing()))
      await sandbox.setSwitches({ mailboxConcurrency: 4 })
      const since = await sandbox.lastExchange()
      const lists = await Promise.all(windows.map((window) => mine.list(calendarId, window)))
      expect(lists.map((list) => (list.kind === "events" ? list.events.length : list.kind))).toEqual(
        windows.map((_, i) => (i === 2 ? 1 : 0)),
      )
      const exchanges = await sandbox.journal(since)
      expect(exchanges.filter(isBatch)).toHaveLength(3)
      expect(exchanges.filter(({ path }) => path.endsWith("/calendarView"))).toHaveLength(12)
      expect(exchanges.filter(({ status }) => status !== 200)).toEqual([])
    })

    test("a part that is throttled says so for itself; what waited for it is asked again", async () => {
      const { mine, calendarId } = await mia()
      await mine.list(calendarId, windows[0] ?? expect.unreachable("a window"))
      await sandbox.fault({ provider: "microsoft", kind: "429", pathIncludes: "calendarView", method: "GET", times: 1 })
      const lists = await Promise.all(windows.map((window) => mine.list(calendarId, window)))
      await sandbox.clearFaults()
      const kinds = lists.map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind === "throttled")).toHaveLength(1)
      expect(kinds.filter((kind) => kind === "events")).toHaveLength(11)
      const [throttled] = lists.filter((list) => list.kind === "throttled")
      expect(throttled?.kind === "throttled" && throttled.retryAfterMs).toBeGreaterThan(0)
    })

    test.each(["executed-but-503", "reset-before-execution"] as const)(
      "a part under %s is asked again by itself, and the list is whole",
      async (kind) => {
        const { mine, calendarId } = await mia()
        await mine.list(calendarId, windows[0] ?? expect.unreachable("a window"))
        await sandbox.fault({ provider: "microsoft", kind, pathIncludes: "calendarView", method: "GET", times: 1 })
        const lists = await Promise.all(windows.map((window) => mine.list(calendarId, window)))
        await sandbox.clearFaults()
        expect(new Set(lists.map((list) => list.kind))).toEqual(new Set(["events"]))
      },
    )

    test("a batch that gets no answer leaves nothing that reads as free", async () => {
      const { mine, calendarId } = await mia()
      await sandbox.fault({ provider: "microsoft", kind: "reset-before-execution", pathIncludes: "$batch", times: 9 })
      const lists = await Promise.all(windows.map((window) => mine.list(calendarId, window)))
      await sandbox.clearFaults()
      expect(new Set(lists.map((list) => list.kind))).toEqual(new Set(["unreachable"]))
    })
  })

  test("a recurrence that Graph cannot say is refused before anything is sent", async () => {
    const { mine, calendarId } = await mia()
    const since = await sandbox.lastExchange()
    const draft = { summary: "Hourly", ...hours(day("2019-03-08"), 9, 10), recurrence: ["RRULE:FREQ=HOURLY"] }
    expect(await mine.create(calendarId, draft, writing())).toEqual({ kind: "forbidden", reason: "provider-refused" })
    expect(await sandbox.journal(since)).toEqual([])
  })
})

test("what went over the wire is what Microsoft publishes of its API", async () => {
  const { checked, violations } = await violationsSoFar(sandbox, "microsoft")
  expect(checked).toBeGreaterThan(100)
  expect(violations).toEqual([])
})
