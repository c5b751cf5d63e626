import { type EventFact, epochMs, type PlannerFacts } from "../../domain/plan"
import { startsIn } from "../../domain/taken-time"
import { addMs } from "../../domain/zoned-time"
import { type Spots, sift, timed } from "./place"
import { windowReadings } from "./stretches"
import type { Window } from "./window"

/** How far "the next free slot" looks, in days. */
const DAYS_AHEAD = 14

/** The first free time in a stretch, for each reading of it. An event that stands within it stays, unless "the first free" was asked for. */
export function fitted(event: EventFact, window: Window, facts: PlannerFacts): Spots {
  const { start } = event
  if (start.kind === "allDay") return { kind: "refusal", reason: "all-day" }
  const found = windowReadings(window, "hours", DAYS_AHEAD, facts)
  if (found.kind === "refusal") return found
  const lengthMs = epochMs(event.end) - epochMs(start)
  const spots = found.readings.flatMap((stretches) => {
    const stands = stretches.some((one) => start.at >= one.start && addMs(start.at, lengthMs) <= one.end)
    const at = stands && !window.free ? start.at : startsIn(stretches, lengthMs, 1, facts, [event.id])[0]
    return at === undefined ? [] : [{ to: timed(start, at, addMs(at, lengthMs)), readings: ["first-free" as const] }]
  })
  if (spots.length === 0) return { kind: "refusal", reason: "no-free-slot" }
  return sift(event, { kind: "spots", spots, about: "which-day" }, null, facts)
}
