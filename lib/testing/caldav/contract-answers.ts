import { randomUUID } from "node:crypto"
import type { Temporal } from "temporal-polyfill"
import { describe, expect, test } from "vitest"
import { ownAnswer } from "../../domain/change"
import { appliedTo, writing } from "../contracts/calendar-world"
import type { World } from "./contract"
import { at, calendarText, keptLines, UNKNOWN_LINES } from "./texts"

const ALICE = 'ATTENDEE;CN="Alice, at home";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:alice@example.com'
const KIM = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:kim@partner.example"

/** Answers to invitations that came from elsewhere (RFC 6638 3.2.2): what changes in the guest's own copy, and where nobody would be told. */
export function answersContract(world: World): void {
  interface Wish {
    readonly more?: readonly string[]
    readonly organizer?: string
    readonly guest?: string
  }
  async function invited(day: Temporal.PlainDate, { more = [], organizer = "ORGANIZER", guest = ALICE }: Wish = {}) {
    const name = `${randomUUID()}.ics`
    const uid = `UID:${name.slice(0, -4)}`
    const lines = [
      uid,
      at("DTSTART", day, 9),
      at("DTEND", day, 10),
      "SUMMARY:Asked",
      `${organizer}:mailto:kim@partner.example`,
    ]
    const held = await world().hand.write(name, calendarText([...lines, KIM, guest, ...UNKNOWN_LINES, ...more]))
    return { name, held, copy: await world().standing(world().ref(name)) }
  }

  describe("T2 an answer", () => {
    test("where the server tells nobody it is refused, unsent", async ({ skip }) => {
      if (world().server.can.schedules) return skip("this server tells the organizer")
      const { name, held, copy } = await invited(world().freshDay())
      const { outcome, writes } = await world().watching(() =>
        world().mine.respond(copy.value.ref, { rsvp: "accepted" }, copy.version, writing()),
      )
      expect(outcome).toEqual({ kind: "forbidden", reason: "answer-not-told" })
      expect(writes).toEqual([])
      expect(await world().hand.read(name)).toEqual(held)
    })

    test("changes the own entry and nothing else that was there", async ({ skip }) => {
      if (!world().server.can.schedules) return skip("this server tells nobody")
      const { name, held, copy } = await invited(world().freshDay())
      expect(ownAnswer(copy.value)).toBe("needsAction")
      const { outcome, writes } = await world().watching(() =>
        world().mine.respond(copy.value.ref, { rsvp: "tentative", comment: "If I can" }, copy.version, writing()),
      )
      expect(ownAnswer(appliedTo(outcome).value)).toBe("tentative")
      expect(writes).toMatchObject([{ method: "PUT", ifMatch: copy.version }])
      const { text } = await world().hand.read(name)
      for (const pattern of [/^(SUMMARY|DT(START|END)|UID|SEQUENCE|ATTENDEE.*kim)/, /^X-(?!IFMATCH)/])
        expect(keptLines(text, pattern)).toEqual(keptLines(held.text, pattern))
      expect(keptLines(text, /^ATTENDEE.*alice/).join()).toMatch(/CN="Alice, at home".*PARTSTAT=TENTATIVE/)
    })

    test("under another of the account's addresses it is the account's own", async ({ skip }) => {
      if (!world().server.can.schedules) return skip("this server tells nobody")
      const { copy } = await invited(world().freshDay(), { guest: ALICE.replace("example.com", "localhost") })
      expect(copy.value.attendees.map(({ email, self }) => [email, self])).toEqual([
        ["kim@partner.example", false],
        ["alice@localhost", true],
      ])
      const outcome = await world().mine.respond(copy.value.ref, { rsvp: "accepted" }, copy.version, writing())
      expect(ownAnswer(appliedTo(outcome).value)).toBe("accepted")
    })

    test("to one instance makes an exception; the series keeps its answer, and one to the series keeps that of the instance", async ({
      skip,
    }) => {
      if (!world().server.can.schedules) return skip("this server tells nobody")
      const day = world().freshDay(28)
      const { copy } = await invited(day, { more: ["RRULE:FREQ=WEEKLY;COUNT=3"] })
      const [, second] = await world().listed(day, 28)
      if (!second) return expect.unreachable("three instances")
      appliedTo(await world().mine.respond(second.value.ref, { rsvp: "declined" }, second.version, writing()))
      const answers = async () => (await world().listed(day, 28)).map(({ value }) => ownAnswer(value))
      expect(await answers()).toEqual(["needsAction", "declined", "needsAction"])
      const series = await world().standing(copy.value.ref)
      appliedTo(await world().mine.respond(series.value.ref, { rsvp: "accepted" }, series.version, writing()))
      expect(await answers()).toEqual(["accepted", "declined", "accepted"])
    })

    test("that the organizer wants to hear of in another way is refused, unsent", async ({ skip }) => {
      if (!world().server.can.schedules) return skip("this server tells nobody")
      const { copy } = await invited(world().freshDay(), { organizer: "ORGANIZER;SCHEDULE-AGENT=CLIENT" })
      const { outcome, writes } = await world().watching(() =>
        world().mine.respond(copy.value.ref, { rsvp: "accepted" }, copy.version, writing()),
      )
      expect(outcome).toEqual({ kind: "forbidden", reason: "answer-not-told" })
      expect(writes).toEqual([])
    })
  })
}
