import { type EventFact, epochMs, type PlannerFacts } from "../../domain/plan"
import { addDays, addMs, daysBetween, wallOf } from "../../domain/zoned-time"
import { bothHalves } from "./day-hours"
import type { Change, Intent, Lean, Way } from "./intent"
import { allDay, instants, isPast, isSameSpan, type Spot, type Spots, sift, timed } from "./place"
import type { Length } from "./when"

type Resize = Extract<Intent, { kind: "resize" }>
type EndAt = Extract<Intent, { kind: "end-at" }>

/** Moves an event by a length. Hours are exact; days keep the wall clock. Without a direction both are possible, as far as they lie ahead. */
export function shifted(event: EventFact, length: Length, lean: Lean | null, facts: PlannerFacts): Spots {
  const signs = lean === null ? [1, -1] : lean === "later" ? [1] : [-1]
  if (event.start.kind === "allDay" && length.kind === "exact") return { kind: "refusal", reason: "all-day" }
  const moved = signs.map((sign) => shiftedOnce(event, length, sign, facts))
  const oddity = moved.flatMap(({ wall }) => (wall === "plain" ? [] : [`${wall}-time` as const]))[0]
  const spots = moved.flatMap((one) => one.spots)
  return sift(event, { kind: "spots", spots, about: lean === null || !oddity ? "which-time" : oddity }, null, facts)
}

function shiftedOnce(
  event: EventFact,
  length: Length,
  sign: number,
  { timeZone }: PlannerFacts,
): { spots: readonly Spot[]; wall: "plain" | "skipped" | "repeated" } {
  const { start, end } = event
  if (start.kind === "allDay" || end.kind === "allDay") {
    const days = length.kind === "days" ? sign * length.days : 0
    const dates = [start, end].map((moment) => (moment.kind === "allDay" ? addDays(moment.on, days) : ""))
    return { spots: [{ to: allDay(dates[0] ?? "", dates[1] ?? ""), readings: [] }], wall: "plain" }
  }
  const lengthMs = epochMs(end) - epochMs(start)
  if (length.kind === "exact") {
    const at = addMs(start.at, sign * length.ms)
    return { spots: [{ to: timed(start, at, addMs(at, lengthMs)), readings: [] }], wall: "plain" }
  }
  const wall = wallOf(start.at, timeZone)
  const moments = instants({ ...wall, date: addDays(wall.date, sign * length.days) }, timeZone)
  const spots = moments.at.map((at) => ({ to: timed(start, at, addMs(at, lengthMs)), readings: [] }))
  return { spots, wall: moments.wall === "other-day" ? "plain" : moments.wall }
}

/** Keeps the start and changes the end. */
export function resized(event: EventFact, { length, change }: Resize, facts: PlannerFacts): Spots {
  const { start, end } = event
  if (start.kind === "allDay" || end.kind === "allDay") {
    if (length.kind === "exact" || start.kind === "timed" || end.kind === "timed")
      return { kind: "refusal", reason: "all-day" }
    const days = changed(daysBetween(start.on, end.on), length.days, change)
    return ending(event, days > 0 ? [{ to: allDay(start.on, addDays(start.on, days)), readings: [] }] : [], facts)
  }
  if (length.kind === "days") return { kind: "refusal", reason: "not-understood" }
  const ms = changed(epochMs(end) - epochMs(start), length.ms, change)
  return ending(event, ms > 0 ? [{ to: timed(start, start.at, addMs(start.at, ms)), readings: [] }] : [], facts)
}

/** 0 where the words contradict themselves ("shorten to" more than it is). */
function changed(now: number, by: number, { kind, way }: Change): number {
  if (kind === "by") return way === "longer" ? now + by : now - by
  return goes(way, now, by) ? by : 0
}

const goes = (way: Way | null, now: number, then: number): boolean =>
  way === null || now === then || then > now === (way === "longer")

/** "until 5pm": the first such time after the start, within twelve hours. */
export function endingAt(event: EventFact, { when, way }: EndAt, facts: PlannerFacts): Spots {
  const { start } = event
  if (start.kind === "allDay") return { kind: "refusal", reason: "all-day" }
  if (when.time?.kind !== "clock" || when.day || when.part || when.zones || when.lengthMs !== null)
    return { kind: "refusal", reason: "not-understood" }
  const halves = bothHalves(when.time.clock)
  if (halves === null) return { kind: "refusal", reason: "no-such-time" }
  const wall = wallOf(start.at, facts.timeZone)
  const end = halves.find((minutes) => minutes > wall.minutes && minutes - wall.minutes < 12 * 60)
  const until =
    end === undefined
      ? []
      : instants({ date: wall.date, minutes: end }, facts.timeZone).at.filter((at) =>
          goes(way, epochMs(event.end), Date.parse(at)),
        )
  return ending(
    event,
    until.map((at) => ({ to: timed(start, start.at, at), readings: [] })),
    facts,
  )
}

/** An event that has begun may still change its end; one that is over may not. */
function ending(event: EventFact, spots: readonly Spot[], facts: PlannerFacts): Spots {
  if (spots.length === 0) return { kind: "refusal", reason: "not-understood" }
  const ahead = spots.filter(({ to }) => !isPast({ start: to.end, end: to.end }, facts))
  if (ahead.length === 0) return { kind: "refusal", reason: "in-the-past" }
  const changing = ahead.filter(({ to }) => !isSameSpan(to, event))
  if (changing.length === 0) return { kind: "refusal", reason: "already-there" }
  return { kind: "spots", spots: changing, about: "repeated-time" }
}
