import { cpus, loadavg } from "node:os"
import { parseArgs } from "node:util"
import type { PersonsTime } from "../../lib/domain/availability"
import { rankedSlots, type SlotSearch } from "../../lib/domain/ranked-slots"
import { HOUR_MS, MINUTE_MS } from "../../lib/domain/zoned-time"
import { runHarness } from "../../lib/testing/harness"
import { rankedByDefinition } from "../../lib/testing/ranked-by-definition"

/*
 * When ten people in five zones can meet in the next 90 days, ranked, beside the scan of every candidate that it must agree with.
 *
 *   npm run bench -- slots [--calls 300]
 */

const { values } = parseArgs({ options: { calls: { type: "string", default: "300" } } })
const CALLS = Number(values.calls)
/** The scan takes seconds for each. */
const SCANNED = 2
const PEOPLE = 10
const DAYS = 90
const A_DAY = 5
const P95_MS = 50
const DAY_MS = 24 * HOUR_MS
const ZONES = ["Europe/Berlin", "Europe/London", "America/New_York", "Europe/Lisbon", "Europe/Athens"]
const FIRST = Date.parse("2026-10-12T00:00:00Z") // clocks change within the window, in Europe and in America

/** The same figures in every run (a linear congruential generator). */
let state = 1
const upTo = (n: number): number => {
  state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
  return Math.floor((state / 2 ** 32) * n)
}

function personAt(n: number): PersonsTime {
  const starts = Array.from(
    { length: DAYS * A_DAY },
    (_, i) => Math.floor(i / A_DAY) * DAY_MS + upTo(96) * 15 * MINUTE_MS,
  )
  return {
    taken: starts.map((start) => ({ from: FIRST + start, to: FIRST + start + 30 * MINUTE_MS })),
    bufferMs: (n % 3) * 5 * MINUTE_MS,
    timeZone: ZONES[n % ZONES.length] as string,
    workingHours: { days: [1, 2, 3, 4, 5], start: "09:00", end: "17:30" },
    focusBlocks: [{ days: [2, 4], start: "09:00", end: "10:30" }],
  }
}

function searchAt(n: number): SlotSearch {
  const [me, ...others] = Array.from({ length: PEOPLE }, (_, k) => personAt(n + k))
  if (!me) throw new Error("nobody asks")
  const guests = others.map((time, k) => ({ who: `guest ${k}`, time }))
  const window = { from: FIRST, to: FIRST + DAYS * DAY_MS }
  return { me, guests, window, durationMs: (2 + (n % 3)) * 15 * MINUTE_MS, near: FIRST + upTo(DAYS) * DAY_MS, most: 20 }
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

function timed(count: number, search: (asked: SlotSearch) => unknown) {
  const times: number[] = []
  for (let n = 0; n < count; n++) {
    const asked = searchAt(n)
    const from = performance.now()
    search(asked)
    times.push(performance.now() - from)
  }
  times.sort((a, b) => a - b)
  return { calls: count, p50: at(times, 0.5), p95: at(times, 0.95), slowest: at(times, 1) }
}

runHarness("slots", 10, async () => {
  timed(20, rankedSlots) // warms up
  const ours = timed(CALLS, rankedSlots)
  const scan = timed(SCANNED, rankedByDefinition)
  const differing = Array.from({ length: SCANNED }, (_, n) => searchAt(n)).filter(
    (asked) => JSON.stringify(rankedSlots(asked)) !== JSON.stringify(rankedByDefinition(asked)),
  ).length
  const found = rankedSlots(searchAt(0))
  console.log(
    `${PEOPLE} people, ${DAYS} days, ${PEOPLE * DAYS * A_DAY} events; ${cpus().length} processors, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
  )
  console.table({ ours, "every candidate": scan })
  const within = found.filter(({ outsideHours }) => outsideHours.length === 0).length
  console.log(
    `${found.length} offered, ${within} of them within everybody's hours; ${differing} of ${SCANNED} answers differ from the scan's`,
  )
  const missed = [
    ...(ours.p95 <= P95_MS ? [] : [`p95 ${ours.p95.toFixed(1)} ms, at most ${P95_MS} wanted`]),
    ...(differing === 0 ? [] : [`${differing} answers differ from the scan's`]),
    ...(found.length > 0 ? [] : ["nothing was found, so nothing was ranked"]),
  ]
  return { figures: { ours, scan, differing }, missed }
})
