import type { World } from "../world"
import { type EventRow, sameEmail } from "./event"
import { asRow, expandedInTime } from "./find"
import type { Range } from "./range"
import { atMs } from "./when"

/** What takes up time in a calendar: what is free, cancelled or declined does not. Clipped to `range`. */
export async function busyEvents(
  world: World,
  calendarId: string,
  range: Range,
): Promise<(Range & { row: EventRow })[]> {
  const [calendar] = await world.db.query<{ timeZone: string; ownerEmail: string }>(
    `select time_zone as "timeZone", owner_email as "ownerEmail" from calendars where id = $1`,
    [calendarId],
  )
  if (!calendar) return []
  const declined = (row: EventRow) =>
    row.content.guests.some((guest) => guest.rsvp === "declined" && sameEmail(guest.email, calendar.ownerEmail))
  const targets = await expandedInTime(world.db.query, calendarId, { ...range, timeZone: calendar.timeZone }, false)
  return targets
    .map((target) => asRow("google", target))
    .filter((row) => row.own.showAs !== "free" && row.status !== "cancelled" && !declined(row))
    .map((row) => ({
      row,
      fromMs: Math.max(atMs(row.content.start, calendar.timeZone), range.fromMs),
      toMs: Math.min(atMs(row.content.end, calendar.timeZone), range.toMs),
    }))
    .filter(({ fromMs, toMs }) => fromMs < toMs)
}
