import { describe, expect, test } from "vitest"
import { calendarEvent, guest, seen, thursday } from "../../testing/builders"
import type { CalendarEvent, EventPatch } from "../event"
import { standsAsIntended } from "../event-diff"
import { INTENT_TIMES, judgeReadBack as judge, type SentIntent, type Standing } from "./intent"

const ID = "00000000-0000-4000-8000-000000000001"
const PATCH: EventPatch = { start: thursday("15:00"), end: thursday("15:30") }
const BASE = seen(calendarEvent(), '"1"')
const intent: SentIntent = { id: ID, base: BASE, change: { kind: "update", patch: PATCH } }
const standing = (now: ReturnType<typeof as> | null): Standing =>
  now ? { kind: "found", event: now } : { kind: "gone", how: "not-found" }
const judgeReadBack = (sent: SentIntent, now: ReturnType<typeof as> | null, lookedBefore: boolean) =>
  judge(sent, standing(now), lookedBefore)
const as = (over: Partial<CalendarEvent>, etag = '"2"') => seen({ ...BASE.value, ...over }, etag)
const replied = BASE.value.attendees.map((a) => ({ ...a, rsvp: "accepted" as const }))
const elsewhere = { start: thursday("11:00"), end: thursday("11:30") }

describe("B4 what reading back tells, whatever was looked at before", () => {
  test.each<[string, ReturnType<typeof as> | null, object]>([
    ["it is gone", null, { kind: "gone" }],
    ["our mark, as intended", as({ ...PATCH, marker: ID }), { kind: "applied", changedSince: false }],
    ["our mark, renamed since", as({ ...PATCH, marker: ID, summary: "x" }), { kind: "applied", changedSince: false }],
    ["our mark, moved since", as({ ...elsewhere, marker: ID }), { kind: "applied", changedSince: true }],
    ["our mark, put back since", as({ marker: ID }), { kind: "applied", changedSince: true }],
    ["our mark on the version we knew", as({ ...PATCH, marker: ID }, '"1"'), { kind: "applied", changedSince: false }],
    ["cancelled", as({ status: "cancelled" }), { kind: "gone" }],
    ["as intended, our mark stripped", as(PATCH), { kind: "unchanged" }],
    ["as intended under another's mark", as({ ...PATCH, marker: "another" }), { kind: "unchanged" }],
    ["only replies moved", as({ attendees: replied }), { kind: "notApplied" }],
    ["only the version moved", as({}), { kind: "notApplied" }],
    ["moved elsewhere", as(elsewhere), { kind: "conflict", loss: { kind: "collision" } }],
    [
      "moved elsewhere under another's mark",
      as({ ...elsewhere, marker: "another" }),
      { kind: "conflict", loss: { kind: "collision" } },
    ],
    ["renamed", as({ summary: "x" }), { kind: "conflict", loss: { kind: "disjoint", changed: ["summary"] } }],
    ["a guest more", as({ attendees: [guest("kim@example.test")] }), { kind: "conflict", loss: { kind: "disjoint" } }],
    [
      "half as intended",
      as({ start: thursday("15:00"), end: thursday("16:00") }),
      { kind: "conflict", loss: { kind: "collision" } },
    ],
  ])("%s", (_, now, expected) => {
    expect(judgeReadBack(intent, now, false)).toMatchObject(expected)
    expect(judgeReadBack(intent, now, true)).toEqual(judgeReadBack(intent, now, false))
  })

  test("the version we knew, no mark: the request may be on its way, so it is looked for once more", () => {
    expect(judgeReadBack(intent, BASE, false)).toEqual({ kind: "lookAgain" })
    expect(judgeReadBack(intent, BASE, true)).toEqual({ kind: "notApplied" })
  })

  test("an earlier intent's mark on the version we knew proves nothing about this one", () => {
    const marked = seen({ ...BASE.value, marker: "another" }, '"1"')
    expect(judgeReadBack({ ...intent, base: marked }, marked, false)).toEqual({ kind: "lookAgain" })
  })
})

test("T9 stands as intended: exactly the fields that were to be set", () => {
  expect(standsAsIntended(as({ ...PATCH, summary: "x" }).value, PATCH)).toBe(true)
  expect(standsAsIntended(as({ start: thursday("15:00") }).value, PATCH)).toBe(false)
  expect(standsAsIntended(BASE.value, {})).toBe(true)
})

test("the times fit together: a full time-out is left when it is sent, and one more look comes after twice the time-out", () => {
  expect(INTENT_TIMES.leaseMs).toBeGreaterThan(INTENT_TIMES.timeoutMs)
  expect(INTENT_TIMES.lookAgainMs).toBe(2 * INTENT_TIMES.timeoutMs)
})
