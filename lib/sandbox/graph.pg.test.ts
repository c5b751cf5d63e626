import {
  AuthenticationHandler,
  type AuthenticationProvider,
  Client,
  type Context,
  type Middleware,
  RetryHandler,
  RetryHandlerOptions,
} from "@microsoft/microsoft-graph-client"
import type { Calendar, Event } from "@microsoft/microsoft-graph-types"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { startTestSandbox, type TestSandbox } from "./testing/start"

type GraphEvent = Event & { id: string; "@odata.etag": string }

const MIA = "mia@outlook.sandbox"
const LEO = "leo@outlook.sandbox"
const MARK = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name IfmatchIntent"
const WEEK = "startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-11-28T00:00:00Z"

let sandbox: TestSandbox
let mia: Client
let leo: Client
beforeAll(async () => {
  sandbox = await startTestSandbox()
})
beforeEach(async () => {
  await sandbox.control("POST", "reset")
  mia = await clientOf(MIA)
  leo = await clientOf(LEO)
})
afterAll(() => sandbox.close())

/** The real client, told that it speaks to graph.microsoft.com; only the last handler knows better. */
async function clientOf(person: string): Promise<Client> {
  const token = await sandbox.accessToken("microsoft", person)
  const auth: AuthenticationProvider = { getAccessToken: async () => token }
  const last: Middleware = {
    execute: async (context: Context) => {
      const url = String(context.request).replace("https://graph.microsoft.com", `${sandbox.url}/graph`)
      context.response = await fetch(url, context.options as RequestInit)
    },
  }
  const handlers = [new AuthenticationHandler(auth), new RetryHandler(new RetryHandlerOptions(0, 0)), last]
  for (const [n, handler] of handlers.entries()) {
    const following = handlers[n + 1]
    if (following && "setNext" in handler) handler.setNext?.(following)
  }
  return Client.initWithMiddleware({ middleware: handlers })
}

const path = (id: string) => `/me/events/${encodeURIComponent(id)}`
const at = (dateTime: string, timeZone = "W. Europe Standard Time") => ({ dateTime, timeZone })

async function view(client: Client, prefer = 'outlook.timezone="UTC"'): Promise<GraphEvent[]> {
  return (await client.api(`/me/calendarView?${WEEK}`).header("Prefer", prefer).top(100).get()).value
}

async function named(client: Client, subject: string, prefer?: string): Promise<GraphEvent> {
  const found = (await view(client, prefer)).find((event) => event.subject === subject)
  if (!found) throw new Error(`no ${subject}`)
  return found
}

const patch = (client: Client, event: GraphEvent, change: Event): Promise<GraphEvent> =>
  client.api(path(event.id)).header("If-Match", event["@odata.etag"]).patch(change)

const failure = async (promise: Promise<unknown>) =>
  promise.then(
    () => ({ status: 200, code: null, body: null, retryAfter: null }),
    (error: { statusCode: number; code: string; body: string; headers?: Headers }) => ({
      status: error.statusCode,
      code: error.code,
      body: JSON.parse(error.body),
      retryAfter: error.headers?.get("retry-after") ?? null,
    }),
  )

describe("preconditions", () => {
  it.each(["Dentist appointment", "Weekly sync"])(
    "let one of 16 writers with one etag through: %s",
    async (subject) => {
      await sandbox.control("POST", "switches", { mailboxConcurrency: null })
      const before = await named(mia, subject)
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, n) => failure(patch(mia, before, { subject: `writer ${n}` }))),
      )
      const lost = outcomes.filter(({ status }) => status === 412)
      expect([outcomes.filter(({ status }) => status === 200).length, lost.length]).toEqual([1, 15])
      for (const { body } of lost) {
        expect(body).toMatchObject({
          code: "ErrorIrresolvableConflict",
          message:
            "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.",
        })
      }
      const after: GraphEvent = await mia.api(path(before.id)).get()
      expect(after.subject).toBe(`writer ${outcomes.findIndex(({ status }) => status === 200)}`)
      expect(after["@odata.etag"]).not.toBe(before["@odata.etag"])
    },
  )

  it("have the form of Graph's: weak, base64, and different in every mailbox", async () => {
    const mine = await named(mia, "Design review")
    const theirs = await named(leo, "Design review")
    expect(mine["@odata.etag"]).toBe(`W/"${mine.changeKey}"`)
    expect(Buffer.from(mine.changeKey ?? "", "base64").toString("base64")).toBe(mine.changeKey)
    expect(theirs["@odata.etag"]).not.toBe(mine["@odata.etag"])
    expect(theirs.id).not.toBe(mine.id)
    expect(
      (await failure(patch(leo, { ...theirs, "@odata.etag": mine["@odata.etag"] }, { showAs: "free" }))).status,
    ).toBe(412)
  })

  it("refuse a stale delete, unless the switch says that Graph does not", async () => {
    const before = await named(mia, "Dentist appointment")
    await patch(mia, before, { subject: "Doctor" })
    const remove = () => mia.api(path(before.id)).header("If-Match", before["@odata.etag"]).delete()
    expect(await failure(remove())).toMatchObject({ status: 412, code: "ErrorIrresolvableConflict" })
    await sandbox.control("POST", "switches", { staleDeleteRefused: false })
    await remove()
    expect(await failure(mia.api(path(before.id)).get())).toMatchObject({ status: 404, code: "ErrorItemNotFound" })
  })

  it("fail on the etag of a create, which the server rewrites by itself", async () => {
    const draft = { subject: "Fresh", start: at("2026-11-24T17:00:00"), end: at("2026-11-24T18:00:00") }
    const created: GraphEvent = await mia.api("/me/events").post(draft)
    await new Promise((done) => setTimeout(done, 250))
    expect(await failure(patch(mia, created, { subject: "x" }))).toMatchObject({ status: 412 })
    const read: GraphEvent = await mia.api(path(created.id)).get()
    expect(read).toMatchObject({ subject: "Fresh", start: created.start })
    expect((await patch(mia, read, { subject: "x" })).subject).toBe("x")
    await sandbox.control("POST", "switches", { changeKeyRewriteMs: null })
    const quiet: GraphEvent = await mia.api("/me/events").post(draft)
    await new Promise((done) => setTimeout(done, 250))
    expect((await patch(mia, quiet, { subject: "y" })).subject).toBe("y")
  })
})

describe("times and ids", () => {
  it("are written in the zone that was asked for, Windows or IANA, with seven digits, and it is said which", async () => {
    const utc = await named(mia, "Weekly sync")
    expect(utc.start).toEqual({ dateTime: "2026-11-24T09:00:00.0000000", timeZone: "UTC" })
    for (const zone of ["W. Europe Standard Time", "Europe/Berlin"]) {
      const local = await named(mia, "Weekly sync", `outlook.timezone="${zone}"`)
      expect(local.start).toEqual({ dateTime: "2026-11-24T10:00:00.0000000", timeZone: zone })
      expect(local.originalStartTimeZone).toBe("W. Europe Standard Time")
    }
    const prefer = 'IdType="ImmutableId", outlook.timezone="Tokyo Standard Time"'
    const response: Response = await mia
      .api("/me/events")
      .header("Prefer", prefer)
      .responseType("raw" as never)
      .get()
    expect(response.headers.get("preference-applied")).toContain('IdType="ImmutableId"')
    expect(response.headers.get("preference-applied")).toContain('outlook.timezone="Tokyo Standard Time"')
    expect((await failure(mia.api("/me/events").header("Prefer", 'outlook.timezone="Mars"').get())).status).toBe(400)
  })

  it("differ between the two kinds of id, and both are understood, with / + = in them", async () => {
    const folder = await named(mia, "Dentist appointment")
    const lasting = await named(mia, "Dentist appointment", 'IdType="ImmutableId"')
    expect(lasting.id).not.toBe(folder.id)
    expect(lasting.id).toMatch(/\/.*\+.*=$/)
    for (const { id } of [folder, lasting]) expect((await mia.api(path(id)).get()).subject).toBe("Dentist appointment")
  })

  it("writes a body as a whole HTML document, or as text when asked", async () => {
    const event = await named(mia, "Weekly sync")
    expect(event.body?.contentType).toBe("html")
    expect(event.body?.content).toMatch(/^<html>\r\n<head>[\s\S]*What shipped, what is next\.[\s\S]*<\/html>\r\n$/)
    const text: GraphEvent = await mia.api(path(event.id)).header("Prefer", 'outlook.body-content-type="text"').get()
    expect(text.body).toEqual({ contentType: "text", content: "What shipped, what is next." })
    const same = await patch(mia, event, { body: event.body ?? null })
    expect(same.body).toEqual(event.body)
  })
})

describe("series", () => {
  it("show masters in /events and instances in calendarView, with the rule in Graph's own words", async () => {
    const occurrence = await named(mia, "Weekly sync")
    expect(occurrence).toMatchObject({ type: "occurrence", recurrence: null, originalStart: "2026-11-24T09:00:00Z" })
    const master: GraphEvent = await mia.api(path(occurrence.seriesMasterId ?? "")).get()
    expect(master).toMatchObject({
      type: "seriesMaster",
      recurrence: {
        pattern: { type: "weekly", interval: 1, daysOfWeek: ["tuesday"] },
        range: { type: "noEnd", startDate: "2026-09-22", recurrenceTimeZone: "W. Europe Standard Time" },
      },
    })
    expect(occurrence["@odata.etag"]).toBe(master["@odata.etag"])
    expect(occurrence.iCalUId).not.toBe(master.iCalUId)
  })

  it("make an exception of a moved instance, under the same id", async () => {
    const before = await named(mia, "Weekly sync")
    const moved = await patch(mia, before, { start: at("2026-11-26T15:00:00"), end: at("2026-11-26T15:30:00") })
    expect(moved).toMatchObject({
      id: before.id,
      type: "exception",
      originalStart: "2026-11-24T09:00:00Z",
      start: { dateTime: "2026-11-26T14:00:00.0000000" },
    })
    expect(moved.attendees?.map(({ status }) => status?.response)).toEqual(["none", "none", "none"])
    const syncs = (await view(mia)).filter(({ subject }) => subject === "Weekly sync")
    expect(syncs.map(({ start }) => start?.dateTime)).toEqual(["2026-11-26T14:00:00.0000000"])
    expect((await named(leo, "Weekly sync")).start?.dateTime).toBe("2026-11-26T14:00:00.0000000")
    const master = await mia.api(path(before.seriesMasterId ?? "")).get()
    const { value } = await mia.api(`${path(master.id)}/instances?${WEEK}`).get()
    expect(value).toMatchObject([{ id: before.id, type: "exception" }])
  })

  it("refuse an instance that would cross its neighbour", async () => {
    const before = await named(mia, "Weekly sync")
    const crossing = patch(mia, before, { start: at("2026-12-01T15:00:00"), end: at("2026-12-01T15:30:00") })
    expect(await failure(crossing)).toMatchObject({ status: 400, code: "ErrorOccurrenceCrossingBoundary" })
    expect((await named(mia, "Weekly sync"))["@odata.etag"]).toBe(before["@odata.etag"])
  })

  it.each([
    { type: "daily", interval: 2 },
    { type: "weekly", interval: 1, daysOfWeek: ["monday", "thursday"] },
    { type: "absoluteMonthly", interval: 1, dayOfMonth: 24 },
    { type: "relativeMonthly", interval: 1, daysOfWeek: ["tuesday"], index: "last" },
    { type: "absoluteYearly", interval: 1, dayOfMonth: 24, month: 11 },
    { type: "relativeYearly", interval: 1, daysOfWeek: ["tuesday"], index: "fourth", month: 11 },
  ] as const)("keep a $type pattern as it was given", async (pattern) => {
    const range = {
      type: "endDate",
      startDate: "2026-11-24",
      endDate: "2027-11-30",
      recurrenceTimeZone: "W. Europe Standard Time",
    }
    const draft = {
      subject: "Pattern",
      start: at("2026-11-24T17:00:00"),
      end: at("2026-11-24T18:00:00"),
      recurrence: { pattern, range },
    }
    const created: GraphEvent = await mia.api("/me/events").post(draft)
    expect(created.recurrence).toMatchObject({ pattern, range })
  })
})

describe("writing", () => {
  it("makes one event of a transaction that is sent twice", async () => {
    const draft = {
      subject: "Once",
      transactionId: "t-1",
      start: at("2026-11-24T17:00:00"),
      end: at("2026-11-24T18:00:00"),
    }
    const [first, second] = [await mia.api("/me/events").post(draft), await mia.api("/me/events").post(draft)]
    expect(second.id).toBe(first.id)
    expect((await view(mia)).filter(({ subject }) => subject === "Once")).toHaveLength(1)
  })

  it("keeps extended properties, shows them when expanded, and finds events by them", async () => {
    const event = await named(mia, "Dentist appointment")
    const marked = await patch(mia, event, { singleValueExtendedProperties: [{ id: MARK, value: "i-1" }] })
    expect(marked.singleValueExtendedProperties).toBeUndefined()
    const expand = `singleValueExtendedProperties($filter=id eq '${MARK}')`
    const read: GraphEvent = await mia.api(path(event.id)).expand(expand).select("subject").get()
    expect(read.singleValueExtendedProperties).toEqual([{ id: MARK, value: "i-1" }])
    expect(Object.keys(read).sort()).toEqual([
      "@odata.context",
      "@odata.etag",
      "id",
      "singleValueExtendedProperties",
      "subject",
    ])
    const filter = (value: string) =>
      `singleValueExtendedProperties/Any(ep: ep/id eq '${MARK}' and ep/value eq '${value}')`
    expect((await mia.api("/me/events").filter(filter("i-1")).get()).value).toMatchObject([{ id: event.id }])
    expect((await mia.api("/me/events").filter(filter("i-2")).get()).value).toEqual([])
  })

  it("lets a guest answer and not move the meeting; the organizer's etag moves", async () => {
    const mine = await named(mia, "Design review")
    const theirs = await named(leo, "Design review")
    expect(theirs).toMatchObject({ isOrganizer: false, responseStatus: { response: "accepted" } })
    const move = { start: at("2026-11-23T16:00:00"), end: at("2026-11-23T17:00:00") }
    expect(await failure(patch(leo, theirs, move))).toMatchObject({ status: 403, code: "ErrorAccessDenied" })
    await leo.api(`${path(theirs.id)}/tentativelyAccept`).post({ comment: "maybe", sendResponse: true })
    const after = await named(mia, "Design review")
    expect(after["@odata.etag"]).not.toBe(mine["@odata.etag"])
    expect(after.attendees?.[0]?.status?.response).toBe("tentativelyAccepted")
    expect((await failure(mia.api(`${path(mine.id)}/accept`).post({}))).status).toBe(400)
    await leo.api(`${path(theirs.id)}/decline`).post({})
    expect((await failure(leo.api(path(theirs.id)).get())).status).toBe(404)
    expect((await named(mia, "Design review")).attendees?.[0]?.status?.response).toBe("declined")
  })

  it("leaves a cancelled meeting on its guests' calendars, marked", async () => {
    const mine = await named(mia, "Design review")
    await mia.api(path(mine.id)).header("If-Match", mine["@odata.etag"]).delete()
    expect((await failure(mia.api(path(mine.id)).get())).status).toBe(404)
    expect(await named(leo, "Canceled: Design review")).toMatchObject({ isCancelled: true })
  })
})

describe("lists and access", () => {
  it("come in pages with absolute links to graph.microsoft.com, which the client can follow", async () => {
    const all = await view(mia)
    const paged: GraphEvent[] = []
    let next: string | undefined = `/me/calendarView?${WEEK}&$top=5`
    while (next) {
      const page: { value: GraphEvent[]; "@odata.nextLink"?: string } = await mia.api(next).get()
      paged.push(...page.value)
      next = page["@odata.nextLink"]
      if (next) expect(next).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/me\/calendarView\?/)
    }
    expect(paged.map(({ id }) => id)).toEqual(all.map(({ id }) => id))
    expect(all.length).toBeGreaterThan(12)
    expect((await mia.api(`/me/calendarView?${WEEK}`).get()).value).toHaveLength(10)
    expect((await failure(mia.api("/me/calendarView").get())).status).toBe(400)
  })

  it("answer 429 with Retry-After to a fifth request at once in one mailbox", async () => {
    await sandbox.control("POST", "latency", { provider: "microsoft", ms: 500 })
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => failure(mia.api("/me/events").get())))
    await sandbox.control("DELETE", "faults")
    const throttled = outcomes.filter(({ status }) => status === 429)
    expect([outcomes.filter(({ status }) => status === 200).length, throttled.length]).toEqual([4, 8])
    expect(throttled[0]).toMatchObject({ code: "ApplicationThrottled", retryAfter: "1" })
    expect((await failure(mia.api("/me/events").get())).status).toBe(200)
  })

  it("know who somebody is, their calendars and with whom those are shared", async () => {
    expect(await mia.api("/me").get()).toMatchObject({ displayName: "Mia Torres", mail: MIA, userPrincipalName: MIA })
    const { value }: { value: Calendar[] } = await mia.api("/me/calendars").get()
    expect(value).toMatchObject([{ name: "Calendar", isDefaultCalendar: true, canEdit: true, owner: { address: MIA } }])
    const calendar = `/me/calendars/${encodeURIComponent(value[0]?.id ?? "")}`
    expect((await mia.api(`${calendar}/calendarView?${WEEK}`).get()).value).toHaveLength(10)
    expect((await mia.api(`${calendar}/calendarPermissions`).get()).value).toMatchObject([
      { role: "freeBusyRead", emailAddress: { name: "My Organization" } },
    ])
    const stranger = await fetch(`${sandbox.url}/graph/v1.0/me`, { headers: { authorization: "Bearer nobody" } })
    expect([stranger.status, (await stranger.json()).error.code]).toEqual([401, "InvalidAuthenticationToken"])
  })

  it("say in getSchedule what is taken", async () => {
    const times = { startTime: at("2026-11-24T09:30:00"), endTime: at("2026-11-24T11:30:00") }
    const { value } = await mia
      .api("/me/calendar/getSchedule")
      .post({ schedules: [LEO, "nobody@outlook.sandbox"], ...times, availabilityViewInterval: 30 })
    expect(value[0]).toMatchObject({ scheduleId: LEO, availabilityView: "0200" })
    expect(value[1].error.responseCode).toBe("ErrorMailRecipientNotFound")
  })
})

describe("batches", () => {
  interface Part {
    readonly id: string
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body?: { readonly error?: { readonly code: string }; readonly value?: readonly unknown[] }
  }
  const batch = async (requests: readonly object[]) =>
    ((await mia.api("/$batch").post({ requests })) as { responses: Part[] }).responses
  const get = (id: string, url: string, dependsOn?: readonly string[]) => ({
    id,
    method: "GET",
    url,
    ...(dependsOn && { dependsOn }),
  })

  it("each part has its own status; what depends on a failed one fails with it, the others do not", async () => {
    const parts = await batch([
      get("a", `/me/calendarView?${WEEK}`),
      get("b", "/me/events/no-such-event"),
      get("c", "/me", ["b"]),
      get("d", "/me", ["a"]),
    ])
    expect(parts.map(({ id, status }) => [id, status])).toEqual([
      ["a", 200],
      ["b", 404],
      ["c", 424],
      ["d", 200],
    ])
    expect(parts[0]?.body?.value?.length).toBeGreaterThan(0)
    expect(parts[1]?.body?.error?.code).toBe("ErrorItemNotFound")
  })

  it("a write in it is a write like any other, under its own If-Match", async () => {
    const event = (await mia.api("/me/events").post({
      subject: "Batched",
      start: { dateTime: "2026-11-24T09:00:00", timeZone: "UTC" },
      end: { dateTime: "2026-11-24T10:00:00", timeZone: "UTC" },
    })) as GraphEvent
    const headers = { "If-Match": 'W/"stale"', "Content-Type": "application/json" }
    const write = {
      id: "1",
      method: "PATCH",
      url: `/me/events/${encodeURIComponent(event.id)}`,
      headers,
      body: { subject: "No" },
    }
    expect(await batch([write])).toMatchObject([{ id: "1", status: 412 }])
  })

  it.each([
    ["more than twenty", Array.from({ length: 21 }, (_, i) => get(String(i), "/me"))],
    ["none", []],
    ["two of one id", [get("1", "/me"), get("1", "/me")]],
    ["one that waits for what comes later", [get("1", "/me", ["2"]), get("2", "/me")]],
  ])("%s: refused whole", async (_, requests) => {
    await expect(batch(requests)).rejects.toMatchObject({ statusCode: 400 })
  })

  it("no more than four parts at once at one mailbox, which takes no more", async () => {
    await sandbox.control("POST", "switches", { mailboxConcurrency: 4 })
    await sandbox.control("POST", "latency", { provider: "microsoft", ms: 20 })
    const parts = await batch(Array.from({ length: 12 }, (_, i) => get(String(i), "/me")))
    await sandbox.control("POST", "latency", { provider: "microsoft", ms: 0 })
    expect(parts.map(({ status }) => status)).toEqual(Array<number>(12).fill(200))
  })
})
