import { describe, expect, it } from "vitest"
import { bookableId, parseBookableId } from "./bookable-key"
import type { Winner } from "./booking"
import type { ConnectionId } from "./event"
import { eventsOf, racerId, withJitter } from "./race"

const SLOT = { start: "2026-11-26T09:00:00.000Z", end: "2026-11-26T09:30:00.000Z" }
const OWNERS = new Map([
  ["a", 0],
  ["b", 1],
])
const winner: Winner = { kind: "booking", id: "b", agentId: racerId(1), priority: 1, slot: SLOT }
const booking = {
  id: "c",
  ownerId: "race/x",
  calendarId: "race",
  agentId: racerId(2),
  priority: 1,
  slot: SLOT,
  title: "Race",
  committedAt: SLOT.start,
  bumpUntil: SLOT.start,
  state: "live",
  endedAt: null,
  endedBy: null,
} as const

describe("D27 what a racer is answered", () => {
  it("tells what befell the others by it", () => {
    const answer = { kind: "committed", booking, evicted: ["a"], displaced: ["b"], auditEventId: "1" } as const
    expect(eventsOf(2, answer, OWNERS)).toEqual([
      { racer: 2, step: "committed", by: null },
      { racer: 0, step: "evicted", by: 2 },
      { racer: 1, step: "displaced", by: 2 },
    ])
  })

  it("leaves out what was its own: a hold that its booking used is not displaced", () => {
    const answer = { kind: "committed", booking, evicted: [], displaced: ["a"], auditEventId: "1" } as const
    expect(eventsOf(0, answer, OWNERS)).toEqual([{ racer: 0, step: "committed", by: null }])
  })

  it("names the winner", () => {
    const answer = {
      kind: "outranked",
      winner,
      yourPriority: 2,
      pattern: "commit-vs-frozen",
      auditEventId: "1",
    } as const
    expect(eventsOf(0, answer, OWNERS)).toEqual([{ racer: 0, step: "outranked", by: 1 }])
  })

  it("has no word for what no race can be answered", () => {
    expect(() => eventsOf(0, { kind: "notFound", what: "calendar" }, OWNERS)).toThrow(RangeError)
  })

  it("jitter only ever delays, by less than was said", () => {
    const plan = {
      entries: [0, 1, 2].map((racer) => ({ racer, arrivesMs: 100 })),
      holdsFirst: false,
      pauseMs: 0,
      bumpMs: 0,
    }
    expect(withJitter(plan, 50, [0, 0.5, 0.999]).entries.map(({ arrivesMs }) => arrivesMs)).toEqual([100, 125, 149])
  })
})

describe("the id of a bookable calendar", () => {
  const place = { connectionId: "c1" as ConnectionId, calendarId: "ada/räume@google.sandbox" }

  it("leads back to the account and its calendar", () => {
    expect(parseBookableId(bookableId(place))).toEqual(place)
  })

  it.each(["race", "", "c1", "c1/", "/x", "c1/a/b", "c1/%", "c1/a b"])("is not %j", (id) => {
    expect(parseBookableId(id)).toBeNull()
  })
})
