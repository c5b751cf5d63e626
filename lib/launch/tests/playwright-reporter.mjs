import { leaveTally } from "./tally.mjs"

/** Leaves the tally of a Playwright run. */
export default class TallyReporter {
  /** @type {Map<string, import("./tally.mjs").Tally>} */
  #byTest = new Map()
  #errors = 0

  /** @param {import("@playwright/test/reporter").TestCase} test @param {import("@playwright/test/reporter").TestResult} result */
  onTestEnd(test, result) {
    const reason = test.annotations.find(({ type }) => type === "skip" || type === "fixme")?.description
    const skipped = result.status === "skipped"
    const [passed, failed] = skipped ? [0, 0] : test.ok() ? [1, 0] : [0, 1]
    this.#byTest.set(test.id, {
      passed,
      failed,
      again: test.outcome() === "flaky" ? [test.title] : [],
      skipped: skipped ? [reason ?? `no reason given by ${test.title}`] : [],
    })
  }

  /** Something outside of any test. */
  onError() {
    this.#errors += 1
  }

  onEnd() {
    const tallies = [...this.#byTest.values()]
    leaveTally({
      again: tallies.flatMap(({ again }) => again ?? []),
      passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
      failed: tallies.reduce((sum, { failed }) => sum + failed, 0) + this.#errors,
      skipped: tallies.flatMap(({ skipped }) => skipped),
    })
  }

  /** The list reporter prints. */
  printsToStdio() {
    return false
  }
}
