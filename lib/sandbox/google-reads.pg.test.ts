import { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js"
import { Temporal } from "temporal-polyfill"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import {
  ADA,
  BEN,
  failure,
  findByName,
  googleClient,
  once,
  primary,
  single,
  TUESDAY,
  weeklyInstance,
} from "./testing/google"
import { startTestSandbox, type TestSandbox } from "./testing/start"

let sandbox: TestSandbox
let ada: calendar_v3.Calendar
let ben: calendar_v3.Calendar
beforeAll(async () => {
  sandbox = await startTestSandbox()
})
beforeEach(async () => {
  await sandbox.control("POST", "reset")
  ada = await googleClient(sandbox, ADA)
  ben = await googleClient(sandbox, BEN)
})
afterAll(() => sandbox.close())

describe("series", () => {
  it("show untouched instances with their master's etag, updated and sequence", async () => {
    const master = await findByName(ada, "Weekly sync")
    const instance = await weeklyInstance(ada)
    expect(instance).toMatchObject({
      id: `${master.id}_20261124T090000Z`,
      recurringEventId: master.id,
      etag: master.etag,
      updated: master.updated,
      sequence: master.sequence,
      originalStartTime: { dateTime: `${TUESDAY}T10:00:00+01:00`, timeZone: "Europe/Berlin" },
    })
    expect(instance.recurrence).toBeUndefined()
    expect((await ada.events.get(primary(instance.id))).data).toEqual(instance)
    expect((await failure(ada.events.get(primary(`${master.id}_20261125T090000Z`)))).status).toBe(404)
  })

  it("make an exception of an edited instance; the rest of the series stays as it was", async () => {
    const master = await findByName(ada, "Weekly sync")
    const before = await weeklyInstance(ada)
    const requestBody = {
      start: { dateTime: "2026-11-26T15:00:00+01:00" },
      end: { dateTime: "2026-11-26T15:30:00+01:00" },
    }
    const { data: moved } = await ada.events.patch({ ...primary(before.id), requestBody }, once(before.etag))
    expect(moved).toMatchObject({
      id: before.id,
      originalStartTime: before.originalStartTime,
      sequence: (before.sequence ?? 0) + 1,
    })
    expect(moved.etag).not.toBe(master.etag)
    expect((await ada.events.get(primary(master.id))).data.etag).toBe(master.etag)
    const { data } = await ada.events.instances({
      ...primary(master.id),
      timeMin: "2026-11-23T00:00:00Z",
      timeMax: "2026-12-05T00:00:00Z",
    })
    expect(data.items?.map((event) => event.start?.dateTime)).toEqual([
      "2026-11-26T15:00:00+01:00",
      "2026-12-01T10:00:00+01:00",
    ])
    expect((await ben.events.get(primary(before.id))).data.start?.dateTime).toBe("2026-11-26T15:00:00+01:00")
  })

  it("cancel one instance and keep saying so when asked", async () => {
    const before = await weeklyInstance(ada)
    await ada.events.delete(primary(before.id), once(before.etag))
    const range = {
      calendarId: "primary",
      singleEvents: true,
      timeMin: `${TUESDAY}T00:00:00Z`,
      timeMax: `${TUESDAY}T23:00:00Z`,
    }
    const named = async (showDeleted: boolean) =>
      (await ada.events.list({ ...range, showDeleted })).data.items?.filter((event) => event.id === before.id)
    expect(await named(false)).toEqual([])
    expect(await named(true)).toMatchObject([{ status: "cancelled", recurringEventId: before.recurringEventId }])
    const { data } = await ada.events.get(primary(before.id))
    expect(Object.keys(data).sort()).toEqual(["etag", "id", "kind", "originalStartTime", "recurringEventId", "status"])
  })

  it("move with their master: every untouched instance gets its new etag, edited ones keep their own title", async () => {
    const master = await findByName(ada, "Weekly sync")
    const instance = await weeklyInstance(ada)
    await ada.events.patch({ ...primary(instance.id), requestBody: { summary: "Special" } }, once())
    const { data: renamed } = await ada.events.patch(
      { ...primary(master.id), requestBody: { summary: "Sync", location: "Attic" } },
      once(master.etag),
    )
    const { data } = await ada.events.instances({
      ...primary(master.id),
      timeMin: "2026-11-23T00:00:00Z",
      timeMax: "2026-12-05T00:00:00Z",
    })
    expect(data.items?.map(({ summary, location, etag }) => [summary, location, etag === renamed.etag])).toEqual([
      ["Special", "Attic", false],
      ["Sync", "Attic", true],
    ])
  })

  it("keep their wall-clock time over the end of summer time", async () => {
    const master = await findByName(ada, "Weekly sync")
    const { data } = await ada.events.instances({
      ...primary(master.id),
      timeMin: "2026-10-19T00:00:00Z",
      timeMax: "2026-10-28T00:00:00Z",
    })
    expect(data.items?.map((event) => event.start?.dateTime)).toEqual([
      "2026-10-20T10:00:00+02:00",
      "2026-10-27T10:00:00+01:00",
    ])
  })
})

describe("lists", () => {
  it("come in pages, in order, and in the zone that was asked for", async () => {
    const range = {
      calendarId: "primary",
      singleEvents: true,
      orderBy: "startTime",
      timeMin: "2026-11-23T00:00:00Z",
      timeMax: "2026-11-28T00:00:00Z",
      timeZone: "America/New_York",
    }
    const all = (await ada.events.list(range)).data.items ?? []
    const paged: calendar_v3.Schema$Event[] = []
    let pageToken: string | undefined
    do {
      const { data } = await ada.events.list({ ...range, maxResults: 4, ...(pageToken ? { pageToken } : {}) })
      paged.push(...(data.items ?? []))
      pageToken = data.nextPageToken ?? undefined
    } while (pageToken)
    expect(paged).toEqual(all)
    expect(all.length).toBeGreaterThan(12)
    const starts = all.map((event) => Date.parse(event.start?.dateTime ?? event.start?.date ?? ""))
    expect(starts).toEqual([...starts].sort((a, b) => a - b))
    expect(all.find((event) => event.summary === "Weekly sync")?.start).toEqual({
      dateTime: `${TUESDAY}T04:00:00-05:00`,
      timeZone: "Europe/Berlin",
    })
    expect((await failure(ada.events.list({ calendarId: "primary", orderBy: "startTime" }))).status).toBe(400)
  })

  it("let an all-day event begin and end at midnight in the calendar's zone", async () => {
    const requestBody = { summary: "Fair", start: { date: "2026-12-01" }, end: { date: "2026-12-02" } }
    await ada.events.insert({ calendarId: "primary", requestBody })
    const found = async (timeMin: string, timeMax: string, singleEvents: boolean) =>
      (await ada.events.list({ calendarId: "primary", q: "Fair", singleEvents, timeMin, timeMax })).data.items?.length
    for (const singleEvents of [true, false]) {
      expect(await found("2026-11-30T22:00:00Z", "2026-11-30T23:00:00Z", singleEvents)).toBe(0)
      expect(await found("2026-11-30T23:00:00Z", "2026-11-30T23:30:00Z", singleEvents)).toBe(1)
      expect(await found("2026-12-01T23:00:00Z", "2026-12-02T10:00:00Z", singleEvents)).toBe(0)
    }
  })

  it("continue with a sync token: only what changed, deletions too; an expired one asks for a full sync", async () => {
    const { data: full } = await ada.events.list({ calendarId: "primary", maxResults: 2500 })
    const syncToken = full.nextSyncToken ?? ""
    expect((await ada.events.list({ calendarId: "primary", syncToken })).data.items).toEqual([])
    const dentist = await findByName(ada, "Dentist appointment")
    const instance = await weeklyInstance(ada)
    await ada.events.delete(primary(dentist.id), once())
    await ada.events.patch({ ...primary(instance.id), requestBody: { summary: "Special" } }, once())
    const { data: changes } = await ada.events.list({ calendarId: "primary", syncToken })
    expect(changes.items?.map(({ id, status }) => [id, status])).toEqual([
      [dentist.id, "cancelled"],
      [instance.id, "confirmed"],
    ])
    expect((await failure(ada.events.list({ calendarId: "primary", syncToken, q: "x" }))).status).toBe(400)
    await sandbox.control("POST", "sync-tokens/expire", { provider: "google" })
    const expired = {
      domain: "calendar",
      reason: "fullSyncRequired",
      message: "Sync token is no longer valid, a full sync is required.",
      locationType: "parameter",
      location: "syncToken",
    }
    expect(await failure(ada.events.list({ calendarId: "primary", syncToken }))).toEqual(single(410, expired))
  })

  it("say busy times joined, and of an unknown calendar that it is not found", async () => {
    const items = [{ id: BEN }, { id: "nobody@google.sandbox" }]
    const { data } = await ada.freebusy.query({
      requestBody: { timeMin: `${TUESDAY}T08:00:00Z`, timeMax: `${TUESDAY}T12:00:00Z`, items },
    })
    expect(data.calendars?.[BEN]?.busy).toEqual([{ start: `${TUESDAY}T09:00:00Z`, end: `${TUESDAY}T09:30:00Z` }])
    expect(data.calendars?.["nobody@google.sandbox"]?.errors).toEqual([{ domain: "global", reason: "notFound" }])
  })
})

describe("access", () => {
  it("knows one's own, a second and a shared read-only calendar", async () => {
    const { data } = await ada.calendarList.list()
    expect(data.items?.map(({ summary, accessRole, primary: first }) => [summary, accessRole, first ?? false])).toEqual(
      [
        ["Ada Park", "owner", true],
        ["Side project", "owner", false],
        ["Team holidays", "reader", false],
      ],
    )
    const holidays = data.items?.[2]?.id ?? ""
    const { data: list } = await ada.events.list({ calendarId: holidays })
    const eventId = list.items?.[0]?.id ?? ""
    expect(
      (await failure(ada.events.patch({ calendarId: holidays, eventId, requestBody: { summary: "x" } }, once())))
        .status,
    ).toBe(403)
    expect((await ada.acl.list({ calendarId: "primary" })).data.items).toMatchObject([
      { role: "owner", scope: { value: ADA } },
    ])
    expect((await ada.settings.get({ setting: "timezone" })).data.value).toBe("Europe/Berlin")
  })

  it("refuses unknown tokens, other people's calendars and what was not consented to", async () => {
    const stranger = new calendar_v3.Calendar({
      rootUrl: `${sandbox.url}/`,
      headers: { authorization: "Bearer nobody" },
    })
    expect(await failure(stranger.events.list({ calendarId: "primary" }, { retry: false }))).toEqual(
      single(401, {
        domain: "global",
        reason: "authError",
        message: "Invalid Credentials",
        locationType: "header",
        location: "Authorization",
      }),
    )
    expect((await failure(ada.events.list({ calendarId: BEN }))).status).toBe(404)
    const answer = await sandbox.control("POST", "grants", { provider: "google", person: ADA, scope: "openid" })
    const { access_token } = (await answer.json()) as { access_token: string }
    const response = await fetch(`${sandbox.url}/calendar/v3/calendars/primary`, {
      headers: { authorization: `Bearer ${access_token}` },
    })
    expect(response.status).toBe(403)
  })
})

describe("the seed", () => {
  it("leaves Tuesday 11:00 and Thursday 15:00 free for three weeks, for everybody", async () => {
    for (const [provider, person] of [
      ["google", ADA],
      ["google", BEN],
      ["microsoft", "mia@outlook.sandbox"],
      ["microsoft", "leo@outlook.sandbox"],
    ] as const) {
      const answer = await sandbox.control(
        "GET",
        `events/${provider}/${person}?from=2026-11-20T00:00:00Z&to=2026-12-12T00:00:00Z`,
      )
      const { events } = (await answer.json()) as {
        events: { content: { summary: string; start: { at?: string }; end: { at?: string } } }[]
      }
      expect(events.length).toBeGreaterThan(6)
      const taken = [0, 7, 14]
        .flatMap((days) => [free(TUESDAY, "11:00", 60, days), free("2026-11-26", "15:00", 30, days)])
        .flatMap((slot) =>
          events.filter(
            ({ content }) =>
              content.start.at &&
              content.end.at &&
              Date.parse(content.start.at) < slot.toMs &&
              Date.parse(content.end.at) > slot.fromMs,
          ),
        )
      expect(taken.map(({ content }) => `${person}: ${content.summary}`)).toEqual([])
    }
  })

  it("gives a guest who is not organizer a copy, and invites guests from elsewhere", async () => {
    const planning = await findByName(ada, "Quarterly planning")
    expect(planning.organizer).toEqual({ email: "grace@google.sandbox", displayName: "Grace Lund" })
    const sync = await findByName(ada, "Weekly sync")
    expect(sync.attendees?.map(({ email }) => email)).toEqual([ADA, BEN, "grace@google.sandbox", "kim@partner.example"])
  })
})

function free(day: string, at: string, minutes: number, days: number): { fromMs: number; toMs: number } {
  const from = Temporal.PlainDateTime.from(`${day}T${at}`).add({ days }).toZonedDateTime("Europe/Berlin")
  return { fromMs: from.epochMilliseconds, toMs: from.add({ minutes }).epochMilliseconds }
}

describe("a person's second calendar", () => {
  it("holds its events alone: their owner's first calendar gets no copy of them", async () => {
    const { data } = await ada.calendarList.list()
    const second = data.items?.find((calendar) => calendar.summary === "Side project")?.id ?? ""
    const there = (await ada.events.list({ calendarId: second })).data.items?.map((event) => event.summary) ?? []
    expect(there).toContain("Hack evening")
    const here = (await ada.events.list({ calendarId: "primary" })).data.items?.map((event) => event.summary) ?? []
    expect(here.filter((summary) => there.includes(summary))).toEqual([])
  })
})
