import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { calendarEvent, eventRef, guest, seen, thursday } from "../testing/builders"
import { type Change, changed, drafted, judgeLoss, ownAnswer, undoOf } from "./change"
import type { CalendarEvent } from "./event"
import { careDigest } from "./event-diff"
import { judgeLoss as judgeEdit } from "./lost-precondition"
import { judgeReadBack, type ReadBack, type Standing } from "./protocol/intent"

const ID = "00000000-0000-4000-8000-000000000001"
/** Ben's meeting, to which Ada is invited and has not answered. */
const invited = calendarEvent({
  attendees: [guest("ada@example.test", { self: true }), guest("ben@example.test", { organizer: true })],
  organizer: { email: "ben@example.test", self: false },
})
const answering = (rsvp: CalendarEvent["attendees"][number]["rsvp"], event = invited): CalendarEvent => ({
  ...event,
  attendees: event.attendees.map((a) => (a.self ? { ...a, rsvp } : a)),
})

const DRAFT = { summary: "New", start: thursday("10:00"), end: thursday("10:30") }
const CHANGES = {
  update: { kind: "update", patch: { start: thursday("15:00"), end: thursday("15:30") } },
  delete: { kind: "delete" },
  create: { kind: "create", draft: DRAFT },
  move: { kind: "move", toCalendarId: "side" },
  respond: { kind: "respond", rsvp: "accepted" },
  split: {
    kind: "split",
    from: thursday("10:00"),
    patch: { start: thursday("15:00"), end: thursday("15:30"), recurrence: [] },
  },
  trim: {
    kind: "trim",
    from: thursday("10:00"),
    patch: { start: thursday("10:00"), recurrence: ["RRULE:FREQ=DAILY"] },
  },
  fence: { kind: "fence" },
} as const satisfies Record<Change["kind"], Change>

const THEIRS = {
  nothing: {},
  "a reminder": { webUrl: "https://elsewhere.example" },
  "another guest's answer": {
    attendees: invited.attendees.map((a) => (a.self ? a : { ...a, rsvp: "accepted" as const })),
  },
  "a new title": { summary: "Renamed" },
  "a new time": { start: thursday("11:00"), end: thursday("11:30") },
  "a new place": { location: "Room 9" },
  cancelled: { status: "cancelled" },
  "the same answer of their own": { attendees: answering("accepted").attendees },
  "another answer of their own": { attendees: answering("declined").attendees },
} as const satisfies Record<string, Partial<CalendarEvent>>

/** What each comes to, beside `update`, which has a table of its own. */
const LOSS: Record<keyof typeof THEIRS, Record<"delete" | "move" | "respond", string>> = {
  nothing: { delete: "irrelevant", move: "irrelevant", respond: "irrelevant" },
  "a reminder": { delete: "irrelevant", move: "irrelevant", respond: "irrelevant" },
  "another guest's answer": { delete: "irrelevant", move: "irrelevant", respond: "irrelevant" },
  "a new title": { delete: "collision", move: "disjoint", respond: "disjoint" },
  "a new time": { delete: "collision", move: "disjoint", respond: "collision" },
  "a new place": { delete: "collision", move: "disjoint", respond: "collision" },
  cancelled: { delete: "gone", move: "gone", respond: "gone" },
  "the same answer of their own": { delete: "irrelevant", move: "irrelevant", respond: "asIntended" },
  "another answer of their own": { delete: "irrelevant", move: "irrelevant", respond: "collision" },
}

const names = Object.keys(THEIRS) as (keyof typeof THEIRS)[]

describe("T11 what a lost precondition means for each change", () => {
  test.each(names.flatMap((they) => (["delete", "move", "respond"] as const).map((we) => ({ they, we }))))(
    "they: $they, we: $we",
    ({ they, we }) => {
      expect(judgeLoss(invited, { ...invited, ...THEIRS[they] }, CHANGES[we]).kind).toBe(LOSS[they][we])
    },
  )

  test.each(names)("an update is judged by field: %s", (they) => {
    const theirs = { ...invited, ...THEIRS[they] }
    expect(judgeLoss(invited, theirs, CHANGES.update)).toEqual(judgeEdit(invited, theirs, CHANGES.update.patch))
  })
})

const found = (over: Partial<CalendarEvent> = {}, etag = '"1"'): Standing => ({
  kind: "found",
  event: seen({ ...invited, ...over }, etag),
})
const gone = (how: "deleted" | "not-found" = "not-found"): Standing => ({ kind: "gone", how })
const there = { ...invited.ref, calendarId: "side" }

/** [what, change, what stands, at the first look, at the second] */
const READ_BACK: [string, Change, Standing, Partial<ReadBack>, Partial<ReadBack>][] = [
  ["gone", CHANGES.delete, gone(), { kind: "applied", by: "state" }, { kind: "applied", by: "state" }],
  ["cancelled", CHANGES.delete, found({ status: "cancelled" }), { kind: "applied" }, { kind: "applied" }],
  ["as it was", CHANGES.delete, found(), { kind: "lookAgain" }, { kind: "notApplied" }],
  ["touched", CHANGES.delete, found({}, '"2"'), { kind: "lookAgain" }, { kind: "notApplied" }],
  ["renamed", CHANGES.delete, found({ summary: "x" }, '"2"'), { kind: "lookAgain" }, { kind: "conflict" }],
  ["there", CHANGES.move, found({ ref: there }, '"9"'), { kind: "applied", by: "state" }, { kind: "applied" }],
  ["there, renamed", CHANGES.move, found({ ref: there, summary: "x" }), { changedSince: true }, { changedSince: true }],
  ["still here", CHANGES.move, found(), { kind: "lookAgain" }, { kind: "notApplied" }],
  ["nowhere", CHANGES.move, gone(), { kind: "gone" }, { kind: "gone" }],
  ["answered so", CHANGES.respond, found(answering("accepted"), '"2"'), { by: "state" }, { by: "state" }],
  ["our mark", CHANGES.respond, found({ ...answering("accepted"), marker: ID }), { by: "marker" }, { by: "marker" }],
  [
    "our mark, answered otherwise since",
    CHANGES.respond,
    found({ ...answering("declined"), marker: ID }, '"3"'),
    { by: "marker", changedSince: true },
    { by: "marker", changedSince: true },
  ],
  ["no answer", CHANGES.respond, found(), { kind: "lookAgain" }, { kind: "notApplied" }],
  ["another answer", CHANGES.respond, found(answering("declined"), '"2"'), { kind: "lookAgain" }, { kind: "conflict" }],
  ["gone", CHANGES.respond, gone(), { kind: "gone" }, { kind: "gone" }],
  ["gone", { kind: "respond", rsvp: "declined" }, gone(), { by: "state" }, { by: "state" }],
  ["made", CHANGES.create, found(DRAFT, '"5"'), { kind: "applied", by: "marker" }, { kind: "applied" }],
  ["not there", CHANGES.create, gone(), { kind: "lookAgain" }, { kind: "notApplied" }],
  ["made and deleted", CHANGES.create, gone("deleted"), { kind: "gone" }, { kind: "gone" }],
]

describe("B4 what reading back tells of each change", () => {
  test.each(
    READ_BACK.map(([what, change, now, first, second]) => ({ what, doing: change.kind, change, now, first, second })),
  )("$doing: $what", ({ change, now, first, second }) => {
    const base = change.kind === "create" ? drafted(eventRef("new"), DRAFT) : invited
    const intent = { id: ID, base: seen(base, '"1"'), change }
    expect(judgeReadBack(intent, now, false)).toMatchObject(first)
    expect(judgeReadBack(intent, now, true)).toMatchObject(second)
  })

  test("a second look never says to look again", () => {
    const states = [
      ...names.map((name) => found(THEIRS[name], '"2"')),
      ...names.map((name) => found(THEIRS[name])),
      gone(),
      gone("deleted"),
    ]
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(CHANGES)), fc.constantFrom(...states), (change, now) => {
        expect(judgeReadBack({ id: ID, base: seen(invited, '"1"'), change }, now, true).kind).not.toBe("lookAgain")
      }),
    )
  })
})

describe("B5 undo", () => {
  test("of an update, a move and an answer leads back to what was", () => {
    const before = answering("tentative")
    for (const change of [CHANGES.update, CHANGES.move, CHANGES.respond]) {
      const back = undoOf(change, before)
      expect(back && changed(changed(before, change), back)).toEqual(before)
    }
  })
  test("of a create deletes; a delete and a first answer cannot be taken back", () => {
    expect(undoOf(CHANGES.create, invited)).toEqual({ kind: "delete" })
    expect(undoOf(CHANGES.delete, invited)).toBeNull()
    expect(undoOf(CHANGES.respond, invited)).toBeNull()
  })
})

test("an answer and a move change nothing that an approval is bound to", () => {
  expect(careDigest(changed(invited, CHANGES.respond))).toBe(careDigest(invited))
  expect(careDigest(changed(invited, CHANGES.move))).toBe(careDigest(invited))
  expect(ownAnswer(changed(invited, CHANGES.respond))).toBe("accepted")
})
