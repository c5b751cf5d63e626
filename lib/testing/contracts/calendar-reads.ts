import { describe, expect, onTestFinished, test } from "vitest"
import { judgeLoss } from "../../domain/change"
import type { CalendarEvent } from "../../domain/event"
import type { Seen } from "../../domain/version"
import { ReconnectNeeded, TokenUnavailable } from "../../ports/calendar-provider"
import { type Acts, appliedTo, hours, instantOf, listedOn, primaryOf, weekly, window, writing } from "./calendar-world"

/** Lists, free/busy, and accounts that cannot be asked. */
export function readsContract(acts: () => Acts): void {
  describe("lists", () => {
    test("calendars: the primary one is writable by nobody else", async () => {
      const answer = await acts().mine.calendars()
      expect(answer).toMatchObject({
        kind: "calendars",
        calendars: expect.arrayContaining([
          expect.objectContaining({
            primary: true,
            writable: true,
            editors: acts().world.can.tellsEditors ? "only-me" : "unknown",
            timeZone: "Europe/Berlin",
          }),
        ]),
      })
    })

    test("a list follows its pages and keeps the order of start", async () => {
      const day = acts().freshDay(300)
      await acts().given({ ...hours(day, 9, 10), recurrence: ["RRULE:FREQ=DAILY;COUNT=300"] })
      await acts().world.shortPages?.(100)
      onTestFinished(() => acts().world.shortPages?.(null))
      const { outcome: events, all } = await acts().watching(() => listedOn(acts(), day, 300))
      expect(events).toHaveLength(300)
      const starts = events.map((seen) => (seen.value.start.kind === "timed" ? seen.value.start.at : ""))
      expect(starts).toEqual([...starts].sort())
      expect(new Set(starts).size).toBe(300)
      if (acts().world.can.pages)
        expect(all.filter((sent) => /events|calendarView/.test(sent.path)).length).toBeGreaterThan(1)
    })

    test("busy is merged, in order, cut to the window", async () => {
      const day = acts().freshDay()
      for (const [from, to] of [
        [13, 14],
        [9, 10],
        [10, 11],
        [9, 10],
      ] as const)
        await acts().given(hours(day, from, to))
      const { start, end } = hours(day, 10, 18)
      const range = { from: instantOf(start), to: instantOf(end) }
      expect(await acts().mine.busy(acts().calendarId, range)).toEqual({
        kind: "busy",
        busy: [busySpan(day, 10, 11), busySpan(day, 13, 14)],
      })
    })
  })

  describe("a series that began before the window", () => {
    async function given() {
      const day = acts().freshDay(28)
      const third = day.add({ days: 14 })
      const { value } = await acts().given({ ...hours(day, 9, 10), recurrence: ["RRULE:FREQ=WEEKLY;COUNT=3"] })
      const starts = async (on = third) => (await listedOn(acts(), on)).map((seen) => instantOf(seen.value.start))
      return { day, third, value, starts, hour: (hour: number) => instantOf(hours(third, hour, hour + 1).start) }
    }

    test("is in its list, and makes its time busy; after its end it does neither", async () => {
      const { day, third, starts, hour } = await given()
      const busy = (on = third) => acts().mine.busy(acts().calendarId, window(on))
      expect(await starts()).toEqual([hour(9)])
      expect(await busy()).toEqual({ kind: "busy", busy: [busySpan(third, 9, 10)] })
      const after = day.add({ days: 21 })
      expect(await starts(after)).toEqual([])
      expect(await busy(after)).toEqual({ kind: "busy", busy: [] })
    })

    test("T1 is told as it stands now: moved by hand, and deleted", async () => {
      const { day, starts, hour, value } = await given()
      const [instance] = await listedOn(acts(), day)
      const series = { ...value, ref: { ...value.ref, eventId: instance?.value.seriesId ?? "" } }
      expect(await starts()).toEqual([hour(9)])
      const { start, end } = hours(day, 13, 14)
      await acts().byHand(series, { start: instantOf(start), end: instantOf(end) })
      expect(await starts()).toEqual([hour(13)])
      await acts().byHand(series, { delete: true })
      expect(await starts()).toEqual([])
    })
  })

  describe("T5 a series read by its own name", () => {
    test("tells that an instance was changed by itself, and that it was again", async () => {
      const day = acts().freshDay(28)
      const [first, second] = await weekly(acts(), day)
      const series = { ...first.value.ref, eventId: first.value.seriesId ?? "" }
      const read = async () => (await acts().standing(series)).value
      expect((await read()).exceptions).toBeUndefined()
      const change = async ({ value, version }: Seen<CalendarEvent>, location: string) =>
        expect(await acts().mine.update(value.ref, { location }, version, writing())).toMatchObject({ kind: "applied" })
      await change(second, "Room 9")
      const once = await read()
      expect(once.exceptions).toBeDefined()
      expect(await read()).toEqual(once)
      const [, touched] = await listedOn(acts(), day, 28)
      if (!touched) return expect.unreachable("the second one")
      await change(touched, "Room 10")
      const again = await read()
      expect(again.exceptions).not.toBe(once.exceptions)
      const renamed = await acts().mine.update(
        series,
        { summary: "Renamed" },
        (await acts().standing(series)).version,
        writing(),
      )
      expect(appliedTo(renamed).value.exceptions, "our own writes are not taken for somebody's").toBe(
        (await read()).exceptions,
      )
      expect(judgeLoss(once, again, { kind: "delete" })).toMatchObject({ kind: "collision", changed: ["recurrence"] })
    })
  })

  describe("B2 other people's time", () => {
    const stranger = "nobody@nowhere.example"

    test("a guest's busy time, whoever asked for it; of whom nothing is known is not free", async ({ skip }) => {
      const { world, mine } = acts()
      if (!world.can.tellsBusy) return skip("it tells nothing of others")
      const day = acts().freshDay()
      const theirs = world.account(world.guest)
      const draft = { summary: "Private", ...hours(day, 9, 10) }
      expect((await theirs.create(await primaryOf(theirs), draft, writing())).kind).toBe("applied")
      const { start, end } = hours(day, 8, 12)
      const { outcome, writes } = await acts().watching(() =>
        mine.busyOf([stranger, world.guest], { from: instantOf(start), to: instantOf(end) }),
      )
      expect(outcome).toEqual({
        kind: "people",
        people: [
          { email: stranger, kind: "unknown" },
          expect.objectContaining({ email: world.guest, kind: "busy", busy: [busySpan(day, 9, 10)] }),
        ],
      })
      expect(writes).toEqual([])
    })

    test("where nobody's can be told, or it cannot be read, nobody is said to be free", async () => {
      const { world, mine } = acts()
      const ask = () => mine.busyOf([world.guest], window(acts().freshDay()))
      if (world.can.tellsBusy) await world.fault("429", { times: 20 })
      const answer = await ask()
      await world.clearFaults()
      expect(answer.kind).toBe(world.can.tellsBusy ? "throttled" : "forbidden")
    })
  })

  describe("accounts", () => {
    test("without a live grant nothing is sent, and it is said who has to sign in", async () => {
      const event = await acts().given()
      const dead = acts().world.account(acts().world.organizer, {
        accessToken: () => Promise.reject(new ReconnectNeeded()),
      })
      const { all } = await acts().watching(async () => {
        const reconnect = { kind: "reconnect", connectionId: event.value.ref.connectionId }
        expect(await dead.get(event.value.ref)).toEqual(reconnect)
        expect(await dead.calendars()).toEqual(reconnect)
        expect(await dead.update(event.value.ref, { summary: "x" }, event.version, writing())).toEqual(reconnect)
        expect(await dead.delete(event.value.ref, event.version, writing())).toEqual(reconnect)
      })
      expect(all).toEqual([])
    })

    test("when no token can be had just now, a write is certainly not applied", async () => {
      const event = await acts().given()
      const none = acts().world.account(acts().world.organizer, {
        accessToken: () => Promise.reject(new TokenUnavailable()),
      })
      expect((await none.get(event.value.ref)).kind).toBe("unreachable")
      const outcome = await none.update(event.value.ref, { summary: "x" }, event.version, writing())
      expect(outcome.kind).toBe("notApplied")
    })

    test("a login the provider does not know", async ({ skip }) => {
      if (!acts().world.can.checksLogins) return skip("it lets everybody in")
      const event = await acts().given()
      const stranger = acts().world.account(acts().world.organizer, { accessToken: async () => "no-such-token" })
      expect((await stranger.get(event.value.ref)).kind).toBe("reconnect")
      const { outcome, writes } = await acts().watching(() =>
        stranger.update(event.value.ref, { summary: "x" }, event.version, writing()),
      )
      expect(outcome.kind).toBe("reconnect")
      expect(writes.length).toBeLessThanOrEqual(1)
    })
  })
}

function busySpan(day: ReturnType<Acts["freshDay"]>, from: number, to: number) {
  const { start, end } = hours(day, from, to)
  return { start: instantOf(start), end: instantOf(end) }
}
