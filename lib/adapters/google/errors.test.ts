import { describe, expect, test } from "vitest"
import type { ConnectionId } from "../../domain/event"
import { failureOf, readRefusal, writeRefusal } from "./errors"

const ref = { connectionId: "c1" as ConnectionId, calendarId: "cal", eventId: "e/1" }
const key = "c1/cal/e%2F1"

/** An error as gaxios builds it from an answer. */
const answered = (status: number, reason = "", headers = new Headers()) =>
  Object.assign(new Error(reason), {
    config: {},
    response: { status, headers, data: { error: { code: status, errors: [{ reason }] } } },
  })
const write = (error: Error) => writeRefusal(failureOf(error, 0), ref)

test.each([
  [412, "conditionNotMet", { kind: "conflict" }],
  [409, "duplicate", { kind: "conflict" }],
  [404, "notFound", { kind: "gone", key, how: "not-found" }],
  [410, "deleted", { kind: "gone", key, how: "deleted" }],
  [403, "forbiddenForNonOrganizer", { kind: "forbidden", reason: "not-organizer" }],
  [403, "requiredAccessLevel", { kind: "forbidden", reason: "read-only-calendar" }],
  [403, "somethingNew", { kind: "forbidden", reason: "provider-refused" }],
  [403, "rateLimitExceeded", { kind: "throttled", retryAfterMs: 5_000 }],
  [403, "userRateLimitExceeded", { kind: "throttled", retryAfterMs: 5_000 }],
  [403, "quotaExceeded", { kind: "throttled", retryAfterMs: 5_000 }],
  [429, "", { kind: "throttled", retryAfterMs: 5_000 }],
  [401, "authError", { kind: "reconnect", connectionId: "c1" }],
  [403, "insufficientPermissions", { kind: "reconnect", connectionId: "c1" }],
  [400, "timeRangeEmpty", { kind: "forbidden", reason: "provider-refused" }],
  [500, "backendError", { kind: "unknown", cause: "HTTP 500" }],
  [503, "", { kind: "unknown", cause: "HTTP 503" }],
  [408, "", { kind: "unknown", cause: "HTTP 408" }],
])("%i %s", (status, reason, outcome) => expect(write(answered(status, reason))).toEqual(outcome))

test("a wait that the server names is kept", () => {
  const error = answered(429, "rateLimitExceeded", new Headers({ "retry-after": "7" }))
  expect(write(error)).toEqual({ kind: "throttled", retryAfterMs: 7_000 })
})

describe("no answer", () => {
  const lost = (cause: unknown) => Object.assign(new Error("fetch failed", { cause }), { config: {} })
  test("refused: certainly not sent", () => {
    const error = lost({ code: "ECONNREFUSED", syscall: "connect" })
    expect(write(error).kind).toBe("notApplied")
    expect(readRefusal(failureOf(error, 0), ref).kind).toBe("unreachable")
  })
  test("reset: may have been carried out", () => {
    expect(write(lost({ code: "ECONNRESET", syscall: "read" }))).toEqual({ kind: "unknown", cause: "lost" })
  })
  test("our timeout", () => {
    expect(write(lost(new DOMException("", "TimeoutError")))).toEqual({ kind: "unknown", cause: "timedOut" })
  })
  test("a 200 whose body broke off is unknown, not a refusal", () => {
    const error = Object.assign(new Error("terminated"), { config: {}, response: { status: 200 } })
    expect(write(error)).toEqual({ kind: "unknown", cause: "lost" })
  })
})

test("a bug is thrown on", () => {
  const bug = new TypeError("x is not a function")
  expect(() => failureOf(bug, 0)).toThrow(bug)
})

test.each([
  [503, "unreachable"],
  [412, "unreachable"],
  [404, "gone"],
  [401, "reconnect"],
  [429, "throttled"],
  [403, "forbidden"],
])("read: %i is %s", (status, kind) => expect(readRefusal(failureOf(answered(status), 0), ref).kind).toBe(kind))
