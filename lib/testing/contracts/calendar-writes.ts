import { describe, expect, test } from "vitest"
import type { CalendarEvent } from "../../domain/event"
import { type Acts, allDay, appliedTo, copyOf, hours, later, listedOn, weekly, writing } from "./calendar-world"

/** What a write carries, and what it leaves as it was. */
export function writesContract(acts: () => Acts): void {
  describe("what a write does", () => {
    test("a time change carries times and the marker, nothing of the guests", async () => {
      const event = await acts().given({ attendees: [acts().world.guest] })
      const options = writing()
      const { outcome, writes } = await acts().watching(() =>
        acts().mine.update(event.value.ref, later(event.value), event.version, options),
      )
      expect(appliedTo(outcome).value).toMatchObject(later(event.value))
      const { update, patches } = acts().world.can
      expect(writes.map((sent) => sent.method)).toEqual([update])
      expect(writes[0]?.body).toContain(options.marker)
      if (patches) expect(writes[0]?.body).not.toMatch(/attendees|summary|subject|location|recurrence/)
      expect((await acts().standing(event.value.ref)).value.attendees).toEqual(event.value.attendees)
    })

    test("replies of guests survive a change of other fields, and the guests survive a change of time", async () => {
      const event = await acts().given({ attendees: [acts().world.guest, "kim@partner.example"] })
      await acts().byHand(event.value, { rsvp: { email: acts().world.guest, response: "accepted" } })
      const replied = await acts().standing(event.value.ref)
      const renamed = appliedTo(
        await acts().mine.update(event.value.ref, { location: "Room 4" }, replied.version, writing()),
      )
      expect(renamed.value.attendees).toEqual(replied.value.attendees)
      const moved = appliedTo(await acts().mine.update(event.value.ref, later(event.value), renamed.version, writing()))
      const entry = ({ email, name, optional, organizer }: CalendarEvent["attendees"][number]) => ({
        email,
        name,
        optional,
        organizer,
      })
      expect(moved.value.attendees.map(entry)).toEqual(replied.value.attendees.map(entry))
      expect((await acts().standing(event.value.ref)).value.attendees).toEqual(moved.value.attendees)
    })

    test("the marker is there after a write, in get and in list, and the next one takes its place", async () => {
      const day = acts().freshDay()
      const [created, updated] = [writing(), writing()]
      const draft = { summary: "Marked", ...hours(day, 9, 10) }
      const { ref } = appliedTo(await acts().mine.create(acts().calendarId, draft, created)).value
      const event = await acts().standing(ref)
      expect(event.value.marker).toBe(created.marker)
      await acts().mine.update(ref, later(event.value), event.version, updated)
      expect((await acts().standing(ref)).value.marker).toBe(updated.marker)
      expect((await listedOn(acts(), day)).map((seen) => seen.value.marker)).toEqual([updated.marker])
    })

    test("create twice with one marker is one event, applied both times", async () => {
      const day = acts().freshDay()
      const options = writing()
      const draft = { summary: "Once", ...hours(day, 9, 10), attendees: [acts().world.guest] }
      const first = appliedTo(await acts().mine.create(acts().calendarId, draft, options))
      const again = appliedTo(await acts().mine.create(acts().calendarId, draft, options))
      expect(again.value.ref).toEqual(first.value.ref)
      expect(again.value.marker).toBe(options.marker)
      expect(await listedOn(acts(), day)).toHaveLength(1)
    })

    test("moving an instance makes an exception and leaves the series and the other instances", async () => {
      const day = acts().freshDay(28)
      const [first, second, third] = await weekly(acts(), day)
      expect(second.value).toMatchObject({ shape: "occurrence", seriesId: first.value.seriesId })
      const moved = appliedTo(
        await acts().mine.update(second.value.ref, later(second.value), second.version, writing()),
      )
      expect(moved.value).toMatchObject({
        shape: "exception",
        seriesId: second.value.seriesId,
        originalStart: second.value.start,
        ...later(second.value),
      })
      const times = (await listedOn(acts(), day, 28)).map((seen) => seen.value.start)
      expect(times).toEqual([first.value.start, moved.value.start, third.value.start])
    })

    test("moving a whole series moves its instances", async () => {
      const day = acts().freshDay(28)
      const [first] = await weekly(acts(), day)
      const master = await acts().standing({ ...first.value.ref, eventId: first.value.seriesId ?? "" })
      expect(master.value).toMatchObject({ shape: "series", seriesId: master.value.ref.eventId })
      expect(master.value.recurrence.join()).toMatch(/^RRULE:FREQ=WEEKLY;.*COUNT=3/)
      appliedTo(await acts().mine.update(master.value.ref, later(master.value), master.version, writing()))
      const times = (await listedOn(acts(), day, 28)).map((seen) => seen.value.start)
      expect(times).toEqual([0, 7, 14].map((days) => hours(day.add({ days }), 10, 11).start))
    })

    test("all-day, to another day, to an hour and back", async () => {
      const day = acts().freshDay(2)
      const event = await acts().given(allDay(day))
      expect(event.value).toMatchObject(allDay(day))
      const versions = [event]
      for (const span of [allDay(day.add({ days: 1 })), hours(day, 9, 10), allDay(day, 2)]) {
        const last = versions.at(-1) ?? event
        const next = appliedTo(await acts().mine.update(event.value.ref, span, last.version, writing()))
        expect(next.value).toMatchObject(span)
        versions.push(next)
      }
    })

    test("a guest may not move the meeting, and is told why", async ({ skip }) => {
      if (!acts().world.can.schedules) return skip("nobody gets a copy here")
      const event = await acts().given({ attendees: [acts().world.guest] })
      const theirs = acts().world.account(acts().world.guest)
      const copy = await copyOf(acts().world, event.value)
      expect(copy.value).toMatchObject({ movable: false, unmovable: "not-organizer" })
      const { outcome, writes } = await acts().watching(() =>
        theirs.update(copy.value.ref, later(copy.value), copy.version, writing()),
      )
      expect(outcome).toEqual({ kind: "forbidden", reason: "not-organizer" })
      expect(writes).toHaveLength(acts().world.can.refusesGuests === "there" ? 1 : 0)
      expect(await acts().standing(event.value.ref)).toEqual(event)
    })
  })
}
