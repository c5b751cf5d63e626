import type { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js"
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

const STALE = {
  error: {
    errors: [
      {
        domain: "global",
        reason: "conditionNotMet",
        message: "Precondition Failed",
        locationType: "header",
        location: "If-Match",
      },
    ],
    code: 412,
    message: "Precondition Failed",
  },
}

describe("preconditions", () => {
  it.each(["Dentist appointment", "Weekly sync"])(
    "let one of 16 writers with one etag through: %s",
    async (summary) => {
      const before = summary === "Weekly sync" ? await weeklyInstance(ada) : await findByName(ada, summary)
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, n) =>
          failure(
            ada.events.patch({ ...primary(before.id), requestBody: { summary: `writer ${n}` } }, once(before.etag)),
          ),
        ),
      )
      const lost = outcomes.filter(({ status }) => status === 412)
      expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(1)
      expect(lost).toHaveLength(15)
      for (const { body } of lost) expect(body).toEqual(STALE)
      const winner = outcomes.findIndex(({ status }) => status === 200)
      const { data: after } = await ada.events.get(primary(before.id))
      expect(after.summary).toBe(`writer ${winner}`)
      expect(after.etag).not.toBe(before.etag)
    },
  )

  it("guard update and delete too, and a refused write leaves no trace", async () => {
    const before = await findByName(ada, "Dentist appointment")
    await ada.events.patch({ ...primary(before.id), requestBody: { location: "elsewhere" } }, once(before.etag))
    const { data: current } = await ada.events.get(primary(before.id))
    const stale = once(before.etag)
    expect(
      (await failure(ada.events.update({ ...primary(before.id), requestBody: { ...current, summary: "x" } }, stale)))
        .status,
    ).toBe(412)
    expect((await failure(ada.events.delete(primary(before.id), stale))).status).toBe(412)
    expect((await ada.events.get(primary(before.id))).data).toEqual(current)
  })

  it("do not let an edit back to the old value pass for no edit", async () => {
    const before = await findByName(ada, "Dentist appointment")
    for (const summary of ["Doctor", "Dentist appointment"])
      await ada.events.patch({ ...primary(before.id), requestBody: { summary } }, once())
    expect(
      (await failure(ada.events.patch({ ...primary(before.id), requestBody: { summary: "x" } }, once(before.etag))))
        .status,
    ).toBe(412)
  })

  it("answer 304 to a reader who has the current version", async () => {
    const event = await findByName(ada, "Dentist appointment")
    const unchanged = await ada.events.get(primary(event.id), {
      headers: { "If-None-Match": event.etag },
      validateStatus: () => true,
    })
    expect(unchanged.status).toBe(304)
  })

  it("etag is twice the version's microseconds, quoted, and `updated` says the same millisecond", async () => {
    const { data } = await ada.events.patch(
      { ...primary((await findByName(ada, "Lunch")).id), requestBody: { location: "Mensa" } },
      once(),
    )
    const micros = Number(JSON.parse(data.etag ?? "0")) / 2
    expect(data.etag).toMatch(/^"\d{16}"$/)
    expect(new Date(Math.floor(micros / 1000)).toISOString()).toBe(data.updated)
  })
})

describe("writing", () => {
  it("patches by key, clears with null, and replaces arrays whole: a bare address loses its answer", async () => {
    const { id } = await findByName(ada, "Budget review")
    const patch = (requestBody: calendar_v3.Schema$Event, etag?: string | null) =>
      ada.events.patch({ ...primary(id), requestBody }, once(etag))
    const { data: before } = await patch({ description: "Bring numbers" })
    expect(before.description).toBe("Bring numbers")
    const { data: moved } = await patch({ location: "Attic", description: null }, before.etag)
    expect(moved.description).toBeUndefined()
    expect(moved).toMatchObject({ summary: "Budget review", location: "Attic", start: before.start })
    const { data: bare } = await patch({ attendees: [{ email: "grace@google.sandbox" }] }, moved.etag)
    expect(bare.attendees).toEqual([{ email: "grace@google.sandbox", responseStatus: "needsAction" }])
  })

  it("asks guests again when the time changes, raises the sequence, and their copies follow", async () => {
    const before = await findByName(ada, "Design review")
    expect(before.attendees?.find(({ email }) => email === BEN)?.responseStatus).toBe("accepted")
    const start = { dateTime: `${TUESDAY}T17:00:00+01:00` }
    const end = { dateTime: `${TUESDAY}T18:00:00+01:00` }
    const { data } = await ada.events.patch(
      { ...primary(before.id), requestBody: { start, end }, sendUpdates: "all" },
      once(before.etag),
    )
    expect(data.sequence).toBe((before.sequence ?? 0) + 1)
    expect(data.attendees?.map(({ email, responseStatus }) => [email, responseStatus])).toEqual([
      [ADA, "accepted"],
      [BEN, "needsAction"],
      ["grace@google.sandbox", "needsAction"],
    ])
    const { data: copy } = await ben.events.get(primary(before.id))
    expect(copy.start).toEqual({ dateTime: `${TUESDAY}T17:00:00+01:00`, timeZone: "Europe/Berlin" })
    expect(copy.organizer?.self).toBeUndefined()
    expect(copy.etag).not.toBe(data.etag)
  })

  it("lets a guest answer, which moves the organizer's etag, and nothing else", async () => {
    const before = await findByName(ada, "Design review")
    const { data: copy } = await ben.events.get(primary(before.id))
    const attendees = copy.attendees?.map((guest) => (guest.self ? { ...guest, responseStatus: "declined" } : guest))
    await ben.events.patch({ ...primary(before.id), requestBody: { attendees } }, once(copy.etag))
    const { data: after } = await ada.events.get(primary(before.id))
    expect(after.etag).not.toBe(before.etag)
    expect(after.attendees?.find(({ email }) => email === BEN)?.responseStatus).toBe("declined")
    const start = { dateTime: `${TUESDAY}T18:00:00+01:00` }
    expect(await failure(ben.events.patch({ ...primary(before.id), requestBody: { start } }, once()))).toEqual(
      single(403, {
        domain: "calendar",
        reason: "forbiddenForNonOrganizer",
        message: "Shared properties can only be changed by the organizer of the event.",
      }),
    )
    const mark = { extendedProperties: { private: { ifmatchIntent: "i-1" } } }
    await ben.events.patch({ ...primary(before.id), requestBody: mark }, once())
    expect((await ada.events.get(primary(before.id))).data.etag).toBe(after.etag)
  })

  it("takes a client's id once, and keeps it after the event is deleted", async () => {
    const requestBody = {
      id: "ifmatch0v",
      summary: "Mine",
      start: { dateTime: `${TUESDAY}T17:00:00Z` },
      end: { dateTime: `${TUESDAY}T18:00:00Z` },
    }
    const { data } = await ada.events.insert({ calendarId: "primary", requestBody })
    expect(data).toMatchObject({ id: "ifmatch0v", iCalUID: "ifmatch0v@google.com", status: "confirmed", sequence: 0 })
    const duplicate = single(409, {
      domain: "global",
      reason: "duplicate",
      message: "The requested identifier already exists.",
    })
    expect(await failure(ada.events.insert({ calendarId: "primary", requestBody }))).toEqual(duplicate)
    await ada.events.delete(primary("ifmatch0v"), once(data.etag))
    expect(await failure(ada.events.insert({ calendarId: "primary", requestBody }))).toEqual(duplicate)
    expect(await failure(ada.events.delete(primary("ifmatch0v"), once()))).toEqual(
      single(410, { domain: "global", reason: "deleted", message: "Resource has been deleted" }),
    )
    expect((await ada.events.get(primary("ifmatch0v"))).data.status).toBe("cancelled")
    expect(
      (await failure(ada.events.insert({ calendarId: "primary", requestBody: { ...requestBody, id: "NOT OK" } })))
        .status,
    ).toBe(400)
  })

  it("finds events by their private properties", async () => {
    const { id } = await findByName(ada, "Lunch")
    await ada.events.patch(
      { ...primary(id), requestBody: { extendedProperties: { private: { ifmatchIntent: "i-7" } } } },
      once(),
    )
    const found = async (value: string) =>
      (
        await ada.events.list({ calendarId: "primary", privateExtendedProperty: [`ifmatchIntent=${value}`] })
      ).data.items?.map((event) => event.id)
    expect(await found("i-7")).toEqual([id])
    expect(await found("i-8")).toEqual([])
  })

  it("turns a timed event into an all-day one when the other key is nulled, and refuses both", async () => {
    const { id } = await findByName(ada, "Dentist appointment")
    const both = { start: { date: "2026-11-27" }, end: { date: "2026-11-28" } }
    expect((await failure(ada.events.patch({ ...primary(id), requestBody: both }, once()))).status).toBe(400)
    const nulled = {
      start: { date: "2026-11-27", dateTime: null, timeZone: null },
      end: { date: "2026-11-28", dateTime: null, timeZone: null },
    }
    const { data } = await ada.events.patch({ ...primary(id), requestBody: nulled }, once())
    expect([data.start, data.end]).toEqual([{ date: "2026-11-27" }, { date: "2026-11-28" }])
  })

  it("refuses an empty time range and a recurring event without a zone", async () => {
    const { id } = await findByName(ada, "Dentist appointment")
    const end = { dateTime: "2026-11-01T10:00:00Z" }
    expect(await failure(ada.events.patch({ ...primary(id), requestBody: { end } }, once()))).toEqual(
      single(400, { domain: "calendar", reason: "timeRangeEmpty", message: "The specified time range is empty." }),
    )
    const requestBody = {
      start: { dateTime: `${TUESDAY}T17:00:00Z` },
      end: { dateTime: `${TUESDAY}T18:00:00Z` },
      recurrence: ["RRULE:FREQ=DAILY"],
    }
    expect((await failure(ada.events.insert({ calendarId: "primary", requestBody }))).status).toBe(400)
  })

  it("counts a change of one's own reminders as a new etag, or not, as the switch says", async () => {
    const { id, etag, updated } = await findByName(ada, "Dentist appointment")
    const reminders = (minutes: number) => ({
      reminders: { useDefault: false, overrides: [{ method: "popup", minutes }] },
    })
    const { data } = await ada.events.patch({ ...primary(id), requestBody: reminders(5) }, once())
    expect([data.etag === etag, data.updated === updated]).toEqual([false, true])
    await sandbox.control("POST", "switches", { remindersMoveEtag: false })
    expect((await ada.events.patch({ ...primary(id), requestBody: reminders(9) }, once())).data.etag).toBe(data.etag)
  })
})
