import { expect } from "vitest"
import type { Conflict } from "../domain/outcome"
import { calendarEvent, seen, thursday } from "./builders"

/* For tests of what the assistant says: an occurrence that may have moved twice, and every way to lose a race about it. */

export const ZONE = "Europe/Berlin"
export const AT_10 = calendarEvent({ seriesId: "s", shape: "occurrence" })
export const AT_15 = { ...AT_10, start: thursday("15:00"), end: thursday("15:30") }
export const AT_11 = { ...AT_10, start: thursday("11:00"), end: thursday("11:30") }

/** A whole sentence or several, with nothing of the program in it. */
export function expectSentence(text: string) {
  expect(text).toMatch(/^["A-Z0-9].*[.?]$/)
  expect(text).not.toMatch(/undefined|null|NaN|\[object|Invalid|\$\{|\s{2}/)
}

export const conflict = (over: Partial<Conflict> = {}): Conflict => ({
  base: seen(AT_10),
  theirs: seen(AT_11, '"2"'),
  mine: AT_15,
  changed: ["start", "end"],
  intended: ["start", "end"],
  relation: "collision",
  by: "you",
  mayHaveApplied: false,
  inTheWay: null,
  ...over,
})

const RELATIONS: Record<Conflict["relation"], true> = { collision: true, disjoint: true, slot: true, irrelevant: true }
export const ALL_CONFLICTS = (Object.keys(RELATIONS) as Conflict["relation"][]).flatMap((relation) =>
  (["you", "someone"] as const).flatMap((by) =>
    [true, false].map((mayHaveApplied) => {
      const inTheWay = relation === "slot" ? { start: "2026-11-26T14:00:00Z", end: "2026-11-26T15:00:00Z" } : null
      return { relation, by, mayHaveApplied, inTheWay }
    }),
  ),
)
