import "server-only"
import { randomUUID } from "node:crypto"
import { Temporal } from "temporal-polyfill"
import { mergeBusy, type Stretch } from "../../domain/busy"
import type { Busy, PersonsBusy, Window } from "../../ports/calendar-provider"
import { linesOf, makeLine, parseCalendar, partsOf, writeCalendar } from "./content-lines"
import { utcLine } from "./times"

/** The question to a scheduling outbox: who of these is busy when (RFC 6638 5.1, RFC 5546 3.3.2). Whoever has no address that could stand in it is left out. */
export function freeBusyRequest(people: readonly string[], { from, to }: Window, asker: string, nowMs: number): string {
  const named = (name: string, email: string) => (/[\p{Cc}\s]/u.test(email) ? [] : [makeLine(name, `mailto:${email}`)])
  const lines = [
    makeLine("UID", randomUUID()),
    utcLine("DTSTAMP", nowMs),
    utcLine("DTSTART", Date.parse(from)),
    utcLine("DTEND", Date.parse(to)),
    ...named("ORGANIZER", asker),
    ...people.flatMap((email) => named("ATTENDEE", email)),
  ]
  const head = [
    makeLine("VERSION", "2.0"),
    makeLine("PRODID", "-//Ifmatch//Ifmatch//EN"),
    makeLine("METHOD", "REQUEST"),
  ]
  const question = { kind: "component", name: "VFREEBUSY", children: lines } as const
  return writeCalendar({ kind: "component", name: "VCALENDAR", children: [...head, question] })
}

/** Each person by the answer that the server gave for them; `unknown` for whom it gave none that can be read. */
export function personsBusy(xml: string, people: readonly string[], window: Window): PersonsBusy[] {
  const [, ...responses] = xml.split(/<(?:[\w-]+:)?response[\s>]/)
  const answers = responses.map((text) => ({
    recipient: textIn(text, "href")
      .replace(/^mailto:/i, "")
      .toLowerCase(),
    isSuccess: /^2\./.test(textIn(text, "request-status")),
    calendar: textIn(text, "calendar-data"),
  }))
  return people.map((email) => {
    const answer = answers.find(({ recipient }) => recipient === email.toLowerCase())
    const busy = answer?.isSuccess ? busyIn(answer.calendar, window) : null
    return busy ? { email, kind: "busy", busy } : { email, kind: "unknown" }
  })
}

/** The text of the first element of that name, in time that grows with the length alone. */
function textIn(xml: string, name: string): string {
  const open = new RegExp(`<(?:[\\w-]+:)?${name}(?:\\s[^<>]*)?>`).exec(xml)
  const rest = open ? xml.slice(open.index + open[0].length) : ""
  const end = rest.search(new RegExp(`</(?:[\\w-]+:)?${name}\\s*>`))
  const text = end < 0 ? "" : rest.slice(0, end)
  const [, raw] = /^\s*<!\[CDATA\[(.*)\]\]>\s*$/s.exec(text) ?? []
  if (raw !== undefined) return raw.trim()
  const entities = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" } as const
  return text
    .replace(/&#(?:x([\da-f]{1,4})|(\d{1,4}));/gi, (_, hex, dec) =>
      String.fromCharCode(hex ? Number.parseInt(hex, 16) : Number(dec)),
    )
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: keyof typeof entities) => entities[entity])
    .trim()
}

/** RFC 5545 3.8.2.6: all periods but those marked free. Null for what cannot be read. */
function busyIn(calendar: string, { from, to }: Window): readonly Busy[] | null {
  try {
    const parts = partsOf(parseCalendar(calendar), "VFREEBUSY")
    if (parts.length === 0) return null
    const stretches = parts
      .flatMap((part) => linesOf(part, "FREEBUSY"))
      .filter((line) => line.params.get("FBTYPE")?.toUpperCase() !== "FREE")
      .flatMap((line) => line.value.split(",").map(stretchOf))
    return mergeBusy(stretches, { from: Date.parse(from), to: Date.parse(to) })
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** `start/end` or `start/duration`, in UTC. @throws {RangeError} */
function stretchOf(period: string): Stretch {
  const [start = "", end = ""] = period.trim().split("/")
  const from = Temporal.Instant.from(start)
  const until = /^[+]?P/.test(end) ? from.add(hoursOf(end)) : Temporal.Instant.from(end)
  return { from: from.epochMilliseconds, to: until.epochMilliseconds }
}

/** An instant knows no days: a day of a period is 24 hours. */
function hoursOf(text: string): Temporal.Duration {
  const { weeks, days, hours, minutes, seconds } = Temporal.Duration.from(text)
  return Temporal.Duration.from({ hours: (weeks * 7 + days) * 24 + hours, minutes, seconds })
}
