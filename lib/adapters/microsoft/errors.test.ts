import { GraphError } from "@microsoft/microsoft-graph-client"
import { describe, expect, test } from "vitest"
import type { ConnectionId } from "../../domain/event"
import { failureOf, readRefusal, writeRefusal } from "./errors"

const ref = { connectionId: "c1" as ConnectionId, calendarId: "cal", eventId: "e" }

const graphError = (statusCode: number, code = "", headers = new Headers()) =>
  Object.assign(new GraphError(statusCode, code), { code, headers })
const write = (error: Error) => writeRefusal(failureOf(error, 0), ref)

test.each([
  [412, "ErrorIrresolvableConflict", { kind: "conflict" }],
  [409, "ErrorIrresolvableConflict", { kind: "conflict" }],
  [404, "ErrorItemNotFound", { kind: "gone", key: "c1/cal/e", how: "not-found" }],
  [403, "ErrorAccessDenied", { kind: "forbidden", reason: "not-organizer" }],
  [400, "ErrorOccurrenceCrossingBoundary", { kind: "forbidden", reason: "crosses-neighbour" }],
  [400, "ErrorInvalidRequest", { kind: "forbidden", reason: "provider-refused" }],
  [401, "InvalidAuthenticationToken", { kind: "reconnect", connectionId: "c1" }],
  [429, "ApplicationThrottled", { kind: "throttled", retryAfterMs: 10_000 }],
  [423, "ErrorMailboxLocked", { kind: "notApplied", reason: "mailbox-locked" }],
  [503, "ConcurrentItemSave", { kind: "unknown", cause: "HTTP 503 ConcurrentItemSave" }],
  [500, "", { kind: "unknown", cause: "HTTP 500" }],
])("%i %s", (status, code, outcome) => expect(write(graphError(status, code))).toEqual(outcome))

test("a wait that the server names is kept", () => {
  const error = graphError(429, "ApplicationThrottled", new Headers({ "retry-after": "3" }))
  expect(write(error)).toEqual({ kind: "throttled", retryAfterMs: 3_000 })
})

describe("no answer", () => {
  test.each([
    [-1, "neverSent", "notApplied"],
    [-1, "timedOut", "unknown"],
    [-1, "lost", "unknown"],
    [200, "TypeError", "unknown"],
    [200, "TimeoutError", "unknown"],
    [201, "SyntaxError", "unknown"],
  ])("%i %s is %s", (status, code, kind) => expect(write(graphError(status, code)).kind).toBe(kind))
})

test("a bug is thrown on", () => {
  const bug = new TypeError("x is not a function")
  expect(() => failureOf(bug, 0)).toThrow(bug)
})

test.each([
  [503, "", { kind: "unreachable", cause: "HTTP 503" }],
  [404, "", { kind: "gone", key: "c1/cal/e", how: "not-found" }],
  [403, "ErrorAccessDenied", { kind: "forbidden", reason: "provider-refused" }],
  [401, "", { kind: "reconnect", connectionId: "c1" }],
])("read: %i %s", (status, code, outcome) =>
  expect(readRefusal(failureOf(graphError(status, code), 0), ref)).toEqual(outcome),
)
