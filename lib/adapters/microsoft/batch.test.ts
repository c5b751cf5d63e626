import { describe, expect, test } from "vitest"
import { batchOf, partsOf } from "./batch"

describe("a batch of reads", () => {
  test("each part waits for the one before it, says what it prefers, and begins below the version", () => {
    const link = "https://graph.microsoft.com/v1.0/me/calendarView?$skip=10"
    const { requests } = batchOf([
      { path: "/me/calendars/a%3D/calendarView", query: { startDateTime: "2026-11-24T00:00:00+01:00" } },
      { path: link, alsoPrefer: ", odata.maxpagesize=5" },
    ])
    expect(requests).toMatchObject([
      {
        id: "0",
        method: "GET",
        url: "/me/calendars/a%3D/calendarView?startDateTime=2026-11-24T00%3A00%3A00%2B01%3A00",
      },
      { id: "1", url: "/me/calendarView?$skip=10", dependsOn: ["0"] },
    ])
    expect(requests[0]).not.toHaveProperty("dependsOn")
    expect(requests[1]?.headers.Prefer).toBe('IdType="ImmutableId", outlook.timezone="UTC", odata.maxpagesize=5')
  })

  test("what is asked with a POST goes with its body", () => {
    const { requests } = batchOf([{ path: "/me/calendar/getSchedule", body: { schedules: [] } }])
    expect(requests[0]).toMatchObject({
      method: "POST",
      body: { schedules: [] },
      headers: { "Content-Type": "application/json" },
    })
  })

  test("each part by its own status, whatever the order of the answers", () => {
    const responses = [
      { id: "3", status: 404, body: { error: { code: "ErrorItemNotFound" } } },
      { id: "1", status: 429, headers: { "Retry-After": "7" }, body: { error: { code: "ApplicationThrottled" } } },
      { id: "0", status: 200, body: { id: "x" } },
      { id: "2", status: 424, body: { error: { code: "FailedDependency" } } },
      { id: "4", status: 503 },
    ]
    expect(partsOf(6, { responses }, 0)).toEqual([
      { kind: "answer", data: { id: "x" } },
      { kind: "failed", failure: { kind: "answer", status: 429, reason: "ApplicationThrottled", retryAfterMs: 7_000 } },
      null,
      { kind: "failed", failure: { kind: "answer", status: 404, reason: "ErrorItemNotFound", retryAfterMs: null } },
      null,
      null,
    ])
  })

  test("an answer that is none is asked again, part by part", () => {
    expect(partsOf(2, {}, 0)).toEqual([null, null])
  })
})
