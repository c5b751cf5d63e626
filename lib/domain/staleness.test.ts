import { describe, expect, test } from "vitest"
import { calendarEvent, eventRef, guest, seen, thursday } from "../testing/builders"
import type { Change } from "./change"
import { type CalendarEvent, type EventKey, eventKey } from "./event"
import { isOurs, judgeOpen, type OwnWrite, type PlannedStep, staleSteps, turnedUp } from "./staleness"

const ID = "00000000-0000-4000-8000-000000000001"
const TO_THREE: Change = { kind: "update", patch: { start: thursday("15:00"), end: thursday("15:30") } }
const SPLIT: Change = {
  kind: "split",
  from: thursday("10:00"),
  patch: { start: thursday("15:00"), end: thursday("15:30"), recurrence: ["RRULE:FREQ=WEEKLY"] },
}
const moved = (over: Partial<CalendarEvent> = {}) =>
  calendarEvent({ marker: ID, start: thursday("15:00"), end: thursday("15:30"), ...over })

const ours = (over: Partial<OwnWrite> = {}): OwnWrite => ({
  id: ID,
  key: eventKey(eventRef("e1")),
  outcome: "applied",
  change: TO_THREE,
  proposalId: "p1",
  position: 0,
  leftVersion: null,
  ...over,
})

describe("whose doing is what was seen", () => {
  test.each<[string, CalendarEvent, Partial<OwnWrite>, boolean]>([
    ["our mark, as we meant it", moved(), {}, true],
    ["the same while it is still under way", moved(), { outcome: null }, true],
    ["our mark on what was moved on since", moved({ start: thursday("16:00") }), {}, false],
    ["as we meant it, without our mark", moved({ marker: null }), {}, false],
    ["the mark of another write", moved({ marker: "00000000-0000-4000-8000-000000000002" }), {}, false],
    ["our mark on an event that was copied", moved({ ref: eventRef("copy") }), {}, false],
    ["the version that our write left, whatever it bears", calendarEvent(), { leftVersion: '"1"' }, true],
    ["another version than our write left", calendarEvent(), { leftVersion: '"0"' }, false],
    ["that version on another event", calendarEvent({ ref: eventRef("e2") }), { leftVersion: '"1"' }, false],
    [
      "an instance of the series that we wrote",
      calendarEvent({ ref: eventRef("e1_i3"), seriesId: "e1" }),
      { leftVersion: '"1"' },
      true,
    ],
    [
      "an instance of another series",
      calendarEvent({ ref: eventRef("e2_i3"), seriesId: "e2" }),
      { leftVersion: '"1"' },
      false,
    ],
    [
      "a new event, under the name its provider gave it",
      moved({ ref: eventRef("made-there"), location: "", summary: "New" }),
      { change: { kind: "create", draft: { summary: "New", start: thursday("15:00"), end: thursday("15:30") } } },
      true,
    ],
    [
      "a later instance of a split's new series",
      calendarEvent({ ref: eventRef("new_i3"), seriesId: "new" }),
      { change: SPLIT, leftVersion: '"1"' },
      true,
    ],
    [
      "an instance of it that was changed since",
      calendarEvent({ ref: eventRef("new_i3"), seriesId: "new", marker: ID }),
      { change: SPLIT, leftVersion: '"0"' },
      false,
    ],
    [
      "moved to another calendar",
      moved({ ref: eventRef("e1", "side") }),
      { change: { kind: "move", toCalendarId: "side" } },
      true,
    ],
    ["moved, but still where it was", moved(), { change: { kind: "move", toCalendarId: "side" } }, false],
    ["a deletion, and it is there again", calendarEvent({ marker: ID }), { change: { kind: "delete" } }, false],
  ])("%s", (_, event, write, is) => {
    expect(
      isOurs(seen(event), [
        ours({ id: "00000000-0000-4000-8000-00000000000f", key: "c9/x/y" as EventKey }),
        ours(write),
      ]),
    ).toBe(is)
  })

  test("without a write of ours everything is an outsider's", () => {
    expect(isOurs(seen(moved()), [])).toBe(false)
  })

  test.each([
    ["notApplied", true],
    ["applied", false],
    [null, false],
  ])("a write that ended as %s has turned up late: %s", (outcome, late) => {
    expect(turnedUp(seen(moved()), [ours({ outcome })]) !== null).toBe(late)
    expect(turnedUp(seen(moved({ marker: null })), [ours({ outcome })])).toBeNull()
  })
})

describe("which steps no longer stand", () => {
  const base = calendarEvent()
  const step = (over: Partial<PlannedStep> = {}): PlannedStep => ({
    key: eventKey(base.ref),
    base: seen(base),
    change: TO_THREE,
    slot: { calendars: [{ connectionId: base.ref.connectionId, calendarId: "primary" }], taken: [] },
    ...over,
  })
  const other = (over: Partial<CalendarEvent> = {}) =>
    calendarEvent({ ref: eventRef("e2"), start: thursday("15:00"), end: thursday("15:30"), ...over })
  const known = [{ start: "2026-11-26T14:00:00.000Z", end: "2026-11-26T14:30:00.000Z" }]
  const unguarded = { calendars: [], taken: [] }

  test.each<[string, CalendarEvent[], Partial<PlannedStep>, string | null]>([
    ["nothing was seen", [], {}, null],
    ["only its version is another", [calendarEvent()], {}, null],
    ["its time", [calendarEvent({ start: thursday("11:00"), end: thursday("11:30") })], {}, "changed"],
    ["its title", [calendarEvent({ summary: "Retrospective" })], {}, "changed"],
    ["its place", [calendarEvent({ location: "Room 9" })], {}, "changed"],
    ["a guest was asked too", [calendarEvent({ attendees: [guest("eve@example.test")] })], {}, "changed"],
    [
      "a guest's answer (B3)",
      [calendarEvent({ attendees: base.attendees.map((a) => ({ ...a, rsvp: "accepted" as const })) })],
      {},
      null,
    ],
    ["another event, elsewhere in the day", [other({ start: thursday("17:00"), end: thursday("17:30") })], {}, null],
    ["another event in the target slot (B2)", [other()], {}, "slot"],
    ["half of it is in the slot", [other({ start: thursday("14:00"), end: thursday("15:15") })], {}, "slot"],
    ["it ends where the slot begins", [other({ start: thursday("14:30"), end: thursday("15:00") })], {}, null],
    ["it blocks no time", [other({ busy: false })], {}, null],
    ["it was called off", [other({ status: "cancelled" })], {}, null],
    ["it stood there when the plan was made", [other()], { slot: { ...step().slot, taken: known } }, null],
    ["its calendar was not looked at", [other({ ref: eventRef("e2", "side") })], {}, null],
    ["the slot is not guarded", [other()], { slot: unguarded }, null],
    ["both: the event itself is said", [calendarEvent({ location: "Room 9" }), other()], {}, "changed"],
  ])("%s", (_, changed, over, why) => {
    const steps = staleSteps(
      [step(over)],
      changed.map((event) => seen(event, '"2"')),
      new Set(),
    )
    expect(steps).toEqual(why === null ? [] : [{ key: eventKey(base.ref), why }])
  })

  test("what is gone is gone, whatever else was seen of it", () => {
    const removed = new Set([eventKey(base.ref)])
    expect(staleSteps([step()], [seen(other())], removed)).toEqual([{ key: eventKey(base.ref), why: "gone" }])
    expect(staleSteps([step()], [], new Set([eventKey(eventRef("e7"))]))).toEqual([])
  })

  test("of two steps of one plan only the one that no longer stands; they are not in each other's way", () => {
    const second = other()
    const swap = step({
      key: eventKey(second.ref),
      base: seen(second),
      change: { kind: "update", patch: { start: thursday("10:00"), end: thursday("10:30") } },
    })
    const seenOf = (event: CalendarEvent) => staleSteps([step(), swap], [seen(event, '"2"')], new Set())
    expect(seenOf(second)).toEqual([])
    expect(seenOf({ ...second, location: "Room 9" })).toEqual([{ key: eventKey(second.ref), why: "changed" }])
  })
})

describe("what a reading means for open proposals", () => {
  const base = calendarEvent()
  const key = eventKey(base.ref)
  const made = (createdAt: string, on = base) => ({
    createdAt,
    operations: [{ key, base: seen(on), change: TO_THREE, slot: { calendars: [], taken: [] } }],
  })
  const moved = calendarEvent({ start: thursday("11:00"), end: thursday("11:30") })
  const reading = { changed: [seen(moved, '"2"')], removed: new Set<EventKey>(), startedAt: "2026-11-23T09:00:00Z" }
  const [older, atOnce, younger] = [made("2026-11-23T08:59:59Z"), made(reading.startedAt), made("2026-11-23T09:00:01Z")]

  test("older ones that differ are stale, each with its steps; one that stands on what was read is not", () => {
    const judged = judgeOpen([older, made("2026-11-23T08:00:00Z", moved)], reading)
    expect(judged).toEqual({ stale: [{ proposal: older, steps: [{ key, why: "changed" }] }], early: false })
  })

  test("one that is not older than the reading is left to a later one, and holds no other up", () => {
    for (const proposal of [atOnce, younger]) expect(judgeOpen([proposal], reading)).toEqual({ stale: [], early: true })
    expect(judgeOpen([younger, older], reading)).toMatchObject({ stale: [{ proposal: older }], early: true })
    expect(judgeOpen([made(younger.createdAt, moved)], reading)).toEqual({ stale: [], early: false })
  })

  test("none open, none stale", () => {
    expect(judgeOpen([], reading)).toEqual({ stale: [], early: false })
  })
})
