import fc from "fast-check"
import { type BookingTimes, BUCKET_MS, type Slot } from "../../domain/booking"
import type { BookingAction } from "../../domain/protocol/booking"

/** Random lives of one calendar: few agents, few buckets, and time that likes to stop right at a limit. */

export const HISTORY_START = Date.parse("2026-11-26T08:00:00.000Z")
export const HISTORY_TIMES: BookingTimes = { holdMs: 30_000, bumpMs: 20_000, maxHolds: 2 }
export const HISTORY_AGENTS = ["ann", "ben", "cem", "dot"] as const
export const HISTORY_OWNER = "owner"
export const STRANGER = "stranger"

export interface Told {
  /** Since the action before. */
  readonly afterMs: number
  readonly action: BookingAction
}

/** The n-th action's own id. */
export const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`

const iso = (ms: number) => new Date(ms).toISOString()
const slotOf = (from: number, length: number): Slot => ({
  start: iso(HISTORY_START + 3_600_000 + from * BUCKET_MS),
  end: iso(HISTORY_START + 3_600_000 + (from + length) * BUCKET_MS),
})

const goodSlot = fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 3 })).map(([from, length]) => slotOf(from, length))
const badSlot = fc.constantFrom<Slot>(
  { start: iso(HISTORY_START + 3_660_000), end: iso(HISTORY_START + 3_900_000) },
  slotOf(2, 0),
  slotOf(3, -1),
  slotOf(0, 289),
  { start: iso(HISTORY_START - BUCKET_MS), end: iso(HISTORY_START + BUCKET_MS) },
)
const slot = fc.oneof({ weight: 20, arbitrary: goodSlot }, { weight: 1, arbitrary: badSlot })
/** Outside, nothing keeps to the grid. */
const outside = fc.tuple(fc.nat(1_800_000), fc.integer({ min: 60_000, max: 600_000 })).map(([from, length]) => ({
  start: iso(HISTORY_START + 3_600_000 + from),
  end: iso(HISTORY_START + 3_600_000 + from + length),
}))
const agentId = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom(...HISTORY_AGENTS) },
  { weight: 1, arbitrary: fc.constant(STRANGER) },
)
/** One of the last few actions' own ids. */
const back = fc.integer({ min: 1, max: 5 })
const source = fc.constantFrom("google", "focus")
const blockId = fc.constantFrom("x", "y")

/** Of the n-th action, which knows those before it. */
type Draft = (n: number, told: readonly BookingAction[]) => BookingAction
const made = <T>(
  values: fc.Arbitrary<T>,
  draft: (value: T, n: number, told: readonly BookingAction[]) => BookingAction,
): fc.Arbitrary<Draft> =>
  values.map(
    (value): Draft =>
      (n, told) =>
        draft(value, n, told),
  )
/** Mostly whoever made the thing, so that something comes of it. */
const whose = (
  told: readonly BookingAction[],
  { agentId, back, own }: { agentId: string; back: number; own: boolean },
) => {
  const made = told.at(-back)
  return own && made && "agentId" in made ? made.agentId : agentId
}
const own = fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) })

const title = "A title"
const draft: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 5, arbitrary: made(fc.record({ agentId, slot }), (each, n) => ({ kind: "hold", id: idOf(n), ...each })) },
  {
    weight: 8,
    arbitrary: made(fc.record({ agentId, slot }), (each, n) => ({
      kind: "commit",
      id: idOf(n),
      agentId: each.agentId,
      from: { slot: each.slot },
      title,
    })),
  },
  {
    weight: 5,
    arbitrary: made(fc.record({ agentId, back, own }), (each, n, told) => ({
      kind: "commit",
      id: idOf(n),
      agentId: whose(told, each),
      from: { holdId: idOf(n - each.back) },
      title,
    })),
  },
  {
    weight: 2,
    arbitrary: made(fc.record({ agentId, back, own }), (each, n, told) => ({
      kind: "release",
      agentId: whose(told, each),
      holdId: idOf(n - each.back),
    })),
  },
  {
    weight: 2,
    arbitrary: made(fc.record({ agentId, back, own, person: fc.boolean() }), (each, n, told) => ({
      kind: "cancel",
      by: each.person ? { kind: "person", id: HISTORY_OWNER } : { kind: "agent", id: whose(told, each) },
      bookingId: idOf(n - each.back),
    })),
  },
  {
    weight: 1,
    arbitrary: made(fc.record({ source, id: blockId, slot: outside }), (block) => ({ kind: "block", block })),
  },
  { weight: 1, arbitrary: made(fc.record({ source, id: blockId }), (each) => ({ kind: "unblock", ...each })) },
  {
    weight: 3,
    arbitrary: made(fc.shuffledSubarray([...HISTORY_AGENTS], { minLength: 3 }), (listed) => ({
      kind: "rank",
      priorities: Object.fromEntries(listed.map((each, n) => [each, n + 1])),
    })),
  },
  { weight: 1, arbitrary: fc.constant<Draft>(() => ({ kind: "expire" })) },
)

const afterMs = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.constantFrom(1, 9_999, 10_000, 19_999, 20_000, 29_999, 30_000) },
  { weight: 1, arbitrary: fc.nat(70_000) },
)

export const history = (maxLength: number): fc.Arbitrary<readonly Told[]> =>
  fc.array(fc.tuple(afterMs, draft), { minLength: 1, maxLength }).map((drafts) => {
    const told: BookingAction[] = []
    return drafts.map(([after, each], n) => {
      const action = each(n + 10, told)
      told.push(action)
      return { afterMs: after, action }
    })
  })
