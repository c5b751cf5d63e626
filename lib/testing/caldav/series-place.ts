import { randomUUID } from "node:crypto"
import type { SeriesPlace } from "../series-stage"
import { handOf } from "./hand"
import { addressOf, type CaldavServer } from "./servers"
import { calendarText } from "./texts"
import type { Witness } from "./witness"

/** Series on a real server, as another program of Alice's makes and edits them, past the witness; what fails, fails at the witness. */
export function onServer(server: CaldavServer, witness: Witness): SeriesPlace {
  const hand = handOf(server, "alice")
  const wall = (name: string, text: string) => `${name};TZID=Europe/Berlin:${text.replace(/[-:]/g, "")}`
  const trim = (id: string) => ({ method: "PUT", pathIncludes: encodeURIComponent(id) })
  return {
    calendarId: async () => server.calendarId,
    async make({ summary, start, end, recurrence }) {
      const name = `${randomUUID()}.ics`
      const [own, guest] = [addressOf("alice"), addressOf("bob")]
      const people = [`ORGANIZER:mailto:${own}`, `ATTENDEE:mailto:${own}`, `ATTENDEE;RSVP=TRUE:mailto:${guest}`]
      const time = [wall("DTSTART", start), wall("DTEND", end), ...recurrence]
      await hand.write(name, calendarText([`UID:${name}`, ...time, `SUMMARY:${summary}`, "LOCATION:Room 1", ...people]))
      return name
    },
    async editBeforeTrim(id, { location, ...others }) {
      if (location === undefined || Object.keys(others).length > 0) throw new Error("only the place, here")
      const act = () => hand.edit(id, (text) => text.replace(/^LOCATION:.*$/m, `LOCATION:${location}`))
      witness.next({ ...trim(id), kind: "hold", act })
    },
    async trimFails(id, kind, delayMs = 0) {
      if (kind === "delayed-execution" || kind === "edit-before-write") throw new Error(`a witness cannot do ${kind}`)
      witness.next(kind === "latency" ? { ...trim(id), kind, delayMs } : { ...trim(id), kind })
    },
    async deletesFail(times) {
      witness.next({ kind: "429", method: "DELETE", times })
    },
  }
}
