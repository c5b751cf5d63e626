import { expect, it } from "vitest"
import { failureLine, summaryOf } from "./tally.mjs"

const phase = { seconds: 1, failure: null, tally: null }

it("sums up a run that passed", () => {
  const phases = [
    { ...phase, name: "lint" },
    {
      ...phase,
      name: "units",
      seconds: 61.7,
      tally: { passed: 400, failed: [], skipped: ["needs radicale", "needs radicale"] },
    },
    { ...phase, name: "browser", tally: { passed: 12, failed: [], skipped: ["needs a camera"] } },
  ]
  expect(summaryOf(phases, 211.6)).toBe(
    "ifmatch tests: ok, 3 phases, 412 tests passed, 0 failed, 3 skipped (needs radicale (2); needs a camera), 212 s (units 62)",
  )
})

it("names what had to be tried again", () => {
  const tally = { passed: 2, failed: [], skipped: [], again: ["a drag writes once"] }
  expect(summaryOf([{ ...phase, name: "browser", tally }], 5)).toBe(
    "ifmatch tests: ok, 1 phases, 2 tests passed, 0 failed, 0 skipped, 1 not at their first try (a drag writes once), 5 s",
  )
})

it("names the phases that failed, and what failed in them", () => {
  const phases = [
    { ...phase, name: "types", failure: "exit code 2" },
    {
      ...phase,
      name: "units",
      failure: "exit code 1",
      tally: { passed: 3, failed: [failureLine("a swap", "\u001b[31mexpected\u001b[39m 1\n  to be 2")], skipped: [] },
    },
  ]
  expect(summaryOf(phases, 5)).toBe(
    "failed in units: a swap: expected 1 to be 2\nifmatch tests: FAILED in types, units, 2 phases, 3 tests passed, 1 failed, 0 skipped, 5 s",
  )
})
