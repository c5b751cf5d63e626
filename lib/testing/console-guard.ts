import { afterEach, beforeEach, expect } from "vitest"

// A test that expects an error message spies on console.error itself, which takes this recorder's place.
const complaints: unknown[][] = []
const print = console.error

beforeEach(() => {
  complaints.length = 0
  console.error = (...words: unknown[]) => {
    complaints.push(words)
    print(...words)
  }
})

afterEach(() => {
  console.error = print
  expect(complaints, "console.error was called unexpectedly").toEqual([])
})
