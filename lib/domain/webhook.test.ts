import { describe, expect, test } from "vitest"
import {
  messageBody,
  messageId,
  pauseMs,
  RETRY_MS,
  type Reception,
  retryAfterMs,
  type ToldRow,
  verdictOf,
} from "./webhook"

const answered = (status: number, retryAfterMs: number | null = null): Reception => ({
  kind: "answered",
  status,
  retryAfterMs,
})
const silent: Reception = { kind: "unanswered", why: "no answer within 10 seconds" }

describe("D23 what follows from an answer", () => {
  test.each([200, 201, 204, 299])("%i: delivered", (status) =>
    expect(verdictOf(answered(status), 0, 0.5)).toEqual({ kind: "delivered" }),
  )
  test.each([301, 302, 307, 400, 404, 429, 500, 503])("%i: again", (status) =>
    expect(verdictOf(answered(status), 0, 0.5)).toEqual({ kind: "again", inMs: 5_000 }),
  )
  test("410: nothing more", () => expect(verdictOf(answered(410), 0, 0.5)).toEqual({ kind: "gone" }))

  test("pauses grow over days, by chance a fifth more or less, and end", () => {
    const pauses = RETRY_MS.map((_, attempts) => verdictOf(silent, attempts, 0.5))
    expect(pauses).toEqual(RETRY_MS.map((inMs) => ({ kind: "again", inMs })))
    expect(verdictOf(silent, 0, 0)).toEqual({ kind: "again", inMs: 4_000 })
    expect(verdictOf(silent, 0, 0.999)).toEqual({ kind: "again", inMs: 5_998 })
    expect(RETRY_MS.reduce((sum, ms) => sum + ms)).toBeGreaterThan(3 * 24 * 3_600_000)
    expect(verdictOf(silent, RETRY_MS.length, 0.5)).toEqual({ kind: "failed" })
  })

  test("Retry-After is kept to, a day at most", () => {
    expect(verdictOf(answered(429, 60_000), 0, 0.5)).toEqual({ kind: "again", inMs: 60_000 })
    expect(verdictOf(answered(503, 1), 0, 0.5)).toEqual({ kind: "again", inMs: 5_000 })
    expect(verdictOf(answered(503, 1e12), 0, 0.5)).toEqual({ kind: "again", inMs: 24 * 3_600_000 })
    expect(retryAfterMs("120", 0)).toBe(120_000)
    expect(retryAfterMs("Thu, 26 Nov 2026 09:00:10 GMT", Date.parse("2026-11-26T09:00:00Z"))).toBe(10_000)
    expect([retryAfterMs(null, 0), retryAfterMs("soon", 0)]).toEqual([null, null])
  })

  test("an address that does not answer is left alone longer and longer", () =>
    expect([0, 1, 5, 30].map(pauseMs)).toEqual([5_000, 10_000, 160_000, 600_000]))
})

test("D22 a message says whose, what and why, in the API's names; the same bytes every time", () => {
  const row: ToldRow = {
    id: "17",
    at: "2026-11-26T09:00:00.000Z",
    kind: "booking.evicted",
    subjectId: "b1",
    ownerId: "ada",
    actor: { kind: "agent", id: "top" },
    body: {
      agentId: "low",
      priority: 3,
      by: { kind: "booking", agentId: "top", slot: { start: "x", end: "y" } },
      evicted: ["a"],
    },
  }
  expect(messageId(row)).toBe("evt_17")
  expect(messageBody(row)).toBe(messageBody(structuredClone(row)))
  expect(JSON.parse(messageBody(row))).toEqual({
    type: "booking.evicted",
    timestamp: "2026-11-26T09:00:00.000Z",
    data: {
      id: "b1",
      audit_event_id: "17",
      user_id: "ada",
      actor: { kind: "agent", id: "top" },
      agent_id: "low",
      priority: 3,
      by: { kind: "booking", agent_id: "top", slot: { start: "x", end: "y" } },
      evicted: ["a"],
    },
  })
})
