import { cpus, loadavg } from "node:os"
import { parseArgs } from "node:util"
import { runHarness } from "../../lib/testing/harness"
import { measureSlots } from "./parts/slots"

/*
 * D17: when ten people, each with a full calendar of 90 days, can meet: every free time, ranked, with its reasons; and beside it the scan of every five minutes of every candidate, which must come to the
 * same. The way to the database is measured by `availability`.
 *
 *   npm run bench -- slots [--calls 200]
 */

const { values } = parseArgs({ options: { calls: { type: "string", default: "200" } } })
const [PEOPLE, DAYS, P95_MS] = [10, 90, 50]

runHarness("slots", 10, async () => {
  const { p50, p95, scanMs, slots, scanned, same } = measureSlots({
    people: PEOPLE,
    days: DAYS,
    calls: Number(values.calls),
  })
  console.log(
    `${PEOPLE} people, ${DAYS} days, ${slots} slots; ${cpus().length} processors, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
  )
  console.table({
    "search and ranking": { p50: `${p50.toFixed(1)} ms`, p95: `${p95.toFixed(1)} ms` },
    "every five minutes looked at": { p50: `${scanMs.toFixed(0)} ms` },
  })
  const missed: string[] = []
  if (p95 > P95_MS) missed.push(`p95 ${p95.toFixed(1)} ms, at most ${P95_MS} wanted`)
  if (!same || slots === 0) missed.push(`${slots} slots, and ${scanned} by looking at every candidate, not the same`)
  return { figures: { p50, p95, scanMs, slots }, missed }
})
