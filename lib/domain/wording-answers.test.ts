import { describe, expect, test } from "vitest"
import { expectSentence } from "../testing/sentences"
import { CARE_FIELDS } from "./event-diff"
import type { QuestionAbout } from "./plan"
import { EXAMPLES, sayQuestion, sayRefusal } from "./wording-answers"
import { fieldName } from "./wording-names"

describe("every refusal and question has words", () => {
  const refusals: Record<Parameters<typeof sayRefusal>[0], true> = {
    empty: true,
    "nothing-kept": true,
    "no-such-length": true,
    "too-long": true,
    "not-understood": true,
    "no-such-event": true,
    "no-such-date": true,
    "no-such-time": true,
    "in-the-past": true,
    "no-free-slot": true,
    "not-movable": true,
    "all-day": true,
    "missing-time": true,
    "already-there": true,
    "nothing-there": true,
    "too-far": true,
    "not-invited": true,
    "already-answered": true,
    "one-or-all": true,
    "nothing-proposed": true,
    "too-many": true,
    "no-calendar": true,
    "series-day": true,
    "event-gone": true,
    "series-exceptions": true,
    "no-split": true,
    "split-among-others": true,
    "no-writable-calendar": true,
    "no-proposing": true,
    "nothing-to-undo": true,
    unreadable: true,
  }
  const questions: Record<QuestionAbout, true> = {
    "which-event": true,
    "which-day": true,
    "which-time": true,
    "which-scope": true,
    "which-person": true,
    "which-slot": true,
    "clear-how": true,
    "skipped-time": true,
    "repeated-time": true,
    "new-time": true,
  }

  test("whole sentences, each its own", () => {
    const said = (Object.keys(refusals) as (keyof typeof refusals)[]).map(sayRefusal)
    for (const text of said) expectSentence(text)
    expect(new Set(said).size).toBe(said.length)
  })

  test("a question asks, each its own", () => {
    const asked = (Object.keys(questions) as QuestionAbout[]).map(sayQuestion)
    for (const text of asked) {
      expectSentence(text)
      expect(text).toMatch(/\?$/)
    }
    expect(new Set(asked).size).toBe(asked.length)
  })

  test("every field that people care about has a name, and the examples are sentences without a full stop", () => {
    for (const field of CARE_FIELDS) expect(fieldName(field)).toMatch(/^[a-z ]+$/)
    for (const example of EXAMPLES) expect(example).toMatch(/^[A-Z][^.]+$/)
  })
})
