import "server-only"
import { RRuleTemporal } from "rrule-temporal"
import { Temporal } from "temporal-polyfill"

/** Steps that one rule may take within one window. A series that needs more cannot be read. */
const MAX_STEPS = 20_000

/** Wall clock readings as milliseconds of a clock that never changes: the rule is counted on the wall, its zone comes afterwards. */
export interface WallRange {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Where a rule puts instances within a range, both ends included (RFC 5545 3.3.10). UNTIL is left to the caller, who knows its zone. Bounded: a rule
 * that cannot be followed in `MAX_STEPS` steps throws, whatever its COUNT or frequency.
 *
 * ical.js was tried and left out: it never returns from `FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30` and makes 1 March of 30 February.
 *
 * @param rule the value of an RRULE
 * @throws {RangeError} for what is no rule or goes on for too long
 */
export function ruleWalls(rule: string, start: Temporal.PlainDateTime, { fromMs, toMs }: WallRange): number[] {
  const parts = rule.split(";").filter((part) => part !== "" && !/^UNTIL=/i.test(part))
  const rruleString = `DTSTART;TZID=UTC:${compact(start)}\nRRULE:${parts.join(";").toUpperCase()}`
  try {
    const limits = { maxIterations: MAX_STEPS, maxCandidateEvaluations: MAX_STEPS * 10 }
    return new RRuleTemporal({ rruleString, temporal: Temporal, ...limits })
      .between(new Date(fromMs), new Date(toMs), true)
      .map((moment) => moment.epochMilliseconds)
  } catch (error) {
    throw new RangeError(`a rule that cannot be followed: ${error instanceof Error ? error.message : "unreadable"}`)
  }
}

/** The value of a rule's part, or null. */
export const rulePart = (rule: string, name: string): string | null =>
  new RegExp(`(?:^|;)${name}=([^;]*)`, "i").exec(rule)?.[1] ?? null

export const compact = (wall: Temporal.PlainDateTime): string =>
  wall.toString({ smallestUnit: "second" }).replace(/[-:]/g, "")
