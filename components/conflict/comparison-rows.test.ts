import { expect, test } from "vitest"
import type { ConflictView } from "@/lib/client/proposals"
import { calendarEvent, guest } from "@/lib/testing/builders"
import { comparisonRows, guestsOf } from "./comparison-rows"

const sync = calendarEvent({ location: "", conferenceUrl: null, attendees: [guest("ben@x.example")] })

const conflict = (more: Partial<ConflictView>): ConflictView => ({
  id: "k1",
  position: 0,
  was: sync,
  is: sync,
  intended: sync,
  changedFields: [],
  intendedFields: [],
  relation: "collision",
  by: "you",
  mayHaveApplied: false,
  inTheWay: null,
  title: "",
  text: "",
  choices: ["keep", "move"],
  ...more,
})

test("start and end are one row, and each side is marked for itself", () => {
  const { differing, same } = comparisonRows(
    conflict({ changedFields: ["summary", "end"], intendedFields: ["start", "end"] }),
  )
  expect(differing).toEqual([
    { kind: "title", label: "Title", changed: true, intended: false },
    { kind: "when", label: "When", changed: true, intended: true },
  ])
  expect(same.map((row) => row.kind)).toEqual(["guests"])
})

test("a place that only one side has is shown", () => {
  const { same } = comparisonRows(conflict({ is: { ...sync, location: "Room Spree" } }))
  expect(same.map((row) => row.kind)).toEqual(["title", "when", "where", "guests"])
})

test("the organizer is no guest, and a guest listed twice is one", () => {
  const attendees = [
    guest("ada@x.example", { organizer: true }),
    guest("Ben@x.example"),
    guest("ben@x.example", { name: "Ben" }),
  ]
  expect(guestsOf({ ...sync, attendees })).toEqual(["Ben"])
})
