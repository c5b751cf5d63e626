import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { wrongOf, wrongOfKey } from "./check"
import type { Answer, Asked, Operation } from "./operation"
import { doubtfulHistory, trueHistory } from "./random"
import { someOrderExplains } from "./search"

let count = 0
const did = (asked: Asked, answer: Answer | null, [from, to]: readonly [number, number]): Operation => ({
  id: `${asked.op} ${count++}`,
  key: "k",
  asked,
  answer,
  from,
  to,
})
const NEVER = Number.POSITIVE_INFINITY
const made = (version: string): Answer => ({ kind: "made", version })
const stood = (version: string, value: string | null = null): Answer => ({ kind: "stood", version, value })
const absent: Answer = { kind: "absent" }
const create = (value: string, version: string, when: readonly [number, number]) =>
  did({ op: "create", value }, made(version), when)
const write = (value: string, expected: string, version: string, when: readonly [number, number]) =>
  did({ op: "write", value, expected }, made(version), when)
const read = (answer: Answer, when: readonly [number, number]) => did({ op: "read" }, answer, when)
const remove = (expected: string, version: string, when: readonly [number, number]) =>
  did({ op: "delete", expected }, made(version), when)

/** Both have to say so, the quick one in these words. */
function refuses(operations: readonly Operation[], words: RegExp) {
  expect(wrongOfKey(operations).join("; ")).toMatch(words)
  expect(someOrderExplains(operations)).toBe(false)
}
function explains(operations: readonly Operation[]) {
  expect(wrongOfKey(operations)).toEqual([])
  expect(someOrderExplains(operations)).toBe(true)
}

const A = create("a", "1", [0, 1])

describe("what one order explains", () => {
  test("overlapping reads of the old and the new, and a refusal for what stood then", () => {
    const late = did({ op: "write", value: "c", expected: "1" }, stood("2"), [2, 9])
    explains([A, write("b", "1", "2", [2, 8]), read(stood("1", "a"), [3, 7]), read(stood("2", "b"), [2, 4]), late])
  })

  test("absences before, between and after lives, where an instant is left for them", () => {
    const lives = [create("a", "1", [0, 10]), remove("1", "2", [5, 15]), create("b", "3", [12, 20])]
    explains([...lives, read(absent, [0, 2]), read(absent, [13, 14])])
    refuses([...lives, read(stood("1"), [10, 10]), read(stood("3"), [15, 15]), read(absent, [16, 20])], /saw nothing/)
  })

  test("what was not answered has happened, or not", () => {
    const unanswered = did({ op: "write", value: "b", expected: "1" }, null, [2, NEVER])
    explains([A, unanswered, read(stood("1", "a"), [8, 9])])
    explains([
      A,
      unanswered,
      read(stood("1", "a"), [8, 9]),
      read(stood("2", "b"), [10, 11]),
      write("c", "2", "3", [12, 13]),
    ])
    const removed = did({ op: "delete", expected: "1" }, null, [2, NEVER])
    explains([A, removed, read(stood("1"), [4, 5]), read(absent, [6, 7]), create("b", "2", [8, 9])])
    const again = did({ op: "delete", expected: "1" }, null, [20, NEVER])
    explains([A, removed, again, read(absent, [6, 7])])
    refuses([A, unanswered, read(stood("2", "b"), [3, 4]), read(stood("1"), [5, 6])], /comes after/)
  })
})

describe("F2 what no order explains", () => {
  test("a lost update: one version replaced twice", () => {
    refuses([A, write("b", "1", "2", [2, 5]), write("c", "1", "3", [3, 6])], /1 was replaced twice/)
  })

  test("a stale read", () => {
    refuses(
      [A, write("b", "1", "2", [2, 3]), read(stood("1", "a"), [4, 5])],
      /over before .* comes after it|comes after/,
    )
  })

  test("a write that was told, and is not there: the version before it is seen, and replaced again", () => {
    const told = write("b", "1", "2", [2, 3])
    refuses([A, told, did({ op: "write", value: "c", expected: "2" }, stood("1"), [4, 5])], /comes after/)
    refuses([create("a", "1", [0, 1]), read(absent, [2, 3])], /saw nothing/)
  })

  test("a version that was used before", () => {
    refuses([A, remove("1", "2", [2, 3]), create("b", "1", [4, 5])], /1 was made twice/)
  })

  test("a refused write that is there all the same", () => {
    const refused = did({ op: "write", value: "b", expected: "0" }, stood("1"), [2, 3])
    refuses(
      [A, refused, read(stood("2", "b"), [4, 5])],
      /which nobody was told to have made: it is what write \d+ was refused/,
    )
  })

  test("a record created over one that is there", () => {
    refuses([A, create("b", "2", [2, 3]), read(stood("2", "b"), [4, 5])], /was still there when/)
    refuses(
      [A, read(stood("1"), [8, 9]), create("b", "2", [3, 4]), remove("2", "3", [5, 6])],
      /was still there|created what was there/,
    )
  })

  test("a refusal without a reason, and a value that nobody wrote there", () => {
    refuses(
      [A, did({ op: "write", value: "b", expected: "1" }, stood("1"), [2, 3])],
      /refused for the version it had shown/,
    )
    refuses([A, did({ op: "write", value: "b", expected: "1" }, absent, [2, 3])], /saw nothing/)
    refuses([did({ op: "create", value: "a" }, absent, [2, 3])], /refused though/)
    refuses([A, read(stood("1", "b"), [2, 3])], /another value/)
    refuses([A, write("b", "7", "2", [2, 3])], /replaced what nobody/)
    refuses([A, remove("7", "2", [2, 3])], /deleted 7, which nobody/)
  })

  test("keys are told apart, and named", () => {
    const elsewhere = { ...write("b", "1", "2", [2, 5]), key: "other" }
    expect(wrongOf([A, elsewhere])).toEqual([expect.stringMatching(/^other: write \d+ replaced what nobody/)])
  })
})

describe("the checker is the search through all orders", () => {
  test("what one record could have answered is explained by both", () => {
    fc.assert(
      fc.property(trueHistory, (operations) => explains(operations)),
      { numRuns: 500 },
    )
  })

  test("both say the same of what was changed; some of it can be explained, much of it not", () => {
    const said = { yes: 0, no: 0 }
    fc.assert(
      fc.property(doubtfulHistory, (operations) => {
        const explained = someOrderExplains(operations)
        said[explained ? "yes" : "no"]++
        expect([wrongOfKey(operations).length === 0, operations]).toEqual([explained, operations])
      }),
      { numRuns: 2_000 },
    )
    expect(Math.min(said.yes, said.no)).toBeGreaterThan(150)
  })
})
