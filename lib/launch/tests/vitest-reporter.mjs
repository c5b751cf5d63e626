import { leaveTally } from "./tally.mjs"

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
      failed:
        tests.length -
        in_("passed").length -
        in_("skipped").length +
        errors.length +
        modules.filter((module) => module.errors().length > 0).length,
      skipped: in_("skipped").map((test) => reasonOf(test)),
    })
  }
}

/** @param {import("vitest/node").TestCase} test */
function reasonOf(test) {
  const result = test.result()
  return (result.state === "skipped" && result.note) || `no reason given by ${test.fullName}`
}
