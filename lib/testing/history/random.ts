import fc from "fast-check"
import type { Answer, Asked, Operation } from "./operation"

/* Small histories of one key for property tests: such as a record would have, and such with something wrong in them, which may still be explained by another order. */

interface Draft {
  readonly op: Asked["op"]
  /** Of the versions there have been, the how many-eth from the last is shown. */
  readonly shows: number
  /** How long before and after its instant it was asked and answered. */
  readonly before: number
  readonly after: number
  readonly answered: boolean
  readonly told: boolean
}

const draft: fc.Arbitrary<Draft> = fc.record({
  op: fc.constantFrom("read", "read", "create", "create", "write", "write", "write", "delete"),
  shows: fc.constantFrom(0, 0, 0, 1, 2),
  before: fc.nat(25),
  after: fc.nat(25),
  answered: fc.constantFrom(true, true, true, true, false),
  told: fc.boolean(),
})

/**
 * Plays them one after the other, an instant every 10; what was not answered was done or not. Nobody shows a version that was not told to anyone, and what an unanswered
 * request made is told with its value.
 */
function play(drafts: readonly Draft[]): Operation[] {
  const known: string[] = []
  let now: { version: string; value: string; silent: boolean } | null = null
  return drafts.map(({ op, shows, before, after, answered, told }, n): Operation => {
    const expected = known.at(-1 - shows) ?? "none"
    const value = `value ${n}`
    const asked = askedBy(op, value, expected)
    const fits = op === "create" ? now === null : op !== "read" && expected === now?.version
    const version = fits && (answered || told) ? `v${n}` : now?.version
    const showsValue = now?.silent || (op === "read" && told)
    let answer: Answer = now
      ? { kind: "stood", version: now.version, value: showsValue ? now.value : null }
      : { kind: "absent" }
    if (fits && version !== undefined && version !== now?.version) {
      answer = { kind: "made", version }
      now = op === "delete" ? null : { version, value, silent: !answered }
    }
    if (answered && now && answer.kind !== "absent") known.push(now.version)
    const at = 10 * n
    return {
      id: `${n}`,
      key: "k",
      asked,
      answer: answered ? answer : null,
      from: at - before,
      to: answered ? at + after : Number.POSITIVE_INFINITY,
    }
  })
}

function askedBy(op: Asked["op"], value: string, expected: string): Asked {
  if (op === "read") return { op }
  if (op === "create") return { op, value }
  return op === "write" ? { op, value, expected } : { op, expected }
}

interface Change {
  readonly at: number
  readonly from: number
  readonly how: "earlier" | "later" | "another answer" | "another version" | "another value"
  readonly by: number
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(9),
  from: fc.nat(9),
  how: fc.constantFrom("earlier", "later", "another answer", "another version", "another value"),
  by: fc.nat(60),
})

function changed(operations: readonly Operation[], { at, from, how, by }: Change): Operation[] {
  const [mine, other] = [operations[at % operations.length], operations[from % operations.length]]
  const theirs = other?.answer
  return operations.map((operation): Operation => {
    if (operation !== mine || operation.answer === null) return operation
    const { answer } = operation
    if (how === "earlier") return { ...operation, from: operation.from - by, to: operation.to - by }
    if (how === "later") return { ...operation, from: operation.from + by, to: operation.to + by }
    if (!theirs || (theirs.kind === "made" && operation.asked.op === "read")) return operation
    if (how === "another answer") return { ...operation, answer: theirs }
    if (how === "another version" && "version" in theirs && "version" in answer)
      return { ...operation, answer: { ...answer, version: theirs.version } }
    if (how === "another value" && answer.kind === "stood")
      return { ...operation, answer: { ...answer, value: other && "value" in other.asked ? other.asked.value : null } }
    return operation
  })
}

/** A history that has an explanation. */
export const trueHistory: fc.Arbitrary<Operation[]> = fc
  .array(draft, { minLength: 1, size: "max", maxLength: 10 })
  .map(play)

/** One in which up to three things were changed. */
export const doubtfulHistory: fc.Arbitrary<Operation[]> = fc
  .tuple(trueHistory, fc.array(change, { maxLength: 3, size: "max" }))
  .map(([operations, changes]) => changes.reduce<Operation[]>(changed, operations))
