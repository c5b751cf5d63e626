import { randomUUID } from "node:crypto"
import { beforeAll, describe, expect, test } from "vitest"
import type { EventRef, When } from "../../domain/event"
import type { SplitLoss } from "../../domain/plan"
import { splitSeries } from "../../domain/split-series"
import type { Version } from "../../domain/version"
import {
  type Acts,
  actsIn,
  appliedTo,
  type CalendarWorld,
  CONNECTION,
  foundIn,
  guestOf,
  hours,
  instantOf,
  listedOn,
  writing,
} from "./calendar-world"

/** A series as somebody made it in the provider's own calendar. Times are wall clocks of Berlin. */
export interface SeriesWish {
  readonly summary: string
  readonly description: string
  readonly location: string
  readonly start: string
  readonly end: string
  readonly recurrence: readonly string[]
  readonly guest: string
  readonly conferenceUrl: string
}

/** A provider that can be looked into: what it keeps of an event, and what a new series there takes over. */
export interface SplitWorld extends CalendarWorld {
  readonly splitting: {
    /** Made with everything that a person cannot type again; it takes no time, and the guest has accepted. @returns its id */
    make(wish: SeriesWish): Promise<string>
    kept(
      ref: EventRef,
    ): Promise<{ readonly description: string; readonly conferenceUrl: string | null; readonly free: boolean }>
    readonly keeps: { readonly replies: boolean; readonly link: boolean; readonly exceptions: boolean }
    readonly loses: readonly SplitLoss[]
  }
}

/** A series parted in two: the new one is a copy of what the provider itself keeps of the old one. */
export function splitsContract(name: string, setUp: () => Promise<SplitWorld>, yearsBefore = 2): void {
  let world: SplitWorld
  let acts: Acts
  beforeAll(async () => {
    world = await setUp()
    acts = await actsIn(world, yearsBefore)
  })

  /** Four weeks of a meeting with everything that a person cannot type again, made in the provider's own calendar. */
  async function given() {
    const { freshDay, mine, calendarId } = acts
    const day = freshDay(35)
    const wish: SeriesWish = {
      summary: `Parted ${randomUUID()}`,
      description: "Minutes: https://notes.example/1",
      location: "Room Spree",
      start: `${day}T09:00:00`,
      end: `${day}T10:00:00`,
      recurrence: ["RRULE:FREQ=WEEKLY;COUNT=4"],
      guest: world.guest,
      conferenceUrl: "https://meet.example/abc-defg",
    }
    const ref: EventRef = { connectionId: CONNECTION, calendarId, eventId: await world.splitting.make(wish) }
    const series = await foundIn(mine, ref)
    const third = day.add({ days: 14 })
    const from: When = hours(third, 9, 10).start
    const parts = splitSeries(series.value, from, hours(third, 15, 16))
    if (!parts) return expect.unreachable("cannot be parted")
    const starts = async () =>
      (await listedOn(acts, day, 35))
        .filter(({ value }) => value.summary === wish.summary)
        .map(({ value }) => instantOf(value.start))
    return { ref, series, from, parts, day, third, wish, starts }
  }

  describe(`T13 a split: ${name}`, () => {
    test("one request; the new series has what the old one had, and the old one is not touched", async () => {
      const { ref, series, from, parts, third } = await given()
      const { mine, watching } = acts
      const { outcome, writes } = await watching(() => mine.split(ref, from, parts.tail, series.version, writing()))
      expect(writes).toHaveLength(1)
      const made = appliedTo(outcome).value
      expect(made.ref.eventId).not.toBe(ref.eventId)
      expect(made).toMatchObject({
        shape: "series",
        location: "Room Spree",
        busy: false,
        summary: series.value.summary,
      })
      expect(instantOf(made.start)).toBe(instantOf(hours(third, 15, 16).start))
      expect(made.recurrence.join()).toContain("COUNT=2")
      expect(guestOf(made, world.guest)).toBeDefined()
      const { keeps } = world.splitting
      expect(guestOf(made, world.guest)?.rsvp).toBe(keeps.replies ? "accepted" : "needsAction")
      const stored = await world.splitting.kept(made.ref)
      expect(stored.description).toContain("Minutes: https://notes.example/1")
      expect(stored.free).toBe(true)
      if (keeps.link) expect(stored.conferenceUrl).toBe("https://meet.example/abc-defg")
      else expect(stored.conferenceUrl).not.toBeNull()
      expect((await foundIn(mine, ref)).version).toBe(series.version)
    })

    test("what it would lose is told before", async () => {
      const { ref, from } = await given()
      const tail = await acts.mine.tail(ref, from)
      expect(tail).toMatchObject({
        kind: "tail",
        unkept: 0,
        loses: world.splitting.loses,
      })
    })

    test("and the end of the old one: every instance once", async () => {
      const { ref, series, from, parts, day, starts } = await given()
      appliedTo(await acts.mine.split(ref, from, parts.tail, series.version, writing()))
      appliedTo(await acts.mine.update(ref, parts.head, series.version, writing()))
      const hour = (week: number, at: number) => instantOf(hours(day.add({ days: 7 * week }), at, at + 1).start)
      expect(await starts()).toEqual([hour(0, 9), hour(1, 9), hour(2, 15), hour(3, 15)])
    })

    test("T4 of another version: a conflict, and nothing is sent", async () => {
      const { ref, from, parts, series } = await given()
      await acts.byHand(series.value, { location: "Room 9" })
      const { outcome, writes } = await acts.watching(() =>
        acts.mine.split(ref, from, parts.tail, series.version, writing()),
      )
      expect(outcome).toEqual({ kind: "conflict" })
      expect(writes).toEqual([])
    })

    test("T3 without a version: refused before anything is sent", async () => {
      const { ref, from, parts } = await given()
      const { all } = await acts.watching(() =>
        expect(acts.mine.split(ref, from, parts.tail, "" as Version, writing())).rejects.toThrow(),
      )
      expect(all).toEqual([])
    })

    test("B4 answered twice: the same series, and found by its marker", async () => {
      const { ref, series, from, parts } = await given()
      const options = writing()
      const first = appliedTo(await acts.mine.split(ref, from, parts.tail, series.version, options))
      const again = appliedTo(await acts.mine.split(ref, from, parts.tail, series.version, options))
      expect(again.value.ref).toEqual(first.value.ref)
      const draft = { summary: "", ...parts.tail }
      const found = await acts.mine.findCreated(ref.calendarId, draft, options.marker)
      expect(found).toMatchObject({ kind: "found", event: { value: { ref: first.value.ref, marker: options.marker } } })
    })

    test("later instances changed by hand: told before, and refused", async ({ skip }) => {
      if (world.splitting.keeps.exceptions) return skip("they go along")
      const { ref, from, parts, day, wish } = await given()
      const last = (await listedOn(acts, day.add({ days: 21 }))).find(({ value }) => value.summary === wish.summary)
      if (!last) return expect.unreachable("the last one")
      await acts.byHand(last.value, { location: "Room 9" })
      expect(await acts.mine.tail(ref, from)).toMatchObject({ unkept: 1 })
      const { outcome, writes } = await acts.watching(async () =>
        acts.mine.split(ref, from, parts.tail, (await foundIn(acts.mine, ref)).version, writing()),
      )
      expect(outcome).toEqual({ kind: "forbidden", reason: "series-exceptions" })
      expect(writes).toEqual([])
    })
  })
}
