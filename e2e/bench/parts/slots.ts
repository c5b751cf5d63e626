import { DEFAULT_WORKING_HOURS } from "../../../lib/domain/person"
import { rankSlots, type SlotWish } from "../../../lib/domain/rank-slots"
import { HOUR_MS, MINUTE_MS } from "../../../lib/domain/zoned-time"
import { rankedByDefinition } from "../../../lib/testing/slots-by-definition"

const ZONES = ["Europe/Berlin", "Europe/London", "America/New_York", "Europe/Athens"]
const A_DAY = 3
const DAY_MS = 24 * HOUR_MS
/** Over a change of the clocks, in both worlds. */
const FIRST = Date.parse("2026-09-21T00:00:00Z")
const quarter = (n: number) => n * 15 * MINUTE_MS

/** People with a full calendar each, the same in every run (a linear congruential generator). */
function wishOf(people: number, days: number): SlotWish {
  let state = 1
  const upTo = (n: number): number => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * n)
  }
  return {
    people: Array.from({ length: people }, (_, n) => ({
      who: n === 0 ? null : `person-${n}@example.test`,
      flexible: n > 0,
      time: {
        taken: Array.from({ length: days * A_DAY }, (_, i) => {
          const from = FIRST + Math.floor(i / A_DAY) * DAY_MS + quarter(upTo(72) + 24)
          return { from, to: from + quarter(2) }
        }),
        bufferMs: (n % 3) * 5 * MINUTE_MS,
        timeZone: ZONES[n % ZONES.length] as string,
        workingHours: DEFAULT_WORKING_HOURS,
        focusBlocks: [{ days: [2, 4], start: "09:00", end: "10:30" }],
      },
    })),
    unseen: [],
    within: [{ from: FIRST, to: FIRST + days * DAY_MS }],
    durationMs: quarter(2),
    stepMs: quarter(1),
    nearMs: FIRST + 3 * DAY_MS,
    most: 10_000,
  }
}

/** The search and its ranking, and once the scan by definition that it must agree with. */
export function measureSlots({ people, days, calls }: { people: number; days: number; calls: number }) {
  const wish = wishOf(people, days)
  const times: number[] = []
  for (let n = -10; n < calls; n++) {
    const from = performance.now()
    rankSlots(wish)
    if (n >= 0) times.push(performance.now() - from)
  }
  times.sort((a, b) => a - b)
  const ours = rankSlots(wish)
  const from = performance.now()
  const scanned = rankedByDefinition(wish)
  const scanMs = performance.now() - from
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  const same = JSON.stringify(ours) === JSON.stringify(scanned)
  return { p50: at(0.5), p95: at(0.95), scanMs, slots: ours.length, scanned: scanned.length, same }
}
