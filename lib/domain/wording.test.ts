import { describe, expect, test } from "vitest"
import { allDay, calendarEvent, eventRef, seen, thursday, timed } from "../testing/builders"
import type { CalendarEvent } from "./event"
import { eventKey } from "./event"
import { CARE_FIELDS } from "./event-diff"
import type { ModelFailure } from "./model-use"
import type { Conflict, ForbiddenReason, Note, Outcome, OutcomeKind } from "./outcome"
import type { QuestionAbout, Reading, RefusalReason } from "./plan"
import {
  conflictText,
  conflictTitle,
  EXAMPLES,
  fieldName,
  named,
  type SaidOperation,
  sayOutcome,
  sayProposal,
  sayQuestion,
  sayRefusal,
  sayRefused,
  sayWithoutModel,
} from "./wording"

const ZONE = "Europe/Berlin"
const AT_10 = calendarEvent({ seriesId: "s", shape: "occurrence" })
const AT_15 = { ...AT_10, start: thursday("15:00"), end: thursday("15:30") }
const AT_11 = { ...AT_10, start: thursday("11:00"), end: thursday("11:30") }

/** A whole sentence or several, with nothing of the program in it. */
function expectSentence(text: string) {
  expect(text).toMatch(/^["A-Z0-9].*[.?]$/)
  expect(text).not.toMatch(/undefined|null|NaN|\[object|Invalid|\$\{|\s{2}/)
}

const operation = (over: Partial<SaidOperation> = {}): SaidOperation => ({
  before: AT_10,
  after: AT_15,
  guestsTold: 3,
  slotTaken: false,
  ...over,
})
const single = (event: CalendarEvent): CalendarEvent => ({ ...event, shape: "single", seriesId: null })
const propose = (operations: SaidOperation[], readings: Reading[] = []) => sayProposal(operations, readings, ZONE)

describe("T13 what a proposal says", () => {
  test("the next occurrence only, and who will be told", () => {
    expect(propose([operation()], ["next-occurrence", "kept-duration"])).toBe(
      "Only this one: Thursday 26 Nov, 15:00-15:30. 3 guests will be told.",
    )
  })

  test("one guest, and none", () => {
    expect(propose([operation({ guestsTold: 1 })])).toMatch(/ 1 guest will be told\.$/)
    expect(propose([operation({ guestsTold: 0 })])).toMatch(/ Nobody else will be told\.$/)
  })

  test("guests who are busy then, and of whom it is not known; nothing is said of the free", () => {
    const [one, two, three] = AT_10.attendees.filter((guest) => !guest.self)
    const [a, b, c] = [one, two, three].map((guest) => guest?.email ?? "kim@partner.example")
    const said = (busy: string[], unknown: string[]) => propose([operation({ guestsThen: { busy, unknown } })])
    const nameOf = (email: string) => AT_10.attendees.find((guest) => guest.email === email)?.name ?? email
    if (!a || !b || !c) return expect.unreachable("guests")
    expect(said([], [])).toBe(propose([operation()]))
    expect(said([a], [])).toContain(` ${nameOf(a)} is busy then.`)
    expect(said([a, b], [])).toContain(` ${nameOf(a)} and ${nameOf(b)} are busy then.`)
    expect(said([], [c])).toContain(` Whether ${nameOf(c)} is free then is not known.`)
    expect(said([], ["1@x", "2@x", "3@x", "4@x"])).toContain(" Whether 4 guests are free then is not known.")
    expectSentence(said([a], [c]))
  })

  test("an event by itself is named", () => {
    expect(propose([operation({ before: single(AT_10), after: single(AT_15) })])).toBe(
      '"Weekly sync" to Thursday 26 Nov, 15:00-15:30. 3 guests will be told.',
    )
  })

  test.each([
    ["RRULE:FREQ=WEEKLY;BYDAY=TU", "Tuesdays, 11:00-11:30"],
    ["RRULE:FREQ=WEEKLY;INTERVAL=2", "Tuesdays, 11:00-11:30"],
    ["RRULE:INTERVAL=2;FREQ=WEEKLY", "Tuesdays, 11:00-11:30"],
    ["RRULE:FREQ=WEEKLY;BYDAY=TU,TH", "11:00-11:30"],
    ["RRULE:FREQ=DAILY", "11:00-11:30"],
  ])("a whole series (%s): its weekday if it has one, its time, never the day it began on", (rule, said) => {
    const series = (from: string, to: string): CalendarEvent =>
      calendarEvent({
        shape: "series",
        seriesId: "s",
        recurrence: [rule],
        start: timed(`2026-11-03T${from}:00Z`),
        end: timed(`2026-11-03T${to}:00Z`),
      })
    const op = operation({ before: series("09:00", "09:30"), after: series("10:00", "10:30") })
    expect(propose([op])).toBe(`Every one of the series: ${said}. 3 guests will be told.`)
  })

  test("several: each is named, the guests are added up", () => {
    const lunch = calendarEvent({ summary: "Lunch" })
    const text = propose([
      operation(),
      operation({ before: lunch, after: { ...lunch, ...AT_11, summary: "Lunch" }, guestsTold: 2 }),
    ])
    expect(text).toBe(
      '"Weekly sync" only this one: Thursday 26 Nov, 15:00-15:30. "Lunch" to Thursday 26 Nov, 11:00-11:30. 5 guests will be told.',
    )
  })

  test("what is in the way, and how it was read, is said aloud", () => {
    expect(propose([operation({ slotTaken: true })])).toMatch(/Something else is already there\.$/)
    expect(propose([operation()], ["outside-working-hours"])).toMatch(/outside your working hours\.$/)
    expect(propose([operation()], ["first-free"])).toMatch(/first free time there\.$/)
  })

  test("every way of reading words gives whole sentences", () => {
    const readings: Record<Reading, true> = {
      "next-occurrence": true,
      "kept-free-monday": true,
      "kept-free-tuesday": true,
      "kept-free-wednesday": true,
      "kept-free-thursday": true,
      "kept-free-friday": true,
      "kept-free-saturday": true,
      "kept-free-sunday": true,
      "earlier-than-wanted": true,
      "later-than-wanted": true,
      "first-free": true,
      "guests-always-told": true,
      "kept-duration": true,
      "kept-time": true,
      "same-day": true,
      "outside-working-hours": true,
      "slot-taken": true,
      "default-length": true,
      "nobody-invited": true,
      "guests-not-asked": true,
      "some-stay": true,
      "not-all-read": true,
      "new-meeting-link": true,
      "own-dates-lost": true,
      "guests-told-by-server": true,
      "no-undo": true,
      "replies-lost": true,
      "attachments-left": true,
    }
    expectSentence(propose([operation({ slotTaken: true })], Object.keys(readings) as Reading[]))
  })

  test("a whole day, and an event without a title", () => {
    const days = { start: allDay("2026-11-27"), end: allDay("2026-11-28") }
    const before = single({ ...AT_10, summary: "" })
    expect(propose([operation({ before, after: { ...before, ...days } })])).toBe(
      '"(no title)" to Friday 27 Nov, all day. 3 guests will be told.',
    )
  })

  test("a new title is not called a move", () => {
    const after = { ...AT_10, summary: "Sync" }
    expect(propose([operation({ before: single(AT_10), after: single(after), guestsTold: 0 })])).toBe(
      '"Weekly sync" gets a new title. Nobody else will be told.',
    )
  })
})

const conflict = (over: Partial<Conflict> = {}): Conflict => ({
  base: seen(AT_10),
  theirs: seen(AT_11, '"2"'),
  mine: AT_15,
  changed: ["start", "end"],
  intended: ["start", "end"],
  relation: "collision",
  by: "you",
  mayHaveApplied: false,
  inTheWay: null,
  ...over,
})
const RELATIONS: Record<Conflict["relation"], true> = { collision: true, disjoint: true, slot: true, irrelevant: true }
const ALL_CONFLICTS = (Object.keys(RELATIONS) as Conflict["relation"][]).flatMap((relation) =>
  (["you", "someone"] as const).flatMap((by) =>
    [true, false].map((mayHaveApplied) => {
      const inTheWay = relation === "slot" ? { start: "2026-11-26T14:00:00Z", end: "2026-11-26T15:00:00Z" } : null
      return { relation, by, mayHaveApplied, inTheWay }
    }),
  ),
)

describe("T10 the question after a lost race", () => {
  test("as the product promises it", () => {
    expect(conflictTitle(conflict())).toBe("You just changed this. Still move it?")
    expect(conflictText(conflict(), ZONE)).toBe(
      'I was about to move "Weekly sync" from Thursday 26 Nov, 10:00-10:30 to Thursday 26 Nov, 15:00-15:30, but you just changed it to Thursday 26 Nov, 11:00-11:30. Nothing has been changed by me.',
    )
  })

  test.each(ALL_CONFLICTS)("$relation by $by, may have applied: $mayHaveApplied: whole sentences", (over) => {
    expectSentence(conflictTitle(conflict(over)))
    expectSentence(conflictText(conflict(over), ZONE))
  })

  test.each(ALL_CONFLICTS)("$relation by $by, may have applied: $mayHaveApplied: 'you' only when it was", (over) => {
    const said = `${conflictTitle(conflict(over))} ${conflictText(conflict(over), ZONE)}`
    if (over.by === "someone") expect(said).not.toMatch(/\byou (just|changed)/i)
    if (over.by === "you" && over.relation === "collision" && !over.mayHaveApplied) {
      expect(said).toMatch(/You just changed this.*you just changed it to/)
    }
  })

  test.each(ALL_CONFLICTS.filter((c) => c.relation !== "slot"))(
    "T12 $relation by $by, may have applied: $mayHaveApplied: never 'nothing was changed' when that is not known",
    (over) => {
      const said = conflictText(conflict(over), ZONE)
      expect(/nothing has been changed/i.test(said)).toBe(!over.mayHaveApplied)
      expect(/cannot tell/.test(said)).toBe(over.mayHaveApplied)
    },
  )

  test("T11b disjoint: what they changed is named, and both are offered", () => {
    const theirs = seen({ ...AT_10, summary: "x", location: "y" }, '"2"')
    const renamed = conflict({ relation: "disjoint", theirs, changed: ["summary", "location"] })
    expect(conflictTitle(renamed)).toBe("You just changed this. Apply both?")
    expect(conflictText(renamed, ZONE)).toMatch(/, but you just changed its title and place\./)
  })

  test("B2 slot: what is there now, and that the event is as it was", () => {
    const slot = conflict({
      relation: "slot",
      inTheWay: { start: "2026-11-26T14:00:00Z", end: "2026-11-26T15:00:00Z" },
    })
    expect(conflictTitle(slot)).toBe("That time was just taken. Still move it?")
    expect(conflictText(slot, ZONE)).toMatch(/something was put at Thursday 26 Nov, 15:00-16:00 since\. Nothing/)
  })

  test("a title that was to be changed is not called a move", () => {
    const rename = conflict({ mine: { ...AT_10, summary: "Sync" }, intended: ["summary"], relation: "disjoint" })
    expect(conflictText(rename, ZONE)).toMatch(
      /^I was about to change the title of "Weekly sync", but you just changed it to Thursday 26 Nov, 11:00-11:30\./,
    )
  })

  test("a whole series by its time of day", () => {
    const series = (event: CalendarEvent): CalendarEvent => ({
      ...event,
      shape: "series",
      recurrence: ["RRULE:FREQ=WEEKLY"],
    })
    const text = conflictText(
      conflict({ base: seen(series(AT_10)), theirs: seen(series(AT_11)), mine: series(AT_15) }),
      ZONE,
    )
    expect(text).toMatch(
      /from Thursdays, 10:00-10:30 to Thursdays, 15:00-15:30, but you just changed it to Thursdays, 11:00-11:30\./,
    )
  })
})

const NOTES: Record<Note["kind"], readonly Note[]> = {
  "version-adopted": [
    { kind: "version-adopted", when: "before-send", moved: "rsvp" },
    { kind: "version-adopted", when: "after-refusal", moved: "other" },
  ],
  "found-by-reading": [{ kind: "found-by-reading" }],
  "changed-since": [{ kind: "changed-since" }],
  "slot-taken-meanwhile": [{ kind: "slot-taken-meanwhile" }],
  "attribution-unknown": [{ kind: "attribution-unknown" }],
}
const EVERY_NOTE = Object.values(NOTES).flat()
const REASONS: Record<ForbiddenReason, true> = {
  "not-supported": true,
  "not-invited": true,
  "guests-always-told": true,
  "answer-not-told": true,
  "not-organizer": true,
  "read-only-calendar": true,
  "event-type": true,
  "crosses-neighbour": true,
  "not-yours": true,
  "plan-changed": true,
  "already-answered": true,
  "provider-refused": true,
  "series-exceptions": true,
  "belong-together": true,
}
const WHY_NOT = [
  "provider-unreachable",
  "refused-and-unreadable",
  "slot-unreadable",
  "kept-moving",
  "moved-while-splitting",
  "too-late-to-send",
  "no-trace",
  "something new",
]
const OUTCOMES: Record<OutcomeKind, readonly Outcome[]> = {
  applied: [
    { kind: "applied", event: seen(AT_15), notes: EVERY_NOTE },
    { kind: "applied", event: null, notes: [] },
  ],
  unchanged: [{ kind: "unchanged", event: seen(AT_15), notes: EVERY_NOTE }],
  conflict: ALL_CONFLICTS.map((over) => ({ kind: "conflict", conflict: conflict(over) })),
  gone: (["deleted", "not-found"] as const).map((how) => ({ kind: "gone", key: eventKey(eventRef("e1")), how })),
  forbidden: (Object.keys(REASONS) as ForbiddenReason[]).map((reason) => ({ kind: "forbidden", reason })),
  busy: (["event", "slot"] as const).map((what) => ({ kind: "busy", what })),
  outranked: [{ kind: "outranked", winnerId: "b1" }],
  superseded: [{ kind: "superseded" }],
  expired: (["approval", "proposal", "claim", "hold", "invitation"] as const).map((what) => ({
    kind: "expired",
    what,
  })),
  throttled: [0, 1, 1_500, 60_000].map((retryAfterMs) => ({ kind: "throttled", retryAfterMs })),
  reconnect: [{ kind: "reconnect", connectionId: "c1" }],
  unknown: ["timeout", "account-disconnected"].map((cause) => ({ kind: "unknown", cause })),
  notApplied: WHY_NOT.map((reason) => ({ kind: "notApplied", reason })),
}
const say = (outcome: Outcome) => sayOutcome(outcome, AT_10, ZONE)

describe("T5 T12 every outcome has words", () => {
  const all = Object.values(OUTCOMES).flat()

  test.each(all)("$kind is a whole sentence", (outcome) => expectSentence(say(outcome)))

  test("no two kinds say the same", () => {
    const first = Object.values(OUTCOMES).map(([outcome]) => (outcome ? say(outcome) : ""))
    expect(new Set(first).size).toBe(first.length)
  })

  test("only what was applied is called moved; nothing that may have happened is denied", () => {
    for (const outcome of all) {
      expect(/^Moved /.test(say(outcome)), say(outcome)).toBe(outcome.kind === "applied")
      if (outcome.kind === "applied" || outcome.kind === "unknown")
        expect(say(outcome)).not.toMatch(/nothing (was|has been) changed/i)
    }
    expect(say({ kind: "unknown", cause: "timeout" })).toMatch(/will not send it again/)
  })

  test.each(EVERY_NOTE)("the note $kind is said, with what was applied and with what stood already", (note) => {
    const plain = say({ kind: "applied", event: seen(AT_15), notes: [] })
    const noted = say({ kind: "applied", event: seen(AT_15), notes: [note] })
    expect(noted.startsWith(`${plain} `)).toBe(true)
    expectSentence(noted.slice(plain.length + 1))
    expect(say({ kind: "unchanged", event: seen(AT_15), notes: [note] })).toContain(noted.slice(plain.length))
  })

  test("B3 a reply that moved is told apart from what nobody would notice", () => {
    const [rsvp, other] = NOTES["version-adopted"].map((note) =>
      say({ kind: "applied", event: seen(AT_15), notes: [note] }),
    )
    expect(rsvp).toMatch(/only a guest's reply had changed/)
    expect(other).not.toBe(rsvp)
  })

  test("where it went, and where it stands", () => {
    expect(say({ kind: "applied", event: seen(AT_15), notes: [] })).toBe(
      'Moved "Weekly sync" to Thursday 26 Nov, 15:00-15:30.',
    )
    expect(say({ kind: "unchanged", event: seen(AT_15), notes: [] })).toBe(
      '"Weekly sync" is already at Thursday 26 Nov, 15:00-15:30; nothing was changed.',
    )
  })

  test("a new title is not called a move", () => {
    const renamed = seen({ ...AT_10, summary: "Sync", location: "Room 4" })
    expect(say({ kind: "applied", event: renamed, notes: [] })).toBe('Changed the title and place of "Sync".')
    expect(say({ kind: "unchanged", event: renamed, notes: [] })).toBe(
      '"Sync" is already as intended; nothing was changed.',
    )
  })

  test("a wait is whole seconds, and never none", () => {
    expect([0, 1, 1_001].map((retryAfterMs) => say({ kind: "throttled", retryAfterMs }))).toEqual(
      [1, 1, 2].map((s) => `The calendar asks to wait ${s} s. Nothing was changed.`),
    )
  })

  test("every yes that is not accepted", () => {
    for (const kind of ["busy", "forbidden", "superseded", "expired"] as const) {
      for (const outcome of OUTCOMES[kind]) {
        if (outcome.kind === kind && isRefused(outcome)) expectSentence(sayRefused(outcome))
      }
    }
  })
})

type Refused = Parameters<typeof sayRefused>[0]
const isRefused = (outcome: Outcome): outcome is Refused =>
  ["busy", "forbidden", "superseded", "expired"].includes(outcome.kind)

describe("every refusal and question has words", () => {
  const refusals: Record<RefusalReason | "no-calendar" | "series-day" | "event-gone", true> = {
    empty: true,
    "nothing-kept": true,
    "too-long": true,
    "not-understood": true,
    "no-such-event": true,
    "no-such-date": true,
    "no-such-time": true,
    "in-the-past": true,
    "no-free-slot": true,
    "not-movable": true,
    "all-day": true,
    "missing-time": true,
    "already-there": true,
    "nothing-there": true,
    "too-far": true,
    "not-invited": true,
    "already-answered": true,
    "too-many": true,
    "no-calendar": true,
    "series-day": true,
    "event-gone": true,
  }
  const questions: Record<QuestionAbout, true> = {
    "which-event": true,
    "which-day": true,
    "which-time": true,
    "which-scope": true,
    "which-person": true,
    "which-slot": true,
    "clear-how": true,
    "skipped-time": true,
    "repeated-time": true,
    "new-time": true,
  }

  test("whole sentences, each its own", () => {
    const said = (Object.keys(refusals) as (keyof typeof refusals)[]).map(sayRefusal)
    for (const text of said) expectSentence(text)
    expect(new Set(said).size).toBe(said.length)
  })

  test("why a model did not answer is said, each its own, and that the grammar did", () => {
    const failures: Record<ModelFailure, true> = {
      unreachable: true,
      slow: true,
      rejected: true,
      overloaded: true,
      malformed: true,
      endless: true,
      declined: true,
      nonsense: true,
      "too-many-events": true,
      "not-public": true,
      "key-lost": true,
    }
    const said = (Object.keys(failures) as ModelFailure[]).map(sayWithoutModel)
    for (const text of said) {
      expectSentence(text)
      expect(text).toMatch(/my own grammar\.$/)
    }
    expect(new Set(said).size).toBe(said.length)
  })

  test("a question asks, each its own", () => {
    const asked = (Object.keys(questions) as QuestionAbout[]).map(sayQuestion)
    for (const text of asked) {
      expectSentence(text)
      expect(text).toMatch(/\?$/)
    }
    expect(new Set(asked).size).toBe(asked.length)
  })

  test("every field that people care about has a name, and the examples are sentences without a full stop", () => {
    for (const field of CARE_FIELDS) expect(fieldName(field)).toMatch(/^[a-z ]+$/)
    for (const example of EXAMPLES) expect(example).toMatch(/^[A-Z][^.]+$/)
  })
})

test("B6 a title is quoted as it stands, whatever it says", () => {
  const title = '$& $1 ". Nothing else. Moved "everything'
  const event = calendarEvent({ summary: title })
  expect(named(event)).toBe(`"${title}"`)
  expect(propose([operation({ before: event, after: { ...event, ...AT_15, summary: title } })])).toContain(`"${title}"`)
})
