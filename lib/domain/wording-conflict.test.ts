import { describe, expect, test } from "vitest"
import { seen } from "../testing/builders"
import { ALL_CONFLICTS, AT_10, AT_11, AT_15, conflict, expectSentence, ZONE } from "../testing/sentences"
import type { CalendarEvent } from "./event"
import { conflictText, conflictTitle } from "./wording-conflict"

describe("T10 the question after a lost race", () => {
  test("as the product promises it", () => {
    expect(conflictTitle(conflict())).toBe("You just changed this. Still move it?")
    expect(conflictText(conflict(), ZONE)).toBe(
      'I was about to move "Weekly sync" from Thursday 26 Nov, 10:00-10:30 to Thursday 26 Nov, 15:00-15:30, but you just changed it to Thursday 26 Nov, 11:00-11:30. Nothing has been changed by me.',
    )
  })

  test.each(ALL_CONFLICTS)("$relation by $by, may have applied: $mayHaveApplied: whole sentences", (over) => {
    expectSentence(conflictTitle(conflict(over)))
    expectSentence(conflictText(conflict(over), ZONE))
  })

  test.each(ALL_CONFLICTS)("$relation by $by, may have applied: $mayHaveApplied: 'you' only when it was", (over) => {
    const said = `${conflictTitle(conflict(over))} ${conflictText(conflict(over), ZONE)}`
    if (over.by === "someone") expect(said).not.toMatch(/\byou (just|changed)/i)
    if (over.by === "you" && over.relation === "collision" && !over.mayHaveApplied) {
      expect(said).toMatch(/You just changed this.*you just changed it to/)
    }
  })

  test.each(ALL_CONFLICTS.filter((c) => c.relation !== "slot"))(
    "T12 $relation by $by, may have applied: $mayHaveApplied: never 'nothing was changed' when that is not known",
    (over) => {
      const said = conflictText(conflict(over), ZONE)
      expect(/nothing has been changed/i.test(said)).toBe(!over.mayHaveApplied)
      expect(/cannot tell/.test(said)).toBe(over.mayHaveApplied)
    },
  )

  test("T11b disjoint: what they changed is named, and both are offered", () => {
    const theirs = seen({ ...AT_10, summary: "x", location: "y" }, '"2"')
    const renamed = conflict({ relation: "disjoint", theirs, changed: ["summary", "location"] })
    expect(conflictTitle(renamed)).toBe("You just changed this. Apply both?")
    expect(conflictText(renamed, ZONE)).toMatch(/, but you just changed its title and place\./)
  })

  test("B2 slot: what is there now, and that the event is as it was", () => {
    const slot = conflict({
      relation: "slot",
      inTheWay: { start: "2026-11-26T14:00:00Z", end: "2026-11-26T15:00:00Z" },
    })
    expect(conflictTitle(slot)).toBe("That time was just taken. Still move it?")
    expect(conflictText(slot, ZONE)).toMatch(/something was put at Thursday 26 Nov, 15:00-16:00 since\. Nothing/)
  })

  test("a title that was to be changed is not called a move", () => {
    const rename = conflict({ mine: { ...AT_10, summary: "Sync" }, intended: ["summary"], relation: "disjoint" })
    expect(conflictText(rename, ZONE)).toMatch(
      /^I was about to change the title of "Weekly sync", but you just changed it to Thursday 26 Nov, 11:00-11:30\./,
    )
  })

  test("a whole series by its time of day", () => {
    const series = (event: CalendarEvent): CalendarEvent => ({
      ...event,
      shape: "series",
      recurrence: ["RRULE:FREQ=WEEKLY"],
    })
    const text = conflictText(
      conflict({ base: seen(series(AT_10)), theirs: seen(series(AT_11)), mine: series(AT_15) }),
      ZONE,
    )
    expect(text).toMatch(
      /from Thursdays, 10:00-10:30 to Thursdays, 15:00-15:30, but you just changed it to Thursdays, 11:00-11:30\./,
    )
  })
})
