import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  HISTORY_AGENTS,
  HISTORY_OWNER,
  HISTORY_START,
  HISTORY_TIMES,
  history,
  idOf,
  type Told,
} from "../../testing/booking/histories"
import { BUCKET_MS, type Slot } from "../booking"
import { BOOKING_GUARDS, type BookingAction, type BookingReply, step } from "./booking"
import type { BookingGuards } from "./booking-meeting"
import { brokenInvariants, type CalendarState, emptyCalendar, wrongfulEndings } from "./booking-state"

const RANKS = Object.fromEntries(HISTORY_AGENTS.map((agent, n) => [agent, n + 1]))
const calendar = emptyCalendar({ ownerId: HISTORY_OWNER, calendarId: "main" }, HISTORY_TIMES, RANKS)
const seconds = (n: number) => HISTORY_START + n * 1_000
const at = (from: number, length = 6): Slot => ({
  start: new Date(HISTORY_START + 3_600_000 + from * BUCKET_MS).toISOString(),
  end: new Date(HISTORY_START + 3_600_000 + (from + length) * BUCKET_MS).toISOString(),
})

/** Everything that is wrong in a history. Whoever decides without the lock has not seen what the last two did. */
function wrongs(told: readonly Told[], guards: BookingGuards): string[] {
  const states = [calendar]
  const found: string[] = []
  let now = HISTORY_START
  for (const { afterMs, action } of told) {
    now += afterMs
    const before = states.at(-1) ?? calendar
    const { state } = step(before, action, now, guards, states.at(-3) ?? before)
    found.push(...brokenInvariants(state), ...wrongfulEndings(before, state, new Date(now).toISOString()))
    states.push(state)
  }
  return found
}

/** Plays actions, each at a second. Answers the last reply and the state. */
function play(...told: readonly (readonly [number, BookingAction])[]): { reply: BookingReply; state: CalendarState } {
  let state = calendar
  let reply: BookingReply = { kind: "done" }
  for (const [second, action] of told) ({ state, reply } = step(state, action, seconds(second)))
  return { state, reply }
}

const hold = (n: number, agentId: string, slot = at(0)): BookingAction => ({ kind: "hold", id: idOf(n), agentId, slot })
const commit = (n: number, agentId: string, slot = at(0)): BookingAction => ({
  kind: "commit",
  id: idOf(n),
  agentId,
  from: { slot },
  title: "t",
})
const commitFrom = (n: number, agentId: string, holdId: string): BookingAction => ({
  kind: "commit",
  id: idOf(n),
  agentId,
  from: { holdId },
  title: "t",
})

describe("the rule in every history", () => {
  test("D2 D4 D9 D16: whole intervals, apart from each other, all of it logged; nobody loses anything wrongly", () => {
    fc.assert(
      fc.property(history(25), (told) => {
        expect(wrongs(told, BOOKING_GUARDS)).toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  test.each(Object.keys(BOOKING_GUARDS) as (keyof BookingGuards)[])("without %s it goes wrong", (guard) => {
    const { failed } = fc.check(
      fc.property(history(25), (told) => wrongs(told, { ...BOOKING_GUARDS, [guard]: false }).length === 0),
      { numRuns: 20_000, endOnFailure: true, seed: 7 },
    )
    expect(failed).toBe(true)
  })

  test("every kind of answer is met", () => {
    const met = new Set<string>()
    for (const told of fc.sample(history(25), { numRuns: 2_000, seed: 3 })) {
      let state = calendar
      let now = HISTORY_START
      for (const { afterMs, action } of told) {
        now += afterMs
        const next = step(state, action, now)
        state = next.state
        const { reply } = next
        met.add(
          `${action.kind} ${reply.kind}${"reason" in reply ? ` ${reply.reason}` : ""}${"how" in reply ? ` ${reply.how}` : ""}`,
        )
        if ("pattern" in reply) met.add(reply.pattern)
      }
    }
    expect([...met].sort()).toMatchInlineSnapshot(`
      [
        "block blocked",
        "cancel cancelled",
        "cancel ended",
        "cancel notFound",
        "commit busy",
        "commit committed",
        "commit expired released",
        "commit expired ttl",
        "commit expired used",
        "commit invalid empty",
        "commit invalid past",
        "commit invalid too-long",
        "commit invalid unaligned",
        "commit notFound",
        "commit outranked",
        "commit-vs-frozen",
        "expire done",
        "external-event-overlap",
        "hold busy",
        "hold held",
        "hold invalid empty",
        "hold invalid past",
        "hold invalid too-long",
        "hold invalid unaligned",
        "hold limited held-before",
        "hold limited too-many-holds",
        "hold notFound",
        "hold outranked",
        "hold-vs-commit-inside-bump",
        "hold-vs-hold",
        "rank done",
        "release ended",
        "release notFound",
        "release released",
        "unblock done",
      ]
    `)
  })
})

describe("D3 what may be taken", () => {
  test("a commit takes a hold of an equal or lower priority, and its own", () => {
    expect(play([0, hold(1, "ben")], [1, commit(2, "ann")]).reply).toMatchObject({
      kind: "committed",
      displaced: [idOf(1)],
    })
    expect(play([0, hold(1, "ben")], [1, commit(2, "cem")]).reply).toMatchObject({
      kind: "outranked",
      winner: { kind: "hold" },
    })
    expect(play([0, hold(1, "ben")], [1, commit(2, "ben")]).reply).toMatchObject({ kind: "committed" })
  })

  test("a hold takes a hold of a strictly lower priority, never a booking", () => {
    expect(play([0, hold(1, "ben")], [1, hold(2, "ann")]).reply).toMatchObject({ kind: "held", displaced: [idOf(1)] })
    expect(play([0, hold(1, "ben")], [1, hold(2, "cem")]).reply).toMatchObject({ kind: "outranked" })
    expect(play([0, commit(1, "ben")], [1, hold(2, "ann")]).reply).toMatchObject({ kind: "outranked" })
  })

  test("D13 a new ranking counts for later requests only; equals do not evict each other", () => {
    const rank: BookingAction = { kind: "rank", priorities: { ben: 1, ann: 2 } }
    expect(play([0, commit(1, "ann")], [1, rank], [2, commit(2, "ben")]).reply).toMatchObject({
      kind: "outranked",
      winner: { priority: 1 },
      yourPriority: 1,
    })
    expect(play([0, hold(1, "ann")], [1, rank], [2, hold(2, "ben")]).reply).toMatchObject({ kind: "outranked" })
    expect(play([0, hold(1, "ann")], [1, rank], [2, commit(2, "ben")]).reply).toMatchObject({ kind: "committed" })
  })

  test("D14 inside the bump window a better rank evicts; at its end nobody does", () => {
    expect(play([0, commit(1, "ben")], [19.999, commit(2, "ann")]).reply).toMatchObject({
      kind: "committed",
      evicted: [idOf(1)],
    })
    expect(play([0, commit(1, "ben")], [20, commit(2, "ann")]).reply).toMatchObject({
      kind: "outranked",
      winner: { id: idOf(1), priority: 2 },
      yourPriority: 1,
      pattern: "commit-vs-frozen",
    })
  })

  test("D15 D22 a hold runs out; committing from it says how it ended", () => {
    expect(play([0, hold(1, "ben")], [29.999, commitFrom(2, "ben", idOf(1))]).reply).toMatchObject({
      kind: "committed",
    })
    expect(play([0, hold(1, "ben")], [30, commitFrom(2, "ben", idOf(1))]).reply).toMatchObject({
      kind: "expired",
      how: "ttl",
    })
    expect(play([0, hold(1, "ben")], [1, commit(2, "ann")], [2, commitFrom(3, "ben", idOf(1))]).reply).toMatchObject({
      kind: "outranked",
      winner: { id: idOf(2), agentId: "ann", priority: 1 },
      yourPriority: 2,
    })
  })
})

describe("D4 all or nothing", () => {
  test("an evicted booking loses all its buckets", () => {
    const { state } = play([0, commit(1, "ben", at(0, 6))], [1, commit(2, "ann", at(5, 2))])
    expect(state.taken.map(({ id }) => id)).toEqual([idOf(2)])
    expect(
      play([0, commit(1, "ben", at(0, 6))], [1, commit(2, "ann", at(5, 2))], [2, commit(3, "dot", at(0, 5))]).reply
        .kind,
    ).toBe("committed")
  })

  test("one that stays stops everything, and nothing is written", () => {
    const before = play([0, commit(1, "cem", at(0, 2))], [1, commit(2, "ann", at(2, 2))])
    const after = step(before.state, commit(3, "ben", at(0, 4)), seconds(2))
    expect(after.reply).toMatchObject({ kind: "outranked", winner: { id: idOf(2) } })
    expect({ ...after.state, log: before.state.log }).toEqual(before.state)
    expect(after.state.log).toHaveLength(before.state.log.length + 1)
  })

  test("D7 of several in the way the highest priority is named, then the earliest", () => {
    const rank: BookingAction = { kind: "rank", priorities: { cem: 1, ben: 2, dot: 3 } }
    const two = [
      [0, commit(1, "ben", at(0, 2))],
      [0, rank],
      [0, commit(2, "cem", at(2, 2))],
    ] as const
    expect(play(...two, [0, commit(3, "dot", at(0, 6))]).reply).toMatchObject({
      kind: "outranked",
      winner: { id: idOf(2) },
    })
    const equal = [
      [0, commit(1, "ben", at(2, 2))],
      [0, commit(2, "ben", at(0, 2))],
    ] as const
    expect(play(...equal, [0, commit(3, "dot", at(0, 6))]).reply).toMatchObject({ winner: { id: idOf(2) } })
  })
})

describe("D10 the order of arrival", () => {
  const orders = permutations(["ann", "ben", "cem", "dot"])

  test("one interval, distinct priorities: the same owner in every order", () => {
    for (const order of orders) {
      const { state } = play(...order.map((agent, n) => [n, commit(n + 1, agent)] as const))
      expect(
        Object.values(state.bookings)
          .filter(({ state: s }) => s === "live")
          .map(({ agentId }) => agentId),
      ).toEqual(["ann"])
    }
  })

  test("partial overlaps: the highest always ends live, the rest depends on the order", () => {
    const wishes = [commit(1, "cem", at(0, 12)), commit(2, "ben", at(6, 12)), commit(3, "ann", at(12, 12))]
    const ends = permutations(wishes).map((order) =>
      play(...order.map((wish, n) => [n, wish] as const))
        .state.taken.map(({ id }) => id)
        .sort()
        .join(" "),
    )
    expect(ends.every((end) => end.includes(idOf(3)))).toBe(true)
    expect(new Set(ends).size).toBeGreaterThan(1)
  })
})

describe("D11 the four patterns", () => {
  test.each([
    ["hold-vs-hold", [hold(1, "ann"), hold(2, "ben")], 1],
    ["hold-vs-commit-inside-bump", [commit(1, "ann"), hold(2, "ben")], 1],
    ["hold-vs-commit-inside-bump", [hold(1, "ann"), commit(2, "ben")], 1],
    ["commit-vs-frozen", [commit(1, "ben"), commit(2, "ann")], 20],
  ] as const)("%s", (pattern, [first, second], later) => {
    expect(play([0, first], [later, second]).reply).toMatchObject({ kind: "outranked", pattern })
  })

  test("external-event-overlap: evicts what can be evicted, names what is frozen, and is in the way from then on", () => {
    const block: BookingAction = { kind: "block", block: { source: "google", id: "e", slot: at(0, 12) } }
    const told = [
      [0, commit(1, "ann", at(0, 2))],
      [25, commit(2, "dot", at(4, 2))],
      [25, hold(3, "ben", at(8, 2))],
      [26, block],
    ] as const
    expect(play(...told).reply).toMatchObject({
      kind: "blocked",
      frozen: [idOf(1)],
      evicted: [idOf(2)],
      displaced: [idOf(3)],
    })
    expect(play(...told, [27, commit(4, "ann", at(10, 1))]).reply).toMatchObject({
      kind: "busy",
      pattern: "external-event-overlap",
    })
    expect(play(...told, [27, commitFrom(4, "ben", idOf(3))]).reply).toMatchObject({ kind: "busy" })
  })
})

describe("D12 D15 holds", () => {
  test("what was let go or ran out is not held again at once; what was displaced may be", () => {
    const release: BookingAction = { kind: "release", agentId: "ben", holdId: idOf(1) }
    expect(play([0, hold(1, "ben")], [1, release], [2, hold(2, "ben", at(5))]).reply).toMatchObject({
      kind: "limited",
      reason: "held-before",
      retryAt: new Date(seconds(31)).toISOString(),
    })
    expect(play([0, hold(1, "ben")], [59.999, hold(2, "ben")]).reply).toMatchObject({ kind: "limited" })
    expect(play([0, hold(1, "ben")], [60, hold(2, "ben")]).reply).toMatchObject({ kind: "held" })
  })

  test("only so many at once", () => {
    const two = [
      [0, hold(1, "ben", at(0, 1))],
      [1, hold(2, "ben", at(1, 1))],
    ] as const
    expect(play(...two, [2, hold(3, "ben", at(2, 1))]).reply).toMatchObject({
      kind: "limited",
      reason: "too-many-holds",
    })
    expect(play(...two, [30, hold(3, "ben", at(2, 1))]).reply).toMatchObject({ kind: "held" })
  })

  test("an eviction's row holds what was evicted", () => {
    const { state } = play([0, commit(1, "ben")], [1, commit(2, "ann")])
    expect(state.log.find(({ kind }) => kind === "booking.evicted")).toMatchObject({
      subjectId: idOf(1),
      actorId: "ann",
      body: { ...at(0), agentId: "ben", priority: 2, by: { id: idOf(2), priority: 1 } },
    })
  })
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((first, n) => permutations(items.filter((_, k) => k !== n)).map((rest) => [first, ...rest]))
}
