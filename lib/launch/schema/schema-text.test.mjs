import { describe, expect, it } from "vitest"
import { isEmpty, stampOf } from "./author-migration.mjs"
import { firstDifference } from "./snapshot.mjs"

describe("a migration to be written", () => {
  it("is named after the second it was written in", () => {
    expect(stampOf(new Date("2026-03-02T08:09:10.999Z"))).toBe("20260302080910")
  })
  it.each([
    ["", true],
    ["-- This is an empty migration.\n", true],
    ["-- CreateTable\ncreate table a ();\n", false],
  ])("%j does nothing: %s", (script, empty) => {
    expect(isEmpty(script)).toBe(empty)
  })
})

describe("the first difference", () => {
  it.each([
    ["a\nb", "a\nc", { line: 2, expected: "b", actual: "c" }],
    ["a", "a\nb", { line: 2, expected: "(end)", actual: "b" }],
    ["a\nb", "a", { line: 2, expected: "b", actual: "(end)" }],
  ])("of %j and %j", (kept, made, difference) => {
    expect(firstDifference(kept, made)).toEqual(difference)
  })
})
