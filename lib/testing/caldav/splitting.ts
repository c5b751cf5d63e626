import { randomUUID } from "node:crypto"
import type { SeriesWish, SplitWorld } from "../contracts/calendar-splits"
import { type Hand, handOf } from "./hand"
import { addressOf, type CaldavServer } from "./servers"
import { ALARM_LINES, calendarText, keptLines, UNKNOWN_LINES } from "./texts"

const wall = (name: string, text: string) => `${name};TZID=Europe/Berlin:${text.replace(/[-:]/g, "")}`

/** Series as other programs write them, and what a server holds of one. */
export function splittingAt(server: CaldavServer, hand: Hand): SplitWorld["splitting"] {
  async function make({ guest, ...wish }: SeriesWish): Promise<string> {
    const name = `${randomUUID()}.ics`
    const own = addressOf("alice")
    // where the server passes answers on, the guest gives it at their own calendar
    const answered = server.can.schedules ? "NEEDS-ACTION" : "ACCEPTED"
    const lines = [
      ...[`UID:${name.slice(0, -4)}`, wall("DTSTART", wish.start), wall("DTEND", wish.end), ...wish.recurrence],
      ...[`SUMMARY:${wish.summary}`, `DESCRIPTION:${wish.description}`, `LOCATION:${wish.location}`],
      ...["TRANSP:TRANSPARENT", `CONFERENCE;VALUE=URI;FEATURE=VIDEO:${wish.conferenceUrl}`],
      ...[`ORGANIZER:mailto:${own}`, `ATTENDEE;PARTSTAT=ACCEPTED:mailto:${own}`],
      `ATTENDEE;CN="Bob, the guest";PARTSTAT=${answered};RSVP=TRUE:mailto:${guest}`,
    ]
    await hand.write(name, calendarText([...lines, ...UNKNOWN_LINES, ...ALARM_LINES]))
    if (server.can.schedules) await accepted(handOf(server, "bob"), wish.summary)
    return name
  }

  return {
    make,
    keeps: { replies: true, link: true, exceptions: true },
    loses: [],
    async kept({ eventId }) {
      const { text } = await hand.read(eventId)
      const [description = ""] = keptLines(text, /^DESCRIPTION:Minutes/)
      const [conference = null] = keptLines(text, /^CONFERENCE/)
      const conferenceUrl = conference && /https:.*$/.exec(conference)?.[0]
      return { description, conferenceUrl: conferenceUrl ?? null, free: /^TRANSP:TRANSPARENT/m.test(text) }
    },
  }
}

async function accepted(bob: Hand, summary: string): Promise<void> {
  for (const name of (await bob.names()).reverse()) {
    if (!(await bob.read(name)).text.includes(summary)) continue
    await bob.edit(name, (text) => text.replaceAll("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED"))
    return
  }
  throw new Error("the invitation did not arrive")
}
