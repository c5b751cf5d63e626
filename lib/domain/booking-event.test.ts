import { describe, expect, test } from "vitest"
import { type BookingAttempt, type BookingInCalendar, bookingWaitMs, nextBookingStep } from "./booking-event"

const write: BookingAttempt = { change: "create", proposal: "done", kept: false, outcome: "applied" }
const remove: BookingAttempt = { ...write, change: "delete" }
const LIVE: BookingInCalendar = { booking: "live", event: null, attempt: 0, last: null }
const WRITTEN: BookingInCalendar = { booking: "live", event: "stands", attempt: 1, last: write }
const ENDED: BookingInCalendar = { ...WRITTEN, booking: "cancelled" }
const rest = { kind: "rest" }
const wait = { kind: "wait" }

describe("D17 what is next for a booking in its calendar", () => {
  test.each<[string, BookingInCalendar, object]>([
    ["it is due", LIVE, { kind: "write", attempt: 1 }],
    ["it was begun and nothing stored", { ...LIVE, attempt: 1 }, { kind: "write", attempt: 1 }],
    [
      "stored, no yes yet",
      { ...LIVE, attempt: 1, last: { ...write, proposal: "open" } },
      { kind: "write", attempt: 1 },
    ],
    ["under way", { ...LIVE, attempt: 1, last: { ...write, proposal: "applying" } }, wait],
    [
      "it came to nothing",
      { ...LIVE, attempt: 1, last: { ...write, proposal: "stopped", outcome: "notApplied" } },
      { kind: "write", attempt: 2 },
    ],
    [
      "cut off before it was sent",
      { ...LIVE, attempt: 1, last: { ...write, proposal: "stopped", outcome: null } },
      { kind: "write", attempt: 2 },
    ],
    [
      "refused by the provider",
      { ...LIVE, attempt: 1, last: { ...write, proposal: "stopped", outcome: "forbidden" } },
      rest,
    ],
    [
      "nobody knows, and never will",
      { ...LIVE, attempt: 1, last: { ...write, proposal: "stopped", outcome: "unknown" } },
      rest,
    ],
    ["it stands", WRITTEN, rest],
    ["taken away by the person", { ...WRITTEN, event: "removed" }, rest],
    ["ended before anything was begun", { ...LIVE, booking: "evicted" }, rest],
    ["ended while it is written", { ...ENDED, event: null, last: { ...write, proposal: "applying" } }, wait],
    ["ended before its yes", { ...ENDED, event: null, last: { ...write, proposal: "open" } }, { kind: "drop" }],
    ["ended, and not written", { ...ENDED, event: null, last: { ...write, proposal: "stopped" } }, rest],
    ["ended, and written", ENDED, { kind: "remove", attempt: 2 }],
    ["being removed", { ...ENDED, attempt: 2, last: { ...remove, proposal: "applying" } }, wait],
    ["the person is asked", { ...ENDED, attempt: 2, last: { ...remove, proposal: "conflict" } }, wait],
    [
      "the person keeps it",
      { ...ENDED, attempt: 2, last: { ...remove, proposal: "stopped", kept: true } },
      { kind: "leave" },
    ],
    [
      "removing came to nothing",
      { ...ENDED, attempt: 2, last: { ...remove, proposal: "stopped", outcome: "throttled" } },
      { kind: "remove", attempt: 3 },
    ],
    ["removed", { ...ENDED, event: "removed", attempt: 2, last: remove }, rest],
    ["kept", { ...ENDED, event: "kept", attempt: 2, last: remove }, rest],
  ])("%s", (_, now, step) => expect(nextBookingStep(now)).toEqual(step))

  test("it is tried less and less often", () => {
    expect([1, 2, 3, 20].map(bookingWaitMs)).toEqual([10_000, 20_000, 40_000, 600_000])
  })
})
