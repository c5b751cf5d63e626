import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { calendarEvent, guest, seen, thursday } from "../testing/builders"
import type { CalendarEvent, EventPatch } from "./event"
import { CARE_FIELDS, type CareField, careDiff, careDigest, patched } from "./event-diff"
import { judgeLoss, type Loss } from "./lost-precondition"

const base = calendarEvent()

/** What the person did meanwhile. */
const THEIRS = {
  summary: { summary: "Renamed" },
  start: { start: thursday("09:45") },
  end: { end: thursday("11:00") },
  "start and end": { start: thursday("11:00"), end: thursday("11:30") },
  recurrence: { recurrence: ["RRULE:FREQ=DAILY"] },
  location: { location: "Room 4" },
  attendees: { attendees: [...base.attendees, guest("kim@example.test")] },
  status: { status: "tentative" },
  conference: { conferenceUrl: null },
} as const satisfies Record<string, Partial<CalendarEvent>>

/** What we are about to write. */
const OURS = {
  start: { start: thursday("09:30") },
  end: { end: thursday("10:45") },
  "start and end": { start: thursday("15:00"), end: thursday("15:30") },
  summary: { summary: "Sync" },
  location: { location: "Room 5" },
  series: { start: thursday("15:00"), end: thursday("15:30"), recurrence: ["RRULE:FREQ=WEEKLY;BYDAY=TH"] },
} as const satisfies Record<string, EventPatch>

type Ours = keyof typeof OURS

const WHEN: readonly Ours[] = ["start", "end", "start and end", "series"]

/** Which of ours cannot stand beside theirs. Everything else can. */
const COLLIDES: Record<keyof typeof THEIRS, readonly Ours[]> = {
  summary: ["summary"],
  start: WHEN,
  end: WHEN,
  "start and end": WHEN,
  recurrence: WHEN,
  location: ["location"],
  attendees: [],
  status: [],
  conference: [],
}

const keys = <K extends string>(table: Record<K, unknown>) => Object.keys(table) as K[]
const PAIRS = keys(THEIRS).flatMap((theirs) => keys(OURS).map((ours) => ({ theirs, ours })))

describe("T11 every pair of what they changed and what we change", () => {
  test.each(PAIRS)("they: $theirs, we: $ours", ({ theirs, ours }) => {
    const kind = COLLIDES[theirs].includes(ours) ? "collision" : "disjoint"
    const loss = judgeLoss(base, { ...base, ...THEIRS[theirs] }, OURS[ours])
    expect(loss.kind).toBe(kind)
    if (loss.kind !== "collision" && loss.kind !== "disjoint") return expect.unreachable(loss.kind)
    expect(loss.changed).toEqual(careDiff(base, { ...base, ...THEIRS[theirs] }))
    expect(loss.intended).toEqual(careDiff(base, patched(base, OURS[ours])))
  })

  test("a field written back as it was is a write over theirs, not a change that can stand beside it", () => {
    const moved = { ...base, ...THEIRS["start and end"] }
    expect(judgeLoss(base, moved, { start: base.start, end: base.end }).kind).toBe("collision")
    const renamed = { ...base, ...THEIRS.summary }
    expect(judgeLoss(base, renamed, { summary: base.summary, location: "Room 5" })).toEqual({
      kind: "collision",
      changed: ["summary"],
      intended: ["summary", "location"],
    })
  })
})

describe("T8 gone", () => {
  test.each(keys(OURS))("cancelled meanwhile, whatever we meant: %s", (ours) => {
    expect(judgeLoss(base, { ...base, status: "cancelled" }, OURS[ours])).toEqual({ kind: "gone" })
    expect(judgeLoss(base, { ...base, ...OURS[ours], status: "cancelled" }, OURS[ours])).toEqual({ kind: "gone" })
  })
})

describe("T9 they did it themselves", () => {
  test.each(keys(OURS))("%s stands as intended", (ours) => {
    expect(judgeLoss(base, { ...base, ...OURS[ours] }, OURS[ours])).toEqual({ kind: "asIntended" })
    const andMore = { ...base, ...OURS[ours], attendees: [] }
    expect(judgeLoss(base, andMore, OURS[ours])).toEqual({ kind: "asIntended" })
  })

  test("half of it is not it", () => {
    const loss = judgeLoss(base, { ...base, start: thursday("15:00"), end: thursday("16:00") }, OURS["start and end"])
    expect(loss).toEqual({ kind: "collision", changed: ["start", "end"], intended: ["start", "end"] })
  })
})

describe("B3 irrelevant", () => {
  test("replies, and what else nobody sees", () => {
    const replied = base.attendees.map((a) => ({ ...a, rsvp: "accepted" as const }))
    expect(judgeLoss(base, { ...base, attendees: replied }, OURS.start)).toEqual({ kind: "irrelevant", moved: "rsvp" })
    expect(judgeLoss(base, { ...base, marker: "other" }, OURS.start)).toEqual({ kind: "irrelevant", moved: "other" })
    expect(judgeLoss(base, seen(base, '"2"').value, OURS.start)).toEqual({ kind: "irrelevant", moved: "other" })
  })
})

const clock = fc.constantFrom(...["10:00", "10:30", "11:00", "15:00"].map(thursday))
const text = fc.constantFrom("Weekly sync", "Room Spree", "x")
const rules = fc.constantFrom<readonly string[]>([], ["RRULE:FREQ=DAILY"])
const change: fc.Arbitrary<Partial<CalendarEvent>> = fc.record(
  {
    summary: text,
    location: text,
    start: clock,
    end: clock,
    recurrence: rules,
    attendees: fc.constantFrom(base.attendees, base.attendees.slice(1), [...base.attendees].reverse()),
    status: fc.constantFrom("confirmed", "tentative", "cancelled"),
    conferenceUrl: fc.constantFrom(null, "https://meet.example.test/abc"),
    marker: fc.constantFrom(null, "m1"),
  },
  { requiredKeys: [] },
)
const patch: fc.Arbitrary<EventPatch> = fc.record(
  { summary: text, location: text, start: clock, end: clock, recurrence: rules },
  { requiredKeys: [] },
)

const TIME: readonly CareField[] = ["start", "end", "recurrence"]
const isTimed = (fields: readonly CareField[]) => fields.some((field) => TIME.includes(field))
const ALL = { numRuns: 600 }

describe("T4 T11 for all events, edits and intentions", () => {
  const judged = (check: (theirs: CalendarEvent, ours: EventPatch, loss: Loss) => void) =>
    fc.assert(
      fc.property(change, patch, (theirs, ours) => {
        const now = { ...base, ...theirs }
        check(now, ours, judgeLoss(base, now, ours))
      }),
      ALL,
    )

  test("the verdict is irrelevant exactly when nothing that people care about moved", () => {
    judged((theirs, _, loss) => {
      expect(loss.kind === "irrelevant").toBe(careDigest(theirs) === careDigest(base))
    })
  })

  test("as intended exactly when there is nothing left to write", () => {
    judged((theirs, ours, loss) => {
      if (loss.kind === "gone" || loss.kind === "irrelevant") return
      expect(loss.kind === "asIntended").toBe(careDiff(theirs, patched(theirs, ours)).length === 0)
    })
  })

  test("gone exactly when cancelled", () => {
    judged((theirs, _, loss) => expect(loss.kind === "gone").toBe(theirs.status === "cancelled"))
  })

  test("applying both loses nothing of theirs: what they changed stands after our write too", () => {
    judged((theirs, ours, loss) => {
      if (loss.kind !== "disjoint") return
      const both = patched(theirs, ours)
      const theirFields = CARE_FIELDS.filter((field) => loss.changed.includes(field))
      expect(careDiff(theirs, both).filter((field) => theirFields.includes(field))).toEqual([])
    })
  })

  test("a change of time beside a change of time is never disjoint", () => {
    judged((theirs, ours, loss) => {
      const writesTime = isTimed(careDiff(theirs, patched(theirs, ours)))
      if (isTimed(careDiff(base, theirs)) && writesTime) expect(loss.kind).not.toBe("disjoint")
    })
  })

  test("whether two edits can stand side by side does not depend on who was first", () => {
    const changesAllItNames = (ours: EventPatch) =>
      Object.keys(ours).length === careDiff(base, patched(base, ours)).length
    const edit = patch.filter(changesAllItNames)
    fc.assert(
      fc.property(edit, edit, (a, b) => {
        const ab = judgeLoss(base, patched(base, a), b).kind
        const ba = judgeLoss(base, patched(base, b), a).kind
        if (ab === "disjoint" && ba !== "irrelevant" && ba !== "asIntended") expect(ba).toBe("disjoint")
      }),
      ALL,
    )
  })
})
