import { expect, test } from "vitest"
import { expectSentence } from "../testing/sentences"
import type { ModelFailure } from "./model-use"
import { sayTriedOften, sayWithoutModel } from "./wording-model"

test("why a model did not answer is said, each its own, and that the grammar did", () => {
  const failures: Record<ModelFailure, true> = {
    unreachable: true,
    slow: true,
    rejected: true,
    overloaded: true,
    malformed: true,
    endless: true,
    declined: true,
    nonsense: true,
    "too-many-events": true,
    "too-often": true,
    "not-public": true,
    "key-lost": true,
  }
  const said = (Object.keys(failures) as ModelFailure[]).map(sayWithoutModel)
  for (const text of said) {
    expectSentence(text)
    expect(text).toMatch(/my own grammar\.$/)
  }
  expect(new Set(said).size).toBe(said.length)
})

test("when a model may be tried again", () => {
  for (const seconds of [1, 30]) expectSentence(sayTriedOften(seconds))
  expect([sayTriedOften(1), sayTriedOften(30)]).toEqual([
    expect.stringMatching(/again in 1 second\.$/),
    expect.stringMatching(/again in 30 seconds\.$/),
  ])
})
