import { describe, expect, test } from "vitest"
import { calendarEvent, seen, thursday } from "../testing/builders"
import type { Change, ChangeKind } from "./change"
import type { Conflict, Note, Outcome } from "./outcome"
import { conflictText, conflictTitle } from "./wording-conflict"
import { sayOutcome } from "./wording-outcome"
import { sayProposal } from "./wording-proposal"

/* What is said of deletes, creates, answers and moves between calendars. Updates: the tests of each file of words. */

const ZONE = "Europe/Berlin"
const event = calendarEvent()
const applied = (...notes: Note[]): Outcome => ({ kind: "applied", event: null, notes })
const later = { start: thursday("15:00"), end: thursday("15:30") }
const draft = { summary: event.summary, start: event.start, end: event.end }

test.each<[Change, Outcome, string]>([
  [{ kind: "delete" }, applied(), 'Deleted "Weekly sync".'],
  [
    { kind: "delete" },
    applied({ kind: "found-by-reading" }, { kind: "attribution-unknown" }),
    '"Weekly sync" is deleted. The calendar\'s answer was lost; I found it by looking. I cannot tell who did it.',
  ],
  [{ kind: "create", draft }, applied(), 'Created "Weekly sync", Thursday 26 Nov, 10:00-10:30.'],
  [{ kind: "move", toCalendarId: "side" }, applied(), 'Put "Weekly sync" on the other calendar.'],
  [{ kind: "respond", rsvp: "declined" }, applied(), 'Answered no to "Weekly sync".'],
  [
    { kind: "respond", rsvp: "tentative", proposed: later },
    applied(),
    'Answered maybe to "Weekly sync". Proposed Thursday 26 Nov, 15:00-15:30 instead.',
  ],
])("%j", (change, outcome, said) => {
  expect(sayOutcome(outcome, event, ZONE, change)).toBe(said)
})

describe("the question", () => {
  const conflict = (doing: ChangeKind, over: Partial<Conflict> = {}): Conflict => ({
    base: seen(event),
    theirs: seen({ ...event, ...later }, '"2"'),
    mine: event,
    doing,
    changed: ["start", "end"],
    intended: ["status"],
    relation: "collision",
    by: "you",
    mayHaveApplied: false,
    inTheWay: null,
    ...over,
  })
  test.each<[ChangeKind, string]>([
    ["delete", "You just changed this. Still delete it?"],
    ["respond", "You just changed this. Still send your answer?"],
    ["move", "You just changed this. Still put it on the other calendar?"],
  ])("%s", (doing, title) => {
    expect(conflictTitle(conflict(doing))).toBe(title)
    expect(conflictTitle(conflict(doing, { relation: "disjoint" }))).toBe(title)
  })
  test("says what was meant, and what was done instead", () => {
    expect(conflictText(conflict("delete"), ZONE, "person")).toBe(
      'You were about to delete "Weekly sync", but you just changed it to Thursday 26 Nov, 15:00-15:30. Nothing has been changed by me.',
    )
  })
})

test("a plan of it says what it is", () => {
  const operation = { before: event, after: event, guestsTold: 2, slotTaken: false, change: "delete" as const }
  expect(sayProposal([operation], [], ZONE)).toBe(
    'Cancel "Weekly sync", Thursday 26 Nov, 10:00-10:30. 2 guests will be told.',
  )
  const instead = {
    ...operation,
    change: "respond" as const,
    rsvp: "tentative" as const,
    proposed: { start: event.end, end: event.end },
  }
  expect(sayProposal([instead], [], ZONE)).toMatch(/^Answer maybe to "Weekly sync", .*, and propose .* instead\./)
})

test("a new event names whom it would invite by address", () => {
  const operation = { before: event, after: event, guestsTold: 0, slotTaken: false, change: "create" as const }
  const others = event.attendees.filter(({ self }) => !self).map(({ email }) => email)
  const said = sayProposal([operation], [], ZONE)
  for (const email of others) expect(said).toContain(email)
})
