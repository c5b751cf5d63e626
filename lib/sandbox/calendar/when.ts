import { Temporal } from "temporal-polyfill"
import type { When } from "../../domain/event"
import { Refusal } from "../refusal"

/** The instant (ms) at which `when` falls; an all-day date begins at midnight in `zone`. */
export const atMs = (when: When, zone: string): number =>
  when.kind === "timed"
    ? Date.parse(when.at)
    : Temporal.PlainDate.from(when.on).toZonedDateTime({ timeZone: zone }).epochMilliseconds

/**
 * A wall-clock or offset time as a client sent it.
 * @param zone IANA; decides where `text` has no offset, and is kept beside the instant.
 */
export function timed(text: string, zone: string): When {
  try {
    const at = /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(text)
      ? Temporal.Instant.from(text)
      : Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant()
    return { kind: "timed", at: new Date(at.epochMilliseconds).toISOString().replace(".000Z", "Z"), timeZone: zone }
  } catch {
    throw new Refusal("invalid", `not a time: ${text} (${zone})`)
  }
}

/** @throws {Refusal} invalid, when `text` is no calendar date. */
export function allDay(text: string): When {
  try {
    return { kind: "allDay", on: Temporal.PlainDate.from(text).toString() }
  } catch {
    throw new Refusal("invalid", `not a date: ${text}`)
  }
}

/** Wall-clock form in `zone`: `2026-11-26T15:00:00+01:00`. */
export const withOffset = (at: string, zone: string): string =>
  Temporal.Instant.from(at).toZonedDateTimeISO(zone).toString({ timeZoneName: "never", smallestUnit: "second" })

/** Wall-clock form in `zone` without an offset: `2026-11-26T15:00:00`. */
export const wallClock = (at: string, zone: string): string =>
  Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDateTime().toString({ smallestUnit: "second" })

/** The name of an instance by its start: `20261124T090000Z` or `20261124`. */
export const instanceKey = (start: When): string =>
  start.kind === "allDay" ? start.on.replaceAll("-", "") : start.at.replace(/[-:]|\.\d+/g, "")

/** The start that `key` names, in the series' zone. */
export function keyStart(key: string, zone: string): When {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/.exec(key) ?? []
  return h === undefined ? allDay(`${y}-${mo}-${d}`) : timed(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`, zone)
}

export const sameWhen = (a: When, b: When): boolean =>
  a.kind === "timed"
    ? b.kind === "timed" && Date.parse(a.at) === Date.parse(b.at)
    : b.kind === "allDay" && a.on === b.on
