import { RRuleTemporal } from "rrule-temporal"
import { Temporal } from "temporal-polyfill"
import type { When } from "../../domain/event"
import { Refusal } from "../refusal"
import type { Content, EventRow, Occurrence } from "./event"
import { atMs, instanceKey, keyStart } from "./when"

const DAY_MS = 86_400_000

/**
 * The instances of a series that overlap `[fromMs, toMs)`, in order, and those all-day ones that might, depending on the
 * zone. Exceptions are the caller's.
 * @throws {Refusal} invalid, when the series' rule cannot be read.
 */
export function occurrences(series: Content, fromMs: number, toMs: number): Occurrence[] {
  const { start, end } = series
  const lengthMs = atMs(end, "UTC") - atMs(start, "UTC")
  const first = (zoned: { epochMilliseconds: number }): Occurrence =>
    occurrenceAt(start, zoned.epochMilliseconds, lengthMs)
  // An all-day date is expanded in UTC but lasts from midnight to midnight of some other zone: look a day further each way.
  const slackMs = start.kind === "allDay" ? DAY_MS : 0
  return rule(series)
    .between(new Date(fromMs - lengthMs - slackMs), new Date(toMs + slackMs), true)
    .map(first)
}

/** The instance of `master` that `key` names, or null when its rule yields none there. */
export function occurrence(master: EventRow, key: string): Occurrence | null {
  const { start, end } = master.content
  const zone = start.kind === "timed" ? start.timeZone : "UTC"
  if ((start.kind === "timed") !== key.includes("T")) return null
  const at = atMs(keyStart(key, zone), "UTC")
  const [found] = rule(master.content).between(new Date(at), new Date(at), true)
  return found ? occurrenceAt(start, found.epochMilliseconds, atMs(end, "UTC") - atMs(start, "UTC")) : null
}

/** @throws {Refusal} invalid, when `content` has a rule that no calendar could follow. */
export function checkRecurrence(content: Content): void {
  if (content.recurrence.length > 0) rule(content).next(new Date(atMs(content.start, "UTC")), true)
}

/** Rules as they were read, newest last: to read one is dearer than to follow it, and every list follows all of a calendar's. */
const known = new Map<string, RRuleTemporal<Temporal.ZonedDateTime>>()
const KNOWN_AT_MOST = 500

function rule({ start, recurrence }: Content): RRuleTemporal<Temporal.ZonedDateTime> {
  const name = JSON.stringify([start, recurrence])
  const made = known.get(name) ?? parsed(start, recurrence)
  known.delete(name)
  known.set(name, made)
  const [oldest] = known.keys()
  if (known.size > KNOWN_AT_MOST && oldest !== undefined) known.delete(oldest)
  return made
}

function parsed(start: When, recurrence: readonly string[]): RRuleTemporal<Temporal.ZonedDateTime> {
  try {
    return new RRuleTemporal({ rruleString: [dtstart(start), ...recurrence].join("\n"), temporal: Temporal })
  } catch (error) {
    throw new Refusal("invalid", `recurrence: ${error instanceof Error ? error.message : "unreadable"}`)
  }
}

function dtstart(start: When): string {
  if (start.kind === "allDay") return `DTSTART;TZID=UTC:${start.on.replaceAll("-", "")}T000000`
  const local = Temporal.Instant.from(start.at).toZonedDateTimeISO(start.timeZone).toPlainDateTime()
  return `DTSTART;TZID=${start.timeZone}:${local.toString({ smallestUnit: "second" }).replace(/[-:]/g, "")}`
}

function occurrenceAt(like: When, startMs: number, lengthMs: number): Occurrence {
  const when = (ms: number): When =>
    like.kind === "timed"
      ? { kind: "timed", at: new Date(ms).toISOString().replace(".000Z", "Z"), timeZone: like.timeZone }
      : { kind: "allDay", on: new Date(ms).toISOString().slice(0, 10) }
  const start = when(startMs)
  return { originalStart: instanceKey(start), start, end: when(startMs + lengthMs) }
}
