import { describe, expect, it } from "vitest"
import { grammarPlanner } from "../../adapters/planner-grammar/planner"
import { makeMatcher } from "../../domain/matcher"
import { type FactId, type Plan, type PlanAnswer, type PlannerFacts, placeOf } from "../../domain/plan"

/*
 * "Move my weekly sync to Thursday 3pm", said on every day of the week at two times of day, with the sync on every day of the week, in the weeks
 * around every clock change. What it can mean is worked out here by other means than the planner's: day numbers and the platform's own zone tables.
 */

const DAY_MS = 86_400_000
const THURSDAY = 4

/** The Sundays on which the clocks change. */
const CHANGES = [
  ["Europe/Berlin", "2026-10-25"],
  ["Europe/Berlin", "2027-03-28"],
  ["America/New_York", "2026-11-01"],
  ["America/New_York", "2027-03-14"],
] as const

const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS
const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)
/** 1970-01-01 was a Thursday. */
const weekday = (day: number): number => ((day + THURSDAY - 1) % 7) + 1
const week = (day: number): number => Math.floor((day + THURSDAY - 1) / 7)

function localText(at: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" })
  return parts.format(new Date(at))
}

/** The instant of a wall clock that exists once: of the two possible offsets the one that reads back. */
function instant(date: string, clock: string, timeZone: string): string {
  for (const offset of [-5, -4, 1, 2]) {
    const at = new Date(Date.parse(`${date}T${clock}:00Z`) - offset * 3_600_000).toISOString().replace(".000", "")
    if (localText(at, timeZone) === `${date} ${clock}`) return at
  }
  throw new RangeError(`${date} ${clock} is no time in ${timeZone}`)
}

interface Case {
  readonly timeZone: string
  readonly today: number
  readonly clock: string
  readonly sync: number
}

const cases: readonly Case[] = CHANGES.flatMap(([timeZone, change]) =>
  [-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2].flatMap((ahead) =>
    ["08:00", "16:00"].flatMap((clock) =>
      [1, 2, 3, 4, 5, 6, 7].map((day) => {
        const today = dayNumber(change) + ahead
        return { timeZone, today, clock, sync: today + ((day - weekday(today) + 7) % 7) }
      }),
    ),
  ),
)

/** The coming Thursday; today as well on a Thursday before three; the Thursday of the sync's own week when that week is later. */
function meanings({ today, clock, sync }: Case): readonly string[] {
  const coming = [1, 2, 3, 4, 5, 6, 7].map((ahead) => today + ahead).filter((day) => weekday(day) === THURSDAY)
  const now = weekday(today) === THURSDAY && clock < "15:00" ? [today] : []
  const next = nextSync({ today, clock, sync })
  const own = coming.some((day) => week(next) > week(day)) ? [next - weekday(next) + THURSDAY] : []
  return [...new Set([...now, ...coming, ...own])].sort().map(dateOf)
}

const nextSync = ({ today, clock, sync }: Pick<Case, "today" | "clock" | "sync">): number =>
  sync === today && clock >= "10:00" ? sync + 7 : sync

function planFor({ timeZone, today, clock, sync }: Case): PlanAnswer {
  const days = [-7, 0, 7, 14].map((ahead) => sync + ahead)
  const events = days.map((day, index) => ({
    id: `e${index}` as FactId,
    series: "s" as FactId,
    start: { kind: "timed" as const, at: instant(dateOf(day), "10:00", timeZone), timeZone },
    end: { kind: "timed" as const, at: instant(dateOf(day), "11:00", timeZone), timeZone },
    busy: true,
    movable: true,
    guests: 0,
    answer: null,
  }))
  const facts: PlannerFacts = {
    now: instant(dateOf(today), clock, timeZone),
    timeZone,
    workingHours: { days: [1, 2, 3, 4, 5], start: "09:00", end: "17:00" },
    events,
    lastMentioned: [],
  }
  const matcher = makeMatcher(events.map(({ id }) => ({ id, title: "Weekly sync", location: "", people: [] })))
  const answer = grammarPlanner.plan("move my weekly sync to Thursday 3pm", facts, matcher)
  if (answer instanceof Promise) throw new TypeError("the grammar planner answers at once")
  return answer
}

function starts(plan: Plan, timeZone: string): string {
  const [operation, ...others] = plan.operations
  const to = operation && placeOf(operation)
  if (!to || others.length > 0 || to.start.kind !== "timed" || to.end.kind !== "timed") return "not one timed move"
  const hours = (Date.parse(to.end.at) - Date.parse(to.start.at)) / 3_600_000
  return hours === 1 ? localText(to.start.at, timeZone) : `${hours} hours long`
}

describe("one sentence on every day of the weeks around a clock change", () => {
  it("is planned only when it means one thing, and asked about with exactly the things it can mean", () => {
    let planned = 0
    let asked = 0
    for (const one of cases) {
      const expected = meanings(one).map((date) => `${date} 15:00`)
      const answer = planFor(one)
      const label = `${one.timeZone} ${dateOf(one.today)} ${one.clock} sync ${dateOf(one.sync)}`
      if (answer.kind === "plan") {
        expect([starts(answer.plan, one.timeZone)], label).toEqual(expected)
        planned++
      } else if (answer.kind === "question") {
        const said = new Set(answer.choices.map((choice) => starts(choice, one.timeZone)))
        expect([...said].sort(), label).toEqual(expected)
        asked++
      } else expect.fail(`${label}: ${JSON.stringify(answer)}`)
    }
    expect(cases).toHaveLength(616)
    expect(planned).toBeGreaterThan(100)
    expect(asked).toBeGreaterThan(50)
  })
})
