import type {
  DayOfWeek,
  PatternedRecurrence,
  RecurrencePattern,
  RecurrenceRange,
} from "@microsoft/microsoft-graph-types"
import { Temporal } from "temporal-polyfill"
import type { When } from "../../domain/event"
import { Refusal } from "../refusal"
import { ianaZone, windowsZone } from "./zones"

const DAYS: readonly (readonly [string, DayOfWeek])[] = [
  ["MO", "monday"],
  ["TU", "tuesday"],
  ["WE", "wednesday"],
  ["TH", "thursday"],
  ["FR", "friday"],
  ["SA", "saturday"],
  ["SU", "sunday"],
]
const INDEX = { first: 1, second: 2, third: 3, fourth: 4, last: -1 } as const

/** What of `recurrence` a client may send; the rest of Graph's object follows from the event's start. */
export type WrittenRecurrence = {
  readonly pattern: {
    readonly type: NonNullable<RecurrencePattern["type"]>
    readonly interval?: number | undefined
    readonly daysOfWeek?: readonly DayOfWeek[] | undefined
    readonly dayOfMonth?: number | undefined
    readonly month?: number | undefined
    readonly index?: keyof typeof INDEX | undefined
  }
  readonly range: {
    readonly type: NonNullable<RecurrenceRange["type"]>
    readonly endDate?: string | null | undefined
    readonly numberOfOccurrences?: number | undefined
    readonly recurrenceTimeZone?: string | null | undefined
  }
}

/** RRULE lines (RFC 5545 section 3.3.10) of a Graph recurrence. */
export function toRules({ pattern, range }: WrittenRecurrence, start: When): string[] {
  const parts = [...patternParts(pattern), `INTERVAL=${pattern.interval ?? 1}`, ...rangeParts(range, start)]
  return [`RRULE:${parts.filter((part) => part !== "INTERVAL=1").join(";")}`]
}

function patternParts(pattern: WrittenRecurrence["pattern"]): string[] {
  const codes = (pattern.daysOfWeek ?? []).map((day) => DAYS.find(([, name]) => name === day)?.[0] ?? "")
  const nth = INDEX[pattern.index ?? "first"]
  switch (pattern.type) {
    case "daily":
      return ["FREQ=DAILY"]
    case "weekly":
      return ["FREQ=WEEKLY", `BYDAY=${codes.join()}`]
    case "absoluteMonthly":
      return ["FREQ=MONTHLY", `BYMONTHDAY=${pattern.dayOfMonth}`]
    case "relativeMonthly":
      return ["FREQ=MONTHLY", `BYDAY=${codes.map((code) => nth + code).join()}`]
    case "absoluteYearly":
      return ["FREQ=YEARLY", `BYMONTH=${pattern.month}`, `BYMONTHDAY=${pattern.dayOfMonth}`]
    case "relativeYearly":
      return ["FREQ=YEARLY", `BYMONTH=${pattern.month}`, `BYDAY=${codes.map((code) => nth + code).join()}`]
    default:
      return pattern.type satisfies never
  }
}

/** `endDate` is the last day on which an instance may begin, in the series' zone. */
function rangeParts(range: WrittenRecurrence["range"], start: When): string[] {
  if (range.type === "numbered") return [`COUNT=${range.numberOfOccurrences ?? 1}`]
  if (range.type === "noEnd" || !range.endDate) return []
  if (start.kind === "allDay") return [`UNTIL=${range.endDate.replaceAll("-", "")}`]
  const zone = range.recurrenceTimeZone ? ianaZone(range.recurrenceTimeZone) : start.timeZone
  const end = Temporal.PlainDate.from(range.endDate).toZonedDateTime({ timeZone: zone, plainTime: "23:59:59" })
  return [`UNTIL=${end.toInstant().toString().replace(/[-:]/g, "")}`]
}

/** Graph's form of the first RRULE line. @throws {Refusal} invalid for rules that Graph has no words for. */
export function toRecurrence(rules: readonly string[], start: When): PatternedRecurrence | null {
  const line = rules.find((rule) => rule.startsWith("RRULE:"))
  if (!line) return null
  const parts = new Map(
    line
      .slice("RRULE:".length)
      .split(";")
      .map((part) => splitPart(part)),
  )
  const zone = start.kind === "timed" ? start.timeZone : "UTC"
  const startDate =
    start.kind === "allDay"
      ? start.on
      : Temporal.Instant.from(start.at).toZonedDateTimeISO(zone).toPlainDate().toString()
  return { pattern: toPattern(parts, startDate), range: toRange(parts, startDate, zone) }
}

const splitPart = (part: string): [string, string] => {
  const [name = "", value = ""] = part.split("=")
  return [name, value]
}

function toPattern(parts: ReadonlyMap<string, string>, startDate: string): RecurrencePattern {
  const first = Temporal.PlainDate.from(startDate)
  const days = (parts.get("BYDAY") ?? DAYS[first.dayOfWeek - 1]?.[0] ?? "").split(",")
  const nth = Number.parseInt(days[0] ?? "", 10)
  const index = (Object.keys(INDEX) as (keyof typeof INDEX)[]).find((name) => INDEX[name] === nth) ?? "first"
  const dayOfMonth = Number(parts.get("BYMONTHDAY") ?? first.day)
  const month = Number(parts.get("BYMONTH") ?? first.month)
  const daysOfWeek = days.flatMap((code) => DAYS.find(([short]) => short === code.slice(-2))?.[1] ?? [])
  const base = {
    interval: Number(parts.get("INTERVAL") ?? 1),
    month: 0,
    dayOfMonth: 0,
    daysOfWeek: [],
    firstDayOfWeek: "sunday" as const,
    index: "first" as const,
  }
  const relative = parts.has("BYDAY")
  switch (parts.get("FREQ")) {
    case "DAILY":
      return { ...base, type: "daily" }
    case "WEEKLY":
      return { ...base, type: "weekly", daysOfWeek }
    case "MONTHLY":
      return relative
        ? { ...base, type: "relativeMonthly", daysOfWeek, index }
        : { ...base, type: "absoluteMonthly", dayOfMonth }
    case "YEARLY":
      return relative
        ? { ...base, type: "relativeYearly", daysOfWeek, index, month }
        : { ...base, type: "absoluteYearly", dayOfMonth, month }
    default:
      throw new Refusal("invalid", `no pattern for ${parts.get("FREQ")}`)
  }
}

function toRange(parts: ReadonlyMap<string, string>, startDate: string, zone: string): RecurrenceRange {
  const base = { startDate, endDate: "0001-01-01", recurrenceTimeZone: windowsZone(zone), numberOfOccurrences: 0 }
  const count = parts.get("COUNT")
  if (count !== undefined) return { ...base, type: "numbered", numberOfOccurrences: Number(count) }
  const [, y, m, d, time] = /^(\d{4})(\d\d)(\d\d)(?:T(\d{6})Z)?$/.exec(parts.get("UNTIL") ?? "") ?? []
  if (y === undefined) return { ...base, type: "noEnd" }
  const clock = time ? `T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z` : "T00:00:00Z"
  const until = Temporal.Instant.from(`${y}-${m}-${d}${clock}`).toZonedDateTimeISO(time ? zone : "UTC")
  return { ...base, type: "endDate", endDate: until.toPlainDate().toString() }
}
