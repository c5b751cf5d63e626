import type { Temporal } from "temporal-polyfill"

/** iCalendar texts as other programs write them. Times are in Berlin, in winter or summer as the zone has it. */
export const calendarText = (...events: readonly (readonly string[])[]): string =>
  [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Elsewhere//EN"],
    ...["BEGIN:VTIMEZONE", "TZID:Europe/Berlin"],
    ...["BEGIN:STANDARD", "DTSTART:19701025T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"],
    ...["TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD"],
    ...["BEGIN:DAYLIGHT", "DTSTART:19700329T020000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"],
    ...["TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE"],
    ...events.flatMap((lines) => ["BEGIN:VEVENT", "DTSTAMP:20260101T000000Z", ...lines, "END:VEVENT"]),
    ...["END:VCALENDAR", ""],
  ].join("\r\n")

/** `name` at an hour of a day: `DTSTART;TZID=Europe/Berlin:20260302T090000`. */
export const at = (name: string, day: Temporal.PlainDate, hour: number): string =>
  `${name};TZID=Europe/Berlin:${day.toString().replaceAll("-", "")}T${String(hour).padStart(2, "0")}0000`

/** What no calendar of ours knows, and what a person would miss. */
export const UNKNOWN_LINES = ['X-SEATS;X-ROW="a;b":window', "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC"]
export const ALARM_LINES = ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Leave now", "TRIGGER:-PT10M", "END:VALARM"]

/** Lines of a text that say nothing of time or of who wrote it last, in order, unfolded. */
export const keptLines = (text: string, pattern: RegExp): string[] =>
  text
    .replace(/\r?\n[ \t]/g, "")
    .split(/\r?\n/)
    .filter((line) => pattern.test(line))
