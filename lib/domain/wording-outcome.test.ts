import { describe, expect, test } from "vitest"
import { eventRef, seen } from "../testing/builders"
import { ALL_CONFLICTS, AT_10, AT_15, conflict, expectSentence, ZONE } from "../testing/sentences"
import { eventKey } from "./event"
import { type ForbiddenReason, NOT_APPLIED_REASONS, type Note, type Outcome, type OutcomeKind } from "./outcome"
import { sayOutcome, sayRefused } from "./wording-outcome"

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
  notApplied: NOT_APPLIED_REASONS.map((reason) => ({ kind: "notApplied", reason })),
}
const say = (outcome: Outcome) => sayOutcome(outcome, AT_10, ZONE)

describe("T5 T12 every outcome has words", () => {
  const all = Object.values(OUTCOMES).flat()

  test.each(all)("$kind is a whole sentence", (outcome) => expectSentence(say(outcome)))

  test("no two kinds say the same", () => {
    const first = Object.values(OUTCOMES).map(([outcome]) => (outcome ? say(outcome) : ""))
    expect(new Set(first).size).toBe(first.length)
  })

  test("no two reasons why it was not applied say the same", () => {
    expect(new Set(OUTCOMES.notApplied.map(say)).size).toBe(NOT_APPLIED_REASONS.length)
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
