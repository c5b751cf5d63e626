import pg from "pg"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { JournalEntry } from "./journal"
import { startTestSandbox, type TestSandbox } from "./testing/start"

interface Answer {
  readonly id: string
  readonly etag: string
  readonly summary: string
  readonly location?: string
  readonly extendedProperties?: unknown
}

const ADA = "ada@google.sandbox"

let sandbox: TestSandbox
let token: string
let dentist: Answer
beforeAll(async () => {
  sandbox = await startTestSandbox()
})
beforeEach(async () => {
  await sandbox.control("POST", "reset")
  token = await sandbox.accessToken("google", ADA)
  const list = await (await call("GET", "events?q=Dentist")).json()
  dentist = list.items[0]
})
afterAll(() => sandbox.close())

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(`${sandbox.url}/calendar/v3/calendars/primary/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const rename = (summary: string) => call("PATCH", `events/${dentist.id}`, { summary }, { "if-match": dentist.etag })
const arm = async (fault: Record<string, unknown>) =>
  expect((await sandbox.control("POST", "faults", { provider: "google", method: "PATCH", ...fault })).status).toBe(201)
const now = async (): Promise<Answer> => (await call("GET", `events/${dentist.id}`)).json()
const journal = async (query = ""): Promise<(JournalEntry & { id: number })[]> =>
  ((await (await sandbox.control("GET", `journal${query}`)).json()) as { entries: (JournalEntry & { id: number })[] })
    .entries
const lastPatch = async () => (await journal("?method=PATCH")).at(-1)

async function until<T>(read: () => Promise<T>, done: (value: T) => boolean): Promise<T> {
  for (let n = 0; n < 100; n += 1) {
    const value = await read()
    if (done(value)) return value
    await new Promise((next) => setTimeout(next, 20))
  }
  throw new Error("it did not come to pass within 2 s")
}

describe("faults", () => {
  it("executed-but-503: done, told otherwise, once", async () => {
    await arm({ kind: "executed-but-503" })
    expect((await rename("Doctor")).status).toBe(503)
    expect((await now()).summary).toBe("Doctor")
    expect(await lastPatch()).toMatchObject({ status: 503, executedStatus: 200, fault: "executed-but-503" })
    expect((await rename("again")).status).toBe(412)
  })

  it("reset-after-execution: done, and the connection breaks", async () => {
    await arm({ kind: "reset-after-execution" })
    await expect(rename("Doctor")).rejects.toThrow()
    expect((await now()).summary).toBe("Doctor")
    expect(await lastPatch()).toMatchObject({ status: null, executedStatus: 200 })
  })

  it("reset-before-execution: not done, and the connection breaks", async () => {
    await arm({ kind: "reset-before-execution" })
    await expect(rename("Doctor")).rejects.toThrow()
    expect((await now()).etag).toBe(dentist.etag)
    expect(await lastPatch()).toMatchObject({ status: null, executedStatus: null })
  })

  it("mid-body-reset: done, and half an answer", async () => {
    await arm({ kind: "mid-body-reset" })
    const response = await rename("Doctor")
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
    expect((await now()).summary).toBe("Doctor")
  })

  it.each(["503", "hang-up"])("delayed-execution (%s): done after the client was told otherwise", async (answer) => {
    await arm({ kind: "delayed-execution", delayMs: 150, answer })
    if (answer === "503") expect((await rename("Doctor")).status).toBe(503)
    else await expect(rename("Doctor")).rejects.toThrow()
    expect((await now()).etag).toBe(dentist.etag)
    await until(now, (event) => event.summary === "Doctor")
    await until(lastPatch, (entry) => entry?.fault === "delayed-execution: executed" && entry.executedStatus === 200)
  })

  it.each([
    ["spurious-412", 412, "conditionNotMet"],
    ["429", 429, "rateLimitExceeded"],
    ["403", 403, "requiredAccessLevel"],
    ["401", 401, "authError"],
  ])("%s: refused in the provider's words, nothing done", async (kind, status, reason) => {
    await arm({ kind, retryAfterSeconds: 7 })
    const response = await rename("Doctor")
    expect([response.status, (await response.json()).error.errors[0].reason]).toEqual([status, reason])
    expect(response.headers.get("retry-after")).toBe(status === 429 ? "7" : null)
    expect((await now()).etag).toBe(dentist.etag)
    expect((await rename("Doctor")).status).toBe(200)
  })

  it("edit-before-write: the person is faster by a hair", async () => {
    await arm({ kind: "edit-before-write", edit: { change: { location: "Other practice" } } })
    expect((await rename("Doctor")).status).toBe(412)
    expect(await now()).toMatchObject({ summary: "Dentist appointment", location: "Other practice" })
  })

  it("strip-unknown-properties: a mark that a client leaves is lost, the rest arrives", async () => {
    const body = { summary: "Doctor", extendedProperties: { private: { ifmatchIntent: "i-1" } } }
    await arm({ kind: "strip-unknown-properties" })
    await call("PATCH", `events/${dentist.id}`, body)
    expect(await now()).toMatchObject({ summary: "Doctor" })
    expect((await now()).extendedProperties).toBeUndefined()
    await call("PATCH", `events/${dentist.id}`, body)
    expect((await now()).extendedProperties).toEqual(body.extendedProperties)
  })

  it("strike by rate, by path and by count, until they are taken back; latency is added to everything", async () => {
    await arm({ kind: "429", rate: 0 })
    await arm({ kind: "429", pathIncludes: "nowhere" })
    await arm({ kind: "429", times: 2 })
    expect([(await rename("a")).status, (await rename("a")).status, (await rename("a")).status]).toEqual([
      429, 429, 200,
    ])
    await arm({ kind: "429", rate: 0.999999999 })
    expect((await rename("a")).status).toBe(429)
    await sandbox.control("DELETE", "faults")
    expect((await rename("a")).status).toBe(412)
    await sandbox.control("POST", "latency", { provider: "google", ms: 120 })
    const startedAt = performance.now()
    await now()
    expect(performance.now() - startedAt).toBeGreaterThan(118)
    await sandbox.control("DELETE", "faults")
  })

  it("are refused when nobody can act on them", async () => {
    expect((await sandbox.control("POST", "faults", { provider: "google", kind: "nonsense" })).status).toBe(400)
  })
})

describe("control", () => {
  it("keeps a journal of who asked what, with If-Match and without tokens", async () => {
    await rename("Doctor")
    const entry = await lastPatch()
    expect(entry).toMatchObject({
      provider: "google",
      person: ADA,
      path: `/calendar/v3/calendars/primary/events/${dentist.id}`,
      headers: { "if-match": dentist.etag },
      requestBody: '{"summary":"Doctor"}',
      status: 200,
      executedStatus: 200,
      fault: null,
    })
    expect(JSON.stringify(await journal())).not.toContain(token)
    expect(await journal(`?since=${entry?.id}`)).toEqual([])
  })

  it("acts as people: an edit, a guest's answer, reminders, the provider's own rewrite, a deletion", async () => {
    const path = `events/google/${ADA}/${dentist.id}`
    const etags = [dentist.etag]
    for (const change of [{ summary: "Doctor" }, { reminderMinutes: [5] }, { rewrite: true }]) {
      const { etag } = (await (await sandbox.control("PATCH", path, change)).json()) as { etag: string }
      expect(etags).not.toContain(etag)
      expect((await now()).etag).toBe(etag)
      etags.push(etag)
    }
    const made = await (
      await sandbox.control("POST", "events", {
        provider: "google",
        person: ADA,
        summary: "Tea",
        start: "2026-11-25T20:00",
        end: "2026-11-25T20:30",
        attendees: ["ben@google.sandbox"],
      })
    ).json()
    const tea = {
      summary: "Tea",
      attendees: [
        { email: ADA, responseStatus: "accepted" },
        { email: "ben@google.sandbox", responseStatus: "needsAction" },
      ],
    }
    expect(await (await call("GET", `events/${made.id}`)).json()).toMatchObject(tea)
    await sandbox.control("PATCH", `events/google/ben@google.sandbox/${made.id}`, {
      rsvp: { email: "ben@google.sandbox", response: "accepted" },
    })
    expect((await (await call("GET", `events/${made.id}`)).json()).attendees[1].responseStatus).toBe("accepted")
    expect(
      (await sandbox.control("PATCH", `events/google/ben@google.sandbox/${made.id}`, { summary: "Mine now" })).status,
    ).toBe(400)
    await sandbox.control("DELETE", path)
    expect(await now()).toMatchObject({ status: "cancelled" })
  })

  it("spoils tokens, moves the clock and begins anew", async () => {
    await sandbox.control("POST", "tokens", { provider: "google", person: ADA, what: "expire" })
    expect((await call("GET", `events/${dentist.id}`)).status).toBe(401)
    const { now: moved } = (await (await sandbox.control("POST", "clock", { now: "2026-12-24T18:00:00Z" })).json()) as {
      now: string
    }
    expect(moved).toMatch(/^2026-12-24T18:00:0/)
    await sandbox.control("POST", "reset")
    const { events } = (await (await sandbox.control("GET", `events/google/${ADA}`)).json()) as { events: unknown[] }
    expect(events.length).toBeGreaterThan(12)
    await sandbox.control("POST", "clock", { now: "2026-11-20T09:00:00Z" })
  })

  it("begins anew while somebody reads, who sees what was there", async () => {
    const reader = new pg.Client({
      connectionString: process.env.TEST_ADMIN_DATABASE_URL,
      options: `-c search_path=${sandbox.schema}`,
    })
    await reader.connect()
    const count = async () =>
      (
        await reader.query(
          "select (select count(*)::int from events) as events, (select count(*)::int from tokens) as tokens",
        )
      ).rows[0]
    await reader.query("begin isolation level repeatable read")
    const before = await count()
    expect((await sandbox.control("POST", "reset")).status).toBe(200)
    expect(await count()).toEqual(before)
    await reader.query("commit")
    expect(await count()).toEqual({ events: before.events, tokens: 0 })
    await reader.end()
  })

  it("is closed without its token", async () => {
    for (const authorization of ["", "Bearer guess"]) {
      const response = await fetch(`${sandbox.url}/control/journal`, { headers: { authorization } })
      expect(response.status).toBe(401)
    }
  })
})
