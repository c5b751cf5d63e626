import { describe, expect, it } from "vitest"
import { editDistance, isMisspelling } from "./edit-distance"

describe("edits between two words", () => {
  it.each([
    ["sync", "sync", 0],
    ["wekly", "weekly", 1],
    ["thrusday", "thursday", 1],
    ["sync", "sink", 2],
    ["", "abc", 3],
  ])("%s and %s: %i", (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits)
    expect(editDistance(b, a)).toBe(edits)
  })
})

describe("what counts as a misspelling", () => {
  it.each([
    ["wekly", "weekly", true],
    ["tommorow", "tomorrow", true],
    ["platfrom", "platform", true],
    ["sunc", "sync", false],
    ["preview", "review", false],
    ["monday", "sunday", false],
    ["march", "marathon", false],
  ])("%s for %s: %s", (word, meant, expected) => {
    expect(isMisspelling(word, meant)).toBe(expected)
  })
})
