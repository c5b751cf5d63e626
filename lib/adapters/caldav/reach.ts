import "server-only"
import type { Window } from "../../ports/calendar-provider"
import { linesOf } from "./content-lines"
import { instantMs } from "./read-events"
import { rulePart } from "./recurrence"
import { ownSpan, readResource } from "./resource"
import { type Moment, momentWallMs } from "./times"
import { wallMs, wallOfText } from "./zones"

/** All instances of a series lie within, by milliseconds since the epoch; it may well be wider than they need. */
export interface Reach {
  readonly fromMs: number
  readonly toMs: number
}

const ALWAYS: Reach = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
const DAY_MS = 86_400_000
/** Zones and clock changes. */
const SLACK_MS = 2 * DAY_MS

/**
 * How far a series reaches, by its rule alone: to expand one of a hundred instances that ended years ago takes 20 ms, a calendar may have hundreds, and nothing is gained by it. Whatever
 * would have to be counted, or cannot be read, reaches everywhere.
 */
export function reachOf(text: string, zone: string): Reach {
  try {
    return read(text, zone)
  } catch (error) {
    if (error instanceof RangeError) return ALWAYS
    throw error
  }
}

export const meets = ({ fromMs, toMs }: Reach, window: Window): boolean =>
  fromMs < Date.parse(window.to) && toMs >= Date.parse(window.from)

function read(text: string, zone: string): Reach {
  const { master, overrides, zones, start, ranged } = readResource(text, zone)
  if (!master || ranged || linesOf(master, "RDATE").length > 0) return ALWAYS
  const spans = [master, ...overrides.values()].map((component) => {
    const span = ownSpan(component, zones)
    return { from: instantMs(span.start, zone), to: instantMs(span.end, zone) }
  })
  const [own] = spans
  const lengthMs = own ? own.to - own.from : 0
  const lasts = linesOf(master, "RRULE").map(({ value }) => lastStartMs(value, start) + lengthMs)
  return {
    fromMs: Math.min(...spans.map(({ from }) => from)) - SLACK_MS,
    toMs: Math.max(...spans.map(({ to }) => to), ...lasts) + SLACK_MS,
  }
}

/** On the wall; a rule puts no instance after it. @throws {RangeError} */
function lastStartMs(rule: string, start: Moment): number {
  const until = rulePart(rule, "UNTIL")
  if (until !== null) return wallMs(wallOfText(until)) + DAY_MS
  const count = Number(rulePart(rule, "COUNT") ?? Number.POSITIVE_INFINITY)
  const interval = Number(rulePart(rule, "INTERVAL") ?? 1)
  const days = PERIOD_DAYS[rulePart(rule, "FREQ")?.toUpperCase() ?? ""]
  if (!days || !(count > 0) || !(interval > 0) || !isInEveryPeriod(rule, start)) return Number.POSITIVE_INFINITY
  return momentWallMs(start) + (count + 1) * interval * days * DAY_MS
}

const PERIOD_DAYS: Readonly<Record<string, number>> = { DAILY: 1, WEEKLY: 7, MONTHLY: 31, YEARLY: 366 }

/** Has each day, week, month or year of the rule an instance? Then COUNT instances take no more than so many of them. */
function isInEveryPeriod(rule: string, start: Moment): boolean {
  const frequency = rulePart(rule, "FREQ")?.toUpperCase()
  const [part, ...more] = rule.toUpperCase().match(/\bBY[A-Z]+=[^;]*/g) ?? []
  if (part === undefined)
    return frequency === "DAILY" || frequency === "WEEKLY" || new Date(momentWallMs(start)).getUTCDate() <= 28
  if (more.length > 0 || (frequency !== "WEEKLY" && frequency !== "MONTHLY")) return false
  return /^BYDAY=(?:[+-]?[1-4])?[A-Z]{2}(?:,(?:[+-]?[1-4])?[A-Z]{2})*$/.test(part)
}
