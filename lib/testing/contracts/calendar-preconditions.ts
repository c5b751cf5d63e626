import { describe, expect, test } from "vitest"
import type { CalendarEvent } from "../../domain/event"
import { careValues } from "../../domain/event-diff"
import type { Version } from "../../domain/version"
import {
  type Acts,
  appliedTo,
  CONNECTION,
  guestOf,
  hours,
  later,
  listedOn,
  weekly,
  window,
  writing,
} from "./calendar-world"

/** Reads carry versions, writes ask for one, a lost one is an answer. */
export function preconditionsContract(acts: () => Acts): void {
  describe("versions", () => {
    test("T1 every read carries the version, get and list the same one", async () => {
      const day = acts().freshDay()
      const event = await acts().given(hours(day, 9, 10))
      const listed = await listedOn(acts(), day)
      expect(listed.map((seen) => seen.version)).toEqual([event.version])
      expect(event.version).not.toBe("")
    })

    test("T2 If-Match of an update and of a delete is the version, verbatim", async () => {
      const event = await acts().given()
      const updated = await acts().watching(() =>
        acts().mine.update(event.value.ref, { summary: "Renamed" }, event.version, writing()),
      )
      const fresh = await acts().standing(event.value.ref)
      const deleted = await acts().watching(() => acts().mine.delete(event.value.ref, fresh.version, writing()))
      expect([...updated.writes, ...deleted.writes].map((sent) => sent.ifMatch)).toEqual([event.version, fresh.version])
    })

    test.each(["", " ", "*"])("T3 a version of %j is refused before anything is sent", async (empty) => {
      const event = await acts().given()
      const blind = empty as Version
      const { all } = await acts().watching(async () => {
        const update = acts().mine.update(event.value.ref, { summary: "Blind" }, blind, writing())
        await expect(update).rejects.toThrow(RangeError)
        await expect(acts().mine.delete(event.value.ref, blind, writing())).rejects.toThrow(RangeError)
      })
      expect(all).toEqual([])
      expect(await acts().standing(event.value.ref)).toEqual(event)
    })

    test("the version that a write returns is the one to build on", async () => {
      const event = await acts().given()
      const first = appliedTo(await acts().mine.update(event.value.ref, { summary: "One" }, event.version, writing()))
      const second = await acts().mine.update(event.value.ref, { summary: "Two" }, first.version, writing())
      expect(appliedTo(second).value.summary).toBe("Two")
    })
  })

  describe("conflicts", () => {
    test("T4 T5 T6 a stale update or delete is one request, a conflict, and changes nothing", async () => {
      const event = await acts().given()
      await acts().byHand(event.value, { summary: "By hand" })
      const before = await acts().standing(event.value.ref)
      for (const write of [
        () => acts().mine.update(event.value.ref, later(event.value), event.version, writing()),
        () => acts().mine.delete(event.value.ref, event.version, writing()),
      ]) {
        const { outcome, writes } = await acts().watching(write)
        expect(outcome).toEqual({ kind: "conflict" })
        expect(writes).toHaveLength(1)
      }
      expect(await acts().standing(event.value.ref)).toEqual(before)
    })

    test("T4 of sixteen writers with one version one is applied, and only its change is there, five times over", async () => {
      const { ref } = (await acts().given()).value
      for (let round = 0; round < 5; round++) {
        const seen = await acts().standing(ref)
        const names = Array.from({ length: 16 }, (_, i) => `Round ${round}, writer ${i}`)
        const { outcome, writes } = await acts().watching(() =>
          Promise.all(names.map((summary) => acts().mine.update(ref, { summary }, seen.version, writing()))),
        )
        const kinds = outcome.map((each) => each.kind)
        expect([...kinds].sort()).toEqual(["applied", ...Array<string>(15).fill("conflict")])
        expect(writes.map((sent) => sent.ifMatch)).toEqual(Array<string>(16).fill(seen.version))
        expect((await acts().standing(ref)).value.summary).toBe(names[kinds.indexOf("applied")])
      }
    })

    test("A, B and A again: a conflict, but applied where the version came back with the content", async () => {
      const event = await acts().given()
      await acts().byHand(event.value, { summary: "B" })
      await acts().byHand(event.value, { summary: event.value.summary })
      const again = await acts().standing(event.value.ref)
      const { contentVersions } = acts().world.can
      expect(again.version === event.version).toBe(contentVersions)
      const { outcome, writes } = await acts().watching(() =>
        acts().mine.update(event.value.ref, later(event.value), event.version, writing()),
      )
      expect(outcome.kind).toBe(contentVersions ? "applied" : "conflict")
      expect(writes).toHaveLength(1)
      // either way nothing of B, and all of A
      expect((await acts().standing(event.value.ref)).value.summary).toBe(event.value.summary)
    })

    test("T4 a guest's reply moves the version of the organizer's copy", async () => {
      const event = await acts().given({ attendees: [acts().world.guest] })
      await acts().byHand(event.value, { rsvp: { email: acts().world.guest, response: "accepted" } })
      const stale = await acts().mine.update(event.value.ref, later(event.value), event.version, writing())
      expect(stale).toEqual({ kind: "conflict" })
      const fresh = await acts().standing(event.value.ref)
      expect(careValues(fresh.value)).toEqual(careValues(event.value))
      expect(guestOf(fresh.value, acts().world.guest)?.rsvp).toBe("accepted")
    })
  })

  describe("gone", () => {
    test("T8 a deleted event", async () => {
      const event = await acts().given()
      expect(await acts().mine.delete(event.value.ref, event.version, writing())).toEqual({ kind: "deleted" })
      expect((await acts().mine.get(event.value.ref)).kind).toBe("gone")
      expect(await lossOf(acts(), event.value, event.version)).toBe("gone")
    })

    test("T8 a cancelled instance; the others stay", async () => {
      const day = acts().freshDay(28)
      const [first, second, third] = await weekly(acts(), day)
      expect(await acts().mine.delete(second.value.ref, second.version, writing())).toEqual({ kind: "deleted" })
      expect((await acts().mine.get(second.value.ref)).kind).toBe("gone")
      expect(await lossOf(acts(), second.value, second.version)).toBe("gone")
      const left = await listedOn(acts(), day, 28)
      expect(left.map((seen) => seen.value.ref.eventId)).toEqual([first, third].map((seen) => seen.value.ref.eventId))
    })

    test.each(["nosuchevent", "a/b%c d?e#f", "AAMk+/=="])("T8 an id that never was: %s", async (eventId) => {
      const ref = { connectionId: CONNECTION, calendarId: acts().calendarId, eventId }
      const { outcome, all } = await acts().watching(() => acts().mine.get(ref))
      expect(["gone", "forbidden"]).toContain(outcome.kind)
      expect(all.map((sent) => sent.path.split("/").at(-1))).toContain(encodeURIComponent(eventId))
    })

    test.each(["", ".", ".."])(
      "an id of %j would be about something else: refused before anything is sent",
      async (id) => {
        const ref = { connectionId: CONNECTION, calendarId: acts().calendarId, eventId: id }
        const seen = '"1"' as Version
        const { all } = await acts().watching(async () => {
          await expect(acts().mine.get(ref)).rejects.toThrow(RangeError)
          await expect(acts().mine.update(ref, { summary: "x" }, seen, writing())).rejects.toThrow(RangeError)
          await expect(acts().mine.delete(ref, seen, writing())).rejects.toThrow(RangeError)
          await expect(acts().mine.list(id, window(acts().freshDay()))).rejects.toThrow(RangeError)
        })
        expect(all).toEqual([])
      },
    )

    test("a calendar that is not there", async () => {
      const range = window(acts().freshDay())
      for (const calendarId of ["no-such-calendar", "a/b%c d?e#f"]) {
        expect(["gone", "forbidden"]).toContain((await acts().mine.list(calendarId, range)).kind)
        expect(["gone", "forbidden"]).toContain((await acts().mine.busy(calendarId, range)).kind)
      }
    })
  })
}

/** What a caller ends with: a lost precondition is followed by a read, and that says that it is gone. Where a write starts from a text that has to be read again, nothing is sent. */
async function lossOf(acts: Acts, event: CalendarEvent, version: Version): Promise<string> {
  const { outcome, writes } = await acts.watching(() =>
    acts.mine.update(event.ref, { summary: "Too late" }, version, writing()),
  )
  expect(writes.length).toBeLessThanOrEqual(1)
  return outcome.kind === "conflict" ? (await acts.mine.get(event.ref)).kind : outcome.kind
}
