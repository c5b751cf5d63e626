import { Temporal } from "temporal-polyfill"
import { grammarPlanner } from "../../../lib/adapters/planner-grammar/planner"
import type { When } from "../../../lib/domain/event"
import type { Planner } from "../../../lib/ports/planner"
import type { SceneDeps } from "../../../lib/testing/scene"

/** The person's. */
export const ZONE = "Europe/Berlin"

/** Reads wall clocks with one offset for every day: today's, or none. */
const withOffsetOf =
  (offsetMs: (now: string) => number) =>
  (deps: SceneDeps): SceneDeps => {
    const plan: Planner["plan"] = async (words, facts, ...rest) => {
      const answer = await grammarPlanner.plan(words, facts, ...rest)
      const shift = (when: When): When =>
        when.kind === "allDay"
          ? when
          : { ...when, at: new Date(Date.parse(when.at) + offsetAt(when.at) - offsetMs(facts.now)).toISOString() }
      if (answer.kind !== "plan") return answer
      const operations = answer.plan.operations.map((op) =>
        op.kind === "move" ? { ...op, to: { start: shift(op.to.start), end: shift(op.to.end) } } : op,
      )
      return { ...answer, plan: { ...answer.plan, operations } }
    }
    return { ...deps, plannerOf: async () => ({ ...grammarPlanner, plan }) }
  }

const offsetAt = (at: string): number => Temporal.Instant.from(at).toZonedDateTimeISO(ZONE).offsetNanoseconds / 1e6

export const PLANTS = {
  /** The server's zone instead of the person's. */
  utc: withOffsetOf(() => 0),
  /** Today's offset from UTC, for days behind a clock change too. */
  "todays-offset": withOffsetOf(offsetAt),
} as const

export type PlantName = keyof typeof PLANTS
