import "server-only"
import type { DateTimeTimeZone, Event as GraphEvent } from "@microsoft/microsoft-graph-types"
import { Temporal } from "temporal-polyfill"
import type { When } from "../../domain/event"
import { toWindowsZone } from "../../domain/windows-zone"
import { toIanaZone } from "./zones"

/**
 * A time of an event that was read under `outlook.timezone="UTC"`: seven digits of fraction and no offset. All-day ones are midnights, only
 * their date counts.
 * @throws {RangeError} when there is none.
 */
export function toWhen(time: DateTimeTimeZone | null | undefined, event: GraphEvent, zone?: string | null): When {
  if (!time?.dateTime) throw new RangeError("an event without a time")
  if (event.isAllDay) return { kind: "allDay", on: time.dateTime.slice(0, 10) }
  return timed(`${time.dateTime.replace(/Z$/, "")}Z`, zone)
}

/** Which instance this is: an instant for both kinds; the date of an all-day one is that of its own zone. */
export function toOriginalStart(event: GraphEvent): When | null {
  if (!event.originalStart) return null
  const when = timed(event.originalStart, event.originalStartTimeZone)
  if (!event.isAllDay) return when
  return {
    kind: "allDay",
    on: Temporal.Instant.from(when.at).toZonedDateTimeISO(when.timeZone).toPlainDate().toString(),
  }
}

function timed(instant: string, zone: string | null | undefined): Extract<When, { kind: "timed" }> {
  const at = Temporal.Instant.from(instant).round({ smallestUnit: "second", roundingMode: "floor" }).toString()
  return { kind: "timed", at, timeZone: toIanaZone(zone) }
}

/** Wall clock and Windows zone: a series is anchored to the zone it is written in. A zone that Exchange does not know goes out as UTC. */
export function fromWhen(when: When): DateTimeTimeZone {
  if (when.kind === "allDay") return { dateTime: `${when.on}T00:00:00`, timeZone: "UTC" }
  const windows = toWindowsZone(when.timeZone)
  const local = Temporal.Instant.from(when.at).toZonedDateTimeISO(windows ? when.timeZone : "UTC")
  return { dateTime: local.toPlainDateTime().toString({ smallestUnit: "second" }), timeZone: windows ?? "UTC" }
}

/** The date on which something starts where it takes place. */
export const localDate = (when: When): string => fromWhen(when).dateTime?.slice(0, 10) ?? ""
