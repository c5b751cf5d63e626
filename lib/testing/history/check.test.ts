import fc from "fast-check"
import { expect, test } from "vitest"
import { isLinearizable } from "./brute-force"
import { checkKey } from "./check"
import type { Answer, Operation, Wish } from "./operation"

/** A store that keeps to the rule, at one moment an operation; each call begins some time before its moment, and its answer comes some time after. */
const histories = fc
  .array(
    fc.record({
      op: fc.constantFrom("read", "create", "write", "write", "delete" as const),
      early: fc.integer({ min: 1, max: 35 }),
      late: fc.integer({ min: 1, max: 35 }),
      stale: fc.boolean(),
      lost: fc.integer({ min: 0, max: 9 }),
      applied: fc.boolean(),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((steps): Operation[] => {
    let stands: { version: string; value: string } | null = null
    // one can show only what somebody was told
    const known = ["0"]
    return steps.map(({ op, early, late, stale, lost, applied }, i) => {
      const at = (i + 1) * 20
      const current = stands as { version: string; value: string } | null
      const expected = (stale ? known[Math.floor(known.length / 2)] : known.at(-1)) ?? "0"
      const wish: Wish =
        op === "read"
          ? { op }
          : op === "create"
            ? { op, value: `by ${i}` }
            : op === "write"
              ? { op, value: `by ${i}`, expected }
              : { op, expected }
      const isLost = lost === 0 && op !== "read"
      const may = wish.op === "create" ? current === null : "expected" in wish && current?.version === wish.expected
      const version = String(i + 1)
      let answer: Answer
      if (wish.op === "read") {
        answer = current ? { is: "found", ...current } : { is: "absent" }
        if (current) known.push(current.version)
      } else if (!may || (isLost && !applied)) answer = { is: "refused", current: current?.version ?? null }
      else {
        answer = { is: "applied", version }
        stands = wish.op === "delete" ? null : { version, value: wish.value }
        if (!isLost) known.push(version)
      }
      const timed = { client: `c${i}`, key: "k", invoked: at - early }
      return { ...timed, ...wish, ...(isLost ? { returned: null, answer: null } : { returned: at + late, answer }) }
    })
  })

/** One answer is another. */
const bent = fc
  .tuple(histories, fc.nat(), fc.constantFrom("0", "1", "2", "3", "4"), fc.nat(3))
  .map(([history, n, version, how]) => {
    const answers: Answer[] = [
      { is: "found", version, value: `by ${Number(version) - 1}` },
      { is: "absent" },
      { is: "applied", version: how === 0 ? version : "new" },
      { is: "refused", current: how === 1 ? null : version },
    ]
    return history.map((operation, i) => {
      if (i !== n % history.length || !operation.answer) return operation
      const answer = operation.op === "read" ? answers[how % 2] : answers[2 + (how % 2)]
      return answer ? { ...operation, answer } : operation
    })
  })

test("F2 what keeps to the rule is linearizable", () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { wrong, unclear } = checkKey(history)
      expect(wrong).toEqual([])
      if (unclear === 0) expect(isLinearizable(history)).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test("F2 the pass finds what the search finds, of histories with a wrong answer", () => {
  const found = { right: 0, wrong: 0, unclear: 0 }
  fc.assert(
    fc.property(bent, (history) => {
      const { wrong, unclear } = checkKey(history)
      found[unclear > 0 ? "unclear" : wrong.length > 0 ? "wrong" : "right"]++
      if (unclear === 0 || wrong.length > 0) expect(wrong.length === 0).toBe(isLinearizable(history))
    }),
    { numRuns: 4_000 },
  )
  for (const n of [found.right, found.wrong]) expect(n).toBeGreaterThan(200)
})
