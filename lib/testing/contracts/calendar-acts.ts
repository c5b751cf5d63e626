import { randomUUID } from "node:crypto"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { CalendarEvent } from "../../domain/event"
import type { Seen, Version } from "../../domain/version"
import type { CalendarProvider } from "../../ports/calendar-provider"
import { type Acts, appliedTo, copyOf, foundIn, guestOf, hours, later, listedOn, writing } from "./calendar-world"

/** Answers of guests, moves between calendars, and creates looked for by their marker. */
export function actsContract(acts: () => Acts): void {
  afterEach(() => acts().world.clearFaults())

  /** A meeting of the organizer's with a third guest who accepted, and the guest's own copy of it. */
  async function invitation(): Promise<{ theirs: CalendarProvider; copy: Seen<CalendarEvent>; event: CalendarEvent }> {
    const { world } = acts()
    const made = await acts().given({
      summary: `Asked ${randomUUID()}`,
      attendees: [world.guest, "kim@partner.example"],
    })
    await acts().byHand(made.value, { rsvp: { email: "kim@partner.example", response: "accepted" } })
    const event = (await acts().standing(made.value.ref)).value
    return { theirs: world.account(world.guest), copy: await copyOf(world, event), event }
  }

  const own = (event: CalendarEvent) => event.attendees.find((guest) => guest.self)?.rsvp

  describe("T2 answers", () => {
    beforeEach(({ skip }) => skip(!acts().world.can.schedules, "nobody is invited here"))

    test.each(["accepted", "tentative"] as const)(
      "%s: one request; the organizer sees it, other guests' entries stay",
      async (rsvp) => {
        const { theirs, copy, event } = await invitation()
        const { outcome, writes } = await acts().watching(() =>
          theirs.respond(copy.value.ref, { rsvp }, copy.version, writing()),
        )
        expect(["applied", "done"]).toContain(outcome.kind)
        expect(writes).toHaveLength(1)
        expect(own((await foundIn(theirs, copy.value.ref)).value)).toBe(rsvp)
        const organizers = (await acts().standing(event.ref)).value
        expect(guestOf(organizers, acts().world.guest)?.rsvp).toBe(rsvp)
        expect(guestOf(organizers, "kim@partner.example")).toEqual(guestOf(event, "kim@partner.example"))
        expect(guestOf(organizers, "kim@partner.example")?.rsvp).toBe("accepted")
      },
    )

    test("declined: it blocks no time any more", async () => {
      const { theirs, copy, event } = await invitation()
      const outcome = await theirs.respond(
        copy.value.ref,
        { rsvp: "declined", comment: "Away" },
        copy.version,
        writing(),
      )
      expect(["applied", "done"]).toContain(outcome.kind)
      const now = await theirs.get(copy.value.ref)
      expect(now.kind === "gone" || (now.kind === "found" && !now.event.value.busy)).toBe(true)
      expect(guestOf((await acts().standing(event.ref)).value, acts().world.guest)?.rsvp).toBe("declined")
    })

    test("T4 on a stale version: a conflict, and the organizer hears nothing", async () => {
      const { theirs, copy, event } = await invitation()
      await acts().byHand(event, { start: "2019-06-03T11:00", end: "2019-06-03T12:00" })
      const before = await acts().standing(event.ref)
      const { outcome, writes } = await acts().watching(() =>
        theirs.respond(copy.value.ref, { rsvp: "accepted" }, copy.version, writing()),
      )
      expect(outcome).toEqual({ kind: "conflict" })
      expect(writes).toEqual([])
      expect(await acts().standing(event.ref)).toEqual(before)
    })

    test("T3 an empty version is refused before anything is sent", async () => {
      const { theirs, copy } = await invitation()
      const { all } = await acts().watching(async () => {
        await expect(theirs.respond(copy.value.ref, { rsvp: "accepted" }, "" as Version, writing())).rejects.toThrow(
          RangeError,
        )
        await expect(theirs.move(copy.value.ref, "side", "" as Version, writing())).rejects.toThrow(RangeError)
      })
      expect(all).toEqual([])
    })

    test("a read before it that takes all of its time: nothing is sent", async () => {
      const { theirs, copy } = await invitation()
      await acts().world.fault("latency", { delayMs: 400 })
      const { outcome, writes } = await acts().watching(() =>
        theirs.respond(copy.value.ref, { rsvp: "accepted" }, copy.version, writing({ timeoutMs: 150 })),
      )
      expect(outcome).toEqual({ kind: "notApplied", reason: "too-late-to-send" })
      expect(writes).toEqual([])
    })

    test("an organizer has nothing to answer", async () => {
      const event = await acts().given()
      const { outcome, writes } = await acts().watching(() =>
        acts().mine.respond(event.value.ref, { rsvp: "accepted" }, event.version, writing()),
      )
      expect(outcome).toEqual({ kind: "forbidden", reason: "not-invited" })
      expect(writes).toEqual([])
    })

    test("another time is proposed where the provider has a way, and refused whole where it has none", async () => {
      const { theirs, copy, event } = await invitation()
      const { outcome, writes } = await acts().watching(() =>
        theirs.respond(copy.value.ref, { rsvp: "tentative", proposed: later(copy.value) }, copy.version, writing()),
      )
      const can = acts().world.can.proposesTimes
      expect(outcome).toEqual(can ? { kind: "done" } : { kind: "forbidden", reason: "not-supported" })
      expect(writes).toHaveLength(can ? 1 : 0)
      if (can) expect(writes[0]?.body).toContain("proposedNewTime")
      const rsvp = guestOf((await acts().standing(event.ref)).value, acts().world.guest)?.rsvp
      expect(rsvp).toBe(can ? "tentative" : "needsAction")
    })
  })

  describe("T2 a move to another calendar", () => {
    async function another(): Promise<string> {
      const answer = await acts().mine.calendars()
      const other =
        answer.kind === "calendars" && answer.calendars.find((c) => c.id !== acts().calendarId && c.writable)
      return other ? other.id : "elsewhere"
    }
    const cannot = { kind: "forbidden", reason: "not-supported" }

    test("one request; it keeps its id and its guests' answers, and leaves where it was", async () => {
      const event = await acts().given({ attendees: [acts().world.guest] })
      await acts().byHand(event.value, { rsvp: { email: acts().world.guest, response: "accepted" } })
      const replied = await acts().standing(event.value.ref)
      const to = await another()
      const { outcome, writes } = await acts().watching(() =>
        acts().mine.move(replied.value.ref, to, replied.version, writing()),
      )
      if (!acts().world.can.moves) {
        expect(outcome).toEqual(cannot)
        expect(writes).toEqual([])
        return
      }
      const moved = appliedTo(outcome)
      expect(writes).toHaveLength(1)
      expect(moved.value.ref).toEqual({ ...event.value.ref, calendarId: to })
      expect(guestOf((await acts().standing(moved.value.ref)).value, acts().world.guest)?.rsvp).toBe("accepted")
      expect((await acts().mine.get(event.value.ref)).kind).toBe("gone")
      const back = appliedTo(await acts().mine.move(moved.value.ref, acts().calendarId, moved.version, writing()))
      expect((await acts().standing(event.value.ref)).version).toBe(back.version)
    })

    test("T4 on a stale version: a conflict, and it stays", async () => {
      const event = await acts().given()
      await acts().byHand(event.value, { summary: "By hand" })
      const before = await acts().standing(event.value.ref)
      const to = await another()
      const { outcome, writes } = await acts().watching(() =>
        acts().mine.move(event.value.ref, to, event.version, writing()),
      )
      expect(outcome).toEqual(acts().world.can.moves ? { kind: "conflict" } : cannot)
      expect(writes).toEqual([])
      expect(await acts().standing(event.value.ref)).toEqual(before)
    })
  })

  describe("B4 a create is found by its marker, by reading alone", () => {
    test.each(["ordinary", "stripped"] as const)("%s", async (how) => {
      const day = acts().freshDay()
      const draft = { summary: "Once", ...hours(day, 9, 10) }
      const options = writing()
      const { calendarId, mine, world } = acts()
      expect(await mine.findCreated(calendarId, draft, options.marker)).toMatchObject({
        kind: "gone",
        how: "not-found",
      })
      if (how === "stripped") await world.fault("strip-unknown-properties", { method: world.can.create })
      const made = appliedTo(await mine.create(calendarId, draft, options))
      const { outcome, writes } = await acts().watching(() => mine.findCreated(calendarId, draft, options.marker))
      expect(writes).toEqual([])
      expect(outcome).toMatchObject({
        kind: "found",
        event: { value: { ref: made.value.ref, marker: options.marker } },
      })
      expect(await listedOn(acts(), day)).toHaveLength(1)
    })

    test("another's draft at the same time is not it", async () => {
      const day = acts().freshDay()
      const draft = { summary: "Twin", ...hours(day, 9, 10) }
      appliedTo(await acts().mine.create(acts().calendarId, draft, writing()))
      expect((await acts().mine.findCreated(acts().calendarId, draft, randomUUID())).kind).toBe("gone")
    })
  })
}
