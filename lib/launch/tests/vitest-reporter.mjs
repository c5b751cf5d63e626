import { inspect } from "node:util"
import { failureLine, leaveTally } from "./tally.mjs"

/** Leaves the tally of a vitest run. */
export default class TallyReporter {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly unknown[]} errors outside of any test
   */
  onTestRunEnd(modules, errors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const in_ = (/** @type {string} */ state) => tests.filter((test) => test.result().state === state)
    leaveTally({
      passed: in_("passed").length,
      failed: [
        ...tests.filter((test) => !["passed", "skipped"].includes(test.result().state)).map(failureOf),
        ...modules.flatMap((module) => module.errors().map(({ message }) => failureLine(module.moduleId, message))),
        ...errors.map((error) => failureLine("outside of any test", messageOf(error))),
      ],
      again: in_("passed").flatMap((test) => (test.diagnostic()?.flaky ? [test.fullName] : [])),
      skipped: in_("skipped").map((test) => reasonOf(test)),
    })
  }
}

/** What was thrown came from another process: it is an object without a prototype, of which `String` throws. @param {unknown} error */
const messageOf = (error) =>
  typeof error === "object" && error !== null && "message" in error ? String(error.message) : inspect(error)

/** @param {import("vitest/node").TestCase} test */
const failureOf = (test) => failureLine(test.fullName, test.result().errors?.[0]?.message)

/** @param {import("vitest/node").TestCase} test */
function reasonOf(test) {
  const result = test.result()
  return (result.state === "skipped" && result.note) || `no reason given by ${test.fullName}`
}
