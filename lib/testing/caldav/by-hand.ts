import { Temporal } from "temporal-polyfill"
import type { CalendarWorld } from "../contracts/calendar-world"
import { type Hand, handOf } from "./hand"
import { addressOf, type CaldavServer } from "./servers"

/** What a person does at another calendar program, as the sandbox's people do it in theirs: the resource's text is changed, unconditionally. */
export function editsByHand(server: CaldavServer, alice: Hand): CalendarWorld["byHand"] {
  return async ({ ref }, { delete: isGone, rsvp, ...edit }) => {
    const name = ref.eventId.replace(/#.*$/, "")
    if (isGone) return alice.remove(name)
    if (rsvp && server.can.schedules && rsvp.email === addressOf("bob")) {
      const uid = /^UID:(.*)$/m.exec((await alice.read(name)).text)?.[1]?.trim() ?? ""
      return answer(handOf(server, "bob"), uid, rsvp)
    }
    await alice.edit(name, (text) => edited(text, { ...edit, ...(rsvp && { rsvp }) }))
  }
}

/** A guest answers in their own copy; the server tells the organizer. */
async function answer(hand: Hand, uid: string, rsvp: Reply): Promise<void> {
  for (const name of (await hand.names()).reverse()) {
    if (!(await hand.read(name)).text.includes(uid)) continue
    await hand.edit(name, (text) => edited(text, { rsvp }))
    return
  }
  throw new Error("the invitation did not arrive")
}

interface Reply {
  readonly email: string
  readonly response: "accepted" | "declined" | "tentative" | "needsAction"
}

interface TextEdit {
  readonly summary?: string | undefined
  readonly location?: string | undefined
  readonly start?: string | undefined
  readonly end?: string | undefined
  readonly recurrence?: readonly string[] | undefined
  readonly rsvp?: Reply
}

/** The text with one line for each changed property, in all events of it. */
function edited(text: string, { summary, location, start, end, recurrence, rsvp }: TextEdit): string {
  const lines = text.replace(/\r?\n[ \t]/g, "").split(/\r?\n/)
  const from = lines.indexOf("BEGIN:VEVENT")
  const next = lines.map((line, i) => {
    if (i < from) return line
    if (summary !== undefined && /^SUMMARY[:;]/.test(line)) return `SUMMARY:${summary}`
    if (location !== undefined && /^LOCATION[:;]/.test(line)) return `LOCATION:${location}`
    if (start !== undefined && /^DTSTART[:;]/.test(line)) return `DTSTART:${utc(start)}`
    if (end !== undefined && /^DTEND[:;]/.test(line)) return `DTEND:${utc(end)}`
    if (recurrence && /^RRULE[:;]/.test(line)) return recurrence.join("\r\n")
    return rsvp && line.startsWith("ATTENDEE") && line.includes(rsvp.email) ? replied(line, rsvp) : line
  })
  if (location !== undefined && !lines.some((line) => /^LOCATION[:;]/.test(line)))
    next.splice(from + 1, 0, `LOCATION:${location}`)
  return next.join("\r\n")
}

const PARTSTATS = { accepted: "ACCEPTED", declined: "DECLINED", tentative: "TENTATIVE", needsAction: "NEEDS-ACTION" }

const replied = (line: string, { response }: Reply) =>
  line.replace(/;PARTSTAT=[A-Z-]+/, "").replace(/^ATTENDEE/, `ATTENDEE;PARTSTAT=${PARTSTATS[response]}`)

/** A wall clock of Berlin, or an instant. */
const utc = (text: string) =>
  (/Z$|[+-]\d\d:\d\d$/.test(text)
    ? Temporal.Instant.from(text)
    : Temporal.PlainDateTime.from(text).toZonedDateTime("Europe/Berlin").toInstant()
  )
    .toString()
    .replace(/[-:]|\.\d+/g, "")
