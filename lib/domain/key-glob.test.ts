import { describe, expect, test } from "vitest"
import { keyGlob } from "./key-glob"
import type { RecordKey } from "./record"

describe("C18 managed globs", () => {
  test.each([
    ["plans/**", "plans/launch.json", true],
    ["plans/**", "plans/2026/q3.md", true],
    ["plans/**", "plans", false],
    ["plans/**", "Plans/launch.json", false],
    ["plans/**", "other/plans/a.md", false],
    ["plans/*", "plans/2026/q3.md", false],
    ["*.md", "notes.md", true],
    ["*.md", "notesxmd", false],
    ["**/notes.md", "notes.md", true],
    ["**/notes.md", "a/b/notes.md", true],
    ["**/notes.md", "a/xnotes.md", false],
    ["a/**/z.json", "a/z.json", true],
    ["**", "a/b", true],
  ])("%s and %s: %s", (glob, key, fits) => {
    expect(keyGlob(glob)(key as RecordKey)).toBe(fits)
  })

  test.each(["", "/plans", "plans//x", "plans/", "a b", "[a]", "a\0"])("%j is no glob", (glob) => {
    expect(() => keyGlob(glob)).toThrow(RangeError)
  })
})
