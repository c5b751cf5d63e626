import { describe, expect, test } from "vitest"
import type { OperationView, ProposalView } from "@/lib/client/proposals"
import type { ShownCalendar, ShownEvent } from "@/lib/client/week"
import { type CalendarEvent, eventKey, type When } from "@/lib/domain/event"
import { allDay, calendarEvent, eventRef, timed } from "@/lib/testing/builders"
import { agendaDays } from "./agenda-days"
import { spanOf, weekItems } from "./week-items"

const BERLIN = "Europe/Berlin"

const event = (summary: string, start: When, end: When, over: Partial<CalendarEvent> = {}): CalendarEvent =>
  calendarEvent({ summary, start, end, ref: eventRef(summary, "ada"), ...over })

const shown = (e: CalendarEvent): ShownEvent => ({ key: eventKey(e.ref), version: '"1"', event: e })

const calendar = (id: string): ShownCalendar => ({
  id,
  name: id,
  primary: id === "ada",
  writable: true,
  timeZone: BERLIN,
  editors: "only-me",
  connectionId: "c1",
  provider: "google",
  hue: null,
  isDefault: false,
  account: "ada@x.example",
})

const sync = event("Sync", timed("2026-11-24T09:00:00Z"), timed("2026-11-24T09:30:00Z"))
const moved = { ...sync, start: timed("2026-11-26T14:00:00Z"), end: timed("2026-11-26T14:30:00Z") }

const proposal = (state: ProposalView["state"], operation: OperationView["state"] = "pending"): ProposalView => ({
  id: "p1",
  origin: "assistant",
  agent: null,
  state,
  planHash: "",
  readings: [],
  undoOf: null,
  expiresAt: "",
  conflict: null,
  text: "",
  staleText: null,
  canUndo: false,
  undone: false,
  leftOut: [],
  rest: null,
  operations: [
    {
      position: 0,
      together: [0],
      change: "update",
      rsvp: null,
      proposed: null,
      key: eventKey(sync.ref),
      before: sync,
      after: moved,
      series: false,
      guests: 0,
      guestsTold: 0,
      slotTaken: false,
      state: operation,
      outcome: null,
      notes: [],
      text: "",
    },
  ],
})

const calendars = [calendar("ada"), calendar("side")]
const items = (proposals: ProposalView[], events = [shown(sync)]) => weekItems({ events, calendars, proposals })

describe("weekItems", () => {
  test("an open proposal dims its event and draws a ghost where it would go", () => {
    const [source, ghost] = items([proposal("open")])
    expect(source).toMatchObject({ kind: "event", leaving: true })
    expect(ghost).toMatchObject({ kind: "ghost", id: "ghost:p1:0", stale: false })
  })

  test("a stale one says so, and one that is over is not drawn", () => {
    expect(items([proposal("stale")])[1]).toMatchObject({ kind: "ghost", stale: true })
    expect(items([proposal("done")])).toHaveLength(1)
    expect(items([proposal("open", "applied")])).toHaveLength(1)
  })

  test("a cancelling leaves no ghost, and an answer moves nothing but the time that is proposed", () => {
    const acting = (more: Partial<OperationView>): ProposalView => {
      const open = proposal("open")
      return { ...open, operations: open.operations.map((operation) => ({ ...operation, after: sync, ...more })) }
    }
    expect(items([acting({ change: "delete" })])).toMatchObject([{ kind: "event", leaving: true }])
    expect(items([acting({ change: "respond", rsvp: "declined" })])).toMatchObject([{ kind: "event", leaving: false }])
    const [source, ghost] = items([acting({ change: "respond", rsvp: "tentative", proposed: moved })])
    expect(source).toMatchObject({ leaving: false })
    expect(ghost && spanOf(ghost).start).toEqual(moved.start)
  })

  test("a colour a calendar, in the order of the list", () => {
    const other = event("Docs", timed("2026-11-25T09:00:00Z"), timed("2026-11-25T10:00:00Z"), {
      ref: eventRef("Docs", "side"),
    })
    expect(items([], [shown(sync), shown(other)]).map((item) => item.hue)).toEqual([0, 1])
  })

  test("what was cancelled stands nowhere", () => {
    expect(items([], [shown({ ...sync, status: "cancelled" })])).toEqual([])
  })
})

describe("agendaDays", () => {
  const days = (...events: CalendarEvent[]) =>
    agendaDays(items([], events.map(shown)), "2026-11-23", 7, BERLIN).map((day) =>
      day.items.map((item) => (item.kind === "event" ? item.shown.event.summary : "ghost")),
    )

  test("the reader's zone says which day it is", () => {
    expect(days(event("Late", timed("2026-11-23T23:30:00Z"), timed("2026-11-24T00:00:00Z")))[1]).toEqual(["Late"])
  })

  test("an all-day event comes first and ends before its end", () => {
    const trip = event("Trip", allDay("2026-11-24"), allDay("2026-11-26"))
    expect(days(sync, trip)).toEqual([[], ["Trip", "Sync"], ["Trip"], [], [], [], []])
  })

  test("over midnight it is on both days, up to midnight on one", () => {
    const night = (end: string) => event("Night", timed("2026-11-24T21:00:00Z"), timed(end))
    expect(days(night("2026-11-25T01:00:00Z")).map((day) => day.length)).toEqual([0, 1, 1, 0, 0, 0, 0])
    expect(days(night("2026-11-24T23:00:00Z")).map((day) => day.length)).toEqual([0, 1, 0, 0, 0, 0, 0])
  })
})
