import "server-only"
import type {
  DayOfWeek,
  PatternedRecurrence,
  RecurrencePattern,
  RecurrenceRange,
  WeekIndex,
} from "@microsoft/microsoft-graph-types"
import { Temporal } from "temporal-polyfill"
import type { When } from "../../domain/event"
import { toWindowsZone } from "../../domain/windows-zone"
import { localDate } from "./times"
import { toIanaZone } from "./zones"

const DAYS: Readonly<Record<string, DayOfWeek>> = {
  MO: "monday",
  TU: "tuesday",
  WE: "wednesday",
  TH: "thursday",
  FR: "friday",
  SA: "saturday",
  SU: "sunday",
}
const INDEX: Readonly<Record<string, WeekIndex>> = { 1: "first", 2: "second", 3: "third", 4: "fourth", "-1": "last" }
const CODES = Object.keys(DAYS)
const codeOf = (day: DayOfWeek) => CODES.find((code) => DAYS[code] === day) ?? ""
const numberOf = (index: WeekIndex) => Object.keys(INDEX).find((n) => INDEX[n] === index) ?? "1"

/** Graph's pattern and range as an RFC 5545 rule (microsoft.graph.patternedRecurrence); [] for none. `zone` is the event's own. */
export function toRules(recurrence: PatternedRecurrence | null | undefined, start: When): string[] {
  if (!recurrence?.pattern) return []
  const { pattern, range } = recurrence
  const every = pattern.interval && pattern.interval > 1 ? [`INTERVAL=${pattern.interval}`] : []
  return [`RRULE:${[...patternParts(pattern), ...every, ...rangeParts(range, start)].join(";")}`]
}

function patternParts(pattern: RecurrencePattern): string[] {
  const days = (pattern.daysOfWeek ?? []).map(codeOf)
  const nth = numberOf(pattern.index ?? "first")
  const relative = days.length === 1 ? [`BYDAY=${nth}${days[0]}`] : [`BYDAY=${days.join(",")}`, `BYSETPOS=${nth}`]
  switch (pattern.type) {
    case "weekly":
      return ["FREQ=WEEKLY", `BYDAY=${days.join(",")}`]
    case "absoluteMonthly":
      return ["FREQ=MONTHLY", `BYMONTHDAY=${pattern.dayOfMonth}`]
    case "relativeMonthly":
      return ["FREQ=MONTHLY", ...relative]
    case "absoluteYearly":
      return ["FREQ=YEARLY", `BYMONTH=${pattern.month}`, `BYMONTHDAY=${pattern.dayOfMonth}`]
    case "relativeYearly":
      return ["FREQ=YEARLY", `BYMONTH=${pattern.month}`, ...relative]
    default:
      return ["FREQ=DAILY"]
  }
}

function rangeParts(range: RecurrenceRange | null | undefined, start: When): string[] {
  if (range?.type === "numbered") return [`COUNT=${range.numberOfOccurrences}`]
  if (range?.type !== "endDate" || !range.endDate) return []
  if (start.kind === "allDay") return [`UNTIL=${range.endDate.replaceAll("-", "")}`]
  const zone = range.recurrenceTimeZone ? toIanaZone(range.recurrenceTimeZone) : start.timeZone
  const lastSecond = Temporal.PlainDate.from(range.endDate).toZonedDateTime({ timeZone: zone, plainTime: "23:59:59" })
  return [`UNTIL=${lastSecond.toInstant().toString().replaceAll(/[-:]/g, "")}`]
}

/**
 * An RFC 5545 rule as Graph's pattern and range.
 * @throws {RangeError} for what Graph cannot say: several rules, exclusions, sub-daily frequencies, most BY parts.
 */
export function fromRules(rules: readonly string[], start: When): PatternedRecurrence {
  const [rule, ...others] = rules
  if (!rule?.startsWith("RRULE:") || others.length > 0) throw new RangeError("Graph takes exactly one RRULE")
  const parts = new Map(rule.slice("RRULE:".length).split(";").map(keyAndValue))
  const unknown = [...parts.keys()].find((key) => !KNOWN_PARTS.includes(key))
  if (unknown) throw new RangeError(`Graph has no ${unknown}`)
  return { pattern: patternOf(parts, Temporal.PlainDate.from(localDate(start))), range: rangeOf(parts, start) }
}

const KNOWN_PARTS = ["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "COUNT", "UNTIL", "WKST"]

type Parts = ReadonlyMap<string, string>

function keyAndValue(part: string): [string, string] {
  const [key = "", value = ""] = part.split("=")
  return [key, value]
}

function patternOf(parts: Parts, first: Temporal.PlainDate): RecurrencePattern {
  const interval = Number(parts.get("INTERVAL") ?? 1)
  const month = Number(parts.get("BYMONTH") ?? first.month)
  const dayOfMonth = Number(parts.get("BYMONTHDAY") ?? first.day)
  const days = parts.get("BYDAY")
  switch (parts.get("FREQ")) {
    case "DAILY":
      return { type: "daily", interval }
    case "WEEKLY": {
      const on = (days ?? CODES[first.dayOfWeek - 1] ?? "").split(",").map(dayOf)
      return { type: "weekly", interval, daysOfWeek: on, firstDayOfWeek: dayOf(parts.get("WKST") ?? "MO") }
    }
    case "MONTHLY":
      return days
        ? { type: "relativeMonthly", interval, ...nthDays(days, parts.get("BYSETPOS")) }
        : { type: "absoluteMonthly", interval, dayOfMonth }
    case "YEARLY":
      return days
        ? { type: "relativeYearly", interval, month, ...nthDays(days, parts.get("BYSETPOS")) }
        : { type: "absoluteYearly", interval, month, dayOfMonth }
    default:
      throw new RangeError(`Graph has no frequency ${parts.get("FREQ")}`)
  }
}

/** `2TU`, or `TU,WE` with BYSETPOS. */
function nthDays(days: string, setPosition: string | undefined): Pick<RecurrencePattern, "daysOfWeek" | "index"> {
  const [, nth, code] = /^([+-]?\d)([A-Z]{2})$/.exec(days) ?? []
  const index = INDEX[Number(nth ?? setPosition)]
  if (!index) throw new RangeError(`Graph has no BYDAY=${days}`)
  return { daysOfWeek: (code ?? days).split(",").map(dayOf), index }
}

function dayOf(code: string): DayOfWeek {
  const day = DAYS[code]
  if (!day) throw new RangeError(`no day ${code}`)
  return day
}

function rangeOf(parts: Parts, start: When): RecurrenceRange {
  const zone = start.kind === "timed" ? start.timeZone : "UTC"
  const common = { startDate: localDate(start), recurrenceTimeZone: toWindowsZone(zone) ?? "UTC" }
  const count = parts.get("COUNT")
  if (count) return { ...common, type: "numbered", numberOfOccurrences: Number(count) }
  const until = parts.get("UNTIL")
  return until ? { ...common, type: "endDate", endDate: untilDate(until, zone) } : { ...common, type: "noEnd" }
}

function untilDate(until: string, zone: string): string {
  if (!until.endsWith("Z")) return Temporal.PlainDate.from(until.slice(0, 8)).toString()
  return Temporal.Instant.from(until).toZonedDateTimeISO(zone).toPlainDate().toString()
}
