import { Temporal } from "temporal-polyfill"
import { asRow, expandedInTime } from "../calendar/find"
import { atMs } from "../calendar/when"
import { calendarsOf, type Person } from "../store/people"
import type { World } from "../world"
import { dayText, type ShownEvent } from "./event-form"

export interface Week {
  /** The Monday it begins with, and its neighbours: `2026-11-23`. */
  readonly monday: string
  readonly previous: string
  readonly next: string
  readonly days: readonly { readonly on: string; readonly name: string; readonly events: readonly ShownEvent[] }[]
}

/** The week around `day` (`2026-11-26`; without it, today) in all the calendars that a person sees, day by day. */
export async function readWeek(world: World, person: Person, day: string | undefined): Promise<Week> {
  const zone = person.timeZone
  const today = Temporal.Instant.fromEpochMilliseconds(world.clock.now()).toZonedDateTimeISO(zone).toPlainDate()
  const chosen = day && /^\d{4}-\d\d-\d\d$/.test(day) ? Temporal.PlainDate.from(day) : today
  const monday = chosen.subtract({ days: chosen.dayOfWeek - 1 })
  const midnight = (date: Temporal.PlainDate) => date.toZonedDateTime(zone).epochMilliseconds
  const range = { fromMs: midnight(monday), toMs: midnight(monday.add({ weeks: 1 })) }
  const shown: ShownEvent[] = []
  for (const calendar of await calendarsOf(world.db.query, person.email)) {
    const targets = await expandedInTime(world.db.query, calendar.id, { ...range, timeZone: calendar.timeZone }, false)
    shown.push(...targets.map((target) => ({ row: asRow(person.provider, target), calendar })))
  }
  const startMs = ({ row }: ShownEvent) => atMs(row.content.start, zone)
  const endMs = ({ row }: ShownEvent) => atMs(row.content.end, zone)
  const days = Array.from({ length: 7 }, (_, n) => monday.add({ days: n })).map((date) => ({
    on: date.toString(),
    name: dayText({ kind: "allDay", on: date.toString() }, zone),
    events: shown
      .filter((event) => startMs(event) < midnight(date.add({ days: 1 })) && endMs(event) > midnight(date))
      .sort((a, b) => startMs(a) - startMs(b)),
  }))
  return {
    monday: monday.toString(),
    previous: monday.subtract({ weeks: 1 }).toString(),
    next: monday.add({ weeks: 1 }).toString(),
    days,
  }
}
