import { describe, expect, test } from "vitest"
import { ConflictError, type Json, MAX_RECORD_BYTES, mergePatch, recordKey, recordName, valueProblem } from "./record"

describe("keys", () => {
  test.each(["a", "plans/launch.json", "invoice/8f3b2e1a", "a/b/c-d_e@f.g", "A", `${"x".repeat(100)}/y`])(
    "%s",
    (key) => {
      expect(recordKey(key)).toBe(key)
    },
  )
  test.each(
    [
      ["../x", "a/../b", "a/..", ".", "..", ".hidden", "a/.git/config"],
      ["/etc/passwd", "C:/x", "a\\b", "a//b", "a/", "/"],
      ["a\0b", "a\nb", "a b", "é", "a%2fb", "", "x".repeat(101), `${"x/".repeat(200)}x`],
    ].flat(),
  )("%j is none", (key) => {
    expect(recordKey(key)).toBeNull()
  })
})

describe("values", () => {
  const deep = (levels: number): Json => (levels === 0 ? 1 : [deep(levels - 1)])
  test.each<[Json, string | null]>([
    [{ a: [1, "x", null, true] }, null],
    ["x".repeat(MAX_RECORD_BYTES - 2), null],
    ["x".repeat(MAX_RECORD_BYTES - 1), "too-large"],
    ["ü".repeat(MAX_RECORD_BYTES / 2), "too-large"],
    [deep(100), null],
    [deep(101), "too-deep"],
    ["a\0b", "unreadable"],
    [{ "a\0": 1 }, "unreadable"],
    [[{ x: "\ud800" }], "unreadable"],
    ["💣", null],
    [Number.POSITIVE_INFINITY, "unreadable"],
  ])("case %#", (value, problem) => {
    expect(valueProblem(value)).toBe(problem)
  })
})

describe("R5 a patch by field (RFC 7396, appendix A)", () => {
  test.each<[Json, Json, Json]>([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("%j with %j", (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result)
  })

  test("a field named __proto__ is a field like any other", () => {
    const patched = mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}')) as Record<string, unknown>
    expect(Object.keys(patched)).toEqual(["__proto__"])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

test("R6 the words of a conflict", () => {
  const { spec, id } = recordName("invoice/8f3b2e1a" as never)
  expect(new ConflictError(spec, id).message).toBe("Invoice 8f3b2e1a was modified concurrently - retry your edit.")
  expect(recordName("notes" as never)).toEqual({ spec: "Record", id: "notes" })
})
