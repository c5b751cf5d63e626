import { failureLine, leaveTally } from "./tally.mjs"

/** Leaves the tally of a Playwright run. */
export default class TallyReporter {
  /** @type {Map<string, import("./tally.mjs").Tally>} */
  #byTest = new Map()
  /** @type {string[]} */
  #errors = []

  /** @param {import("@playwright/test/reporter").TestCase} test @param {import("@playwright/test/reporter").TestResult} result */
  onTestEnd(test, result) {
    const reason = test.annotations.find(({ type }) => type === "skip" || type === "fixme")?.description
    const skipped = result.status === "skipped"
    this.#byTest.set(test.id, {
      passed: skipped || !test.ok() ? 0 : 1,
      failed:
        skipped || test.ok() ? [] : [failureLine(test.titlePath().filter(Boolean).join(" > "), result.error?.message)],
      again: test.outcome() === "flaky" ? [test.title] : [],
      skipped: skipped ? [reason ?? `no reason given by ${test.title}`] : [],
    })
  }

  /** Something outside of any test. @param {import("@playwright/test/reporter").TestError} error */
  onError(error) {
    this.#errors.push(failureLine("outside of any test", error.message))
  }

  onEnd() {
    const tallies = [...this.#byTest.values()]
    leaveTally({
      again: tallies.flatMap(({ again }) => again ?? []),
      passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
      failed: [...tallies.flatMap(({ failed }) => failed), ...this.#errors],
      skipped: tallies.flatMap(({ skipped }) => skipped),
    })
  }

  /** The list reporter prints. */
  printsToStdio() {
    return false
  }
}
