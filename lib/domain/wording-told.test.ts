import { expect, test } from "vitest"
import { tellChanges, tellFree, tellProposed } from "./wording-told"

const ZONE = "Europe/Berlin"
const stretch = (from: string, to: string) => ({ start: `2026-11-26T${from}:00Z`, end: `2026-11-26T${to}:00Z` })
const free = (asked: readonly ReturnType<typeof stretch>[], found: readonly ReturnType<typeof stretch>[]) =>
  tellFree({ kind: "free", asked, free: found }, ZONE)

test("one stretch that is all free, or not at all, is one sentence", () => {
  const noon = stretch("11:00", "12:00")
  expect(free([noon], [noon])).toEqual({ text: "You are free all of Thursday 26 Nov, 12:00-13:00.", lines: [] })
  expect(free([noon], [])).toEqual({ text: "You are not free on Thursday 26 Nov, 12:00-13:00.", lines: [] })
  expect(free([noon, stretch("13:00", "14:00")], []).text).toBe("You are not free in that time.")
})

test("parts of it are a line a day, with how much it is in all", () => {
  expect(free([stretch("08:00", "16:00")], [stretch("08:00", "09:30"), stretch("12:00", "15:00")])).toEqual({
    text: "You are free at these times, 4 h 30 min in all.",
    lines: ["Thursday 26 Nov: 09:00-10:30, 13:00-16:00"],
  })
})

test("what changed says what it cannot know", () => {
  expect(tellChanges([]).text).toMatch(/^I have changed nothing/)
  expect(tellChanges(["a", "b"])).toMatchObject({ text: expect.stringMatching(/I do not keep\.$/), lines: ["a", "b"] })
})

test("what stands proposed already is said to, and that it waits", () => {
  expect(tellProposed("series").text).toBe(
    "Every one of the series: that is what I proposed already, and it waits for your yes.",
  )
  expect(new Set((["this", "following", "series"] as const).map((scope) => tellProposed(scope).text)).size).toBe(3)
})
