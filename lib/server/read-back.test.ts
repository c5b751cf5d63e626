import { describe, expect, test } from "vitest"
import { eventKey } from "../domain/event"
import type { CalendarProvider, ReadOutcome } from "../ports/calendar-provider"
import { calendarEvent, eventRef, seen } from "../testing/builders"
import { standingOf } from "./read-back"

const ref = eventRef("review", "work")
const change = { kind: "move", toCalendarId: "home" } as const

/** An event that lies in one of two calendars, and is moved before the n-th read is answered; null: it is nowhere. */
function account(at: "work" | "home" | null, { movesBeforeRead = 0 } = {}) {
  let place = at
  let reads = 0
  const get = async ({ calendarId }: { calendarId: string }): Promise<ReadOutcome> => {
    if (++reads === movesBeforeRead) place = "home"
    const key = eventKey({ ...ref, calendarId })
    return calendarId === place
      ? { kind: "found", event: seen(calendarEvent({ ref: { ...ref, calendarId } })) }
      : { kind: "gone", key, how: "not-found" }
  }
  return { get } as unknown as CalendarProvider
}
const standing = (provider: CalendarProvider) => standingOf(provider, { id: "i", key: eventKey(ref), change })

describe("B4 a move whose answer was lost", () => {
  test.each([
    ["work", "work"],
    ["home", "home"],
  ] as const)("is looked for where it was and where it was to go: %s", async (place, found) => {
    expect(await standing(account(place))).toMatchObject({ event: { value: { ref: { calendarId: found } } } })
  })

  test("is gone when it is in neither", async () => {
    expect(await standing(account(null))).toMatchObject({ kind: "gone" })
  })

  test("is never taken for deleted because it lands between two reads", async () => {
    for (const movesBeforeRead of [1, 2])
      expect((await standing(account("work", { movesBeforeRead })))?.kind).toBe("found")
  })
})
