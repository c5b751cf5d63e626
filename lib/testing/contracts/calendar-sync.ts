import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import type { Temporal } from "temporal-polyfill"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { type CalendarEvent, eventKey } from "../../domain/event"
import { noLongerThere } from "../../domain/no-longer-there"
import type { Seen } from "../../domain/version"
import type { Window } from "../../ports/calendar-provider"
import type { CalendarSync, Changes } from "../../ports/calendar-sync"
import type { PersonsEdit } from "../../sandbox/calendar/as-person"
import {
  type Acts,
  actsIn,
  appliedTo,
  type CalendarWorld,
  hours,
  instantOf,
  later,
  weekly,
  window,
  writing,
} from "./calendar-world"

export interface SyncWorld extends CalendarWorld {
  sync(person: string): CalendarSync
  /** Makes the provider forget every cursor it has given out; null where nobody can. */
  readonly expireCursors: (() => Promise<void>) | null
}

/**
 * What every adapter behind lib/ports/calendar-sync.ts does, over HTTP and with the real SDK. An account without channels (CalDAV) skips theirs.
 */
export function calendarSyncContract(name: string, setUp: () => Promise<SyncWorld>): void {
  describe(`sync: ${name}`, () => {
    let world: SyncWorld
    let acts: Acts
    let sync: CalendarSync
    beforeAll(async () => {
      world = await setUp()
      acts = await actsIn(world, 4)
      sync = world.sync(world.organizer)
    })

    /** The window belongs to the cursor: of the last new start, if no other is named. */
    let begun: Window | null = null
    async function changes(cursor: string | null, days = begun ?? window(acts.freshDay(7), 7)): Promise<Changes> {
      begun = days
      const answer = await sync.changes(acts.calendarId, cursor, days)
      return answer.kind === "changes" ? answer : expect.unreachable(JSON.stringify(answer))
    }
    const idOf = (event: CalendarEvent) => event.ref.eventId

    test("a new start tells all that stands in the window, once each, with the versions that a read tells", async () => {
      const day = acts.freshDay(2)
      const inside = await acts.given(hours(day, 9, 10))
      const outside = await acts.given(hours(day.add({ days: 1 }), 9, 10))
      const first = await changes(null, window(day))
      expect(first.full).toBe(true)
      expect(first.removed).toEqual([])
      const found = first.changed.filter(({ value }) => idOf(value) === idOf(inside.value))
      expect(found.map(({ version }) => version)).toEqual([inside.version])
      expect(first.changed.map(({ value }) => idOf(value))).not.toContain(idOf(outside.value))
    })

    test("pages are followed", async () => {
      const day = acts.freshDay(300)
      await acts.given({ ...hours(day, 9, 10), recurrence: ["RRULE:FREQ=DAILY;COUNT=300"] })
      await world.shortPages?.(100)
      onTestFinished(() => world.shortPages?.(null))
      const { outcome, all } = await acts.watching(() => changes(null, window(day, 300)))
      const { changed } = outcome
      if (world.can.pages) expect(all.length).toBeGreaterThan(1)
      expect(new Set(changed.map(({ value }) => idOf(value))).size).toBe(300)
    })

    test("nothing happened: nothing is told, and the cursor goes on", async () => {
      const day = acts.freshDay()
      await acts.given(hours(day, 9, 10))
      const first = await changes(null, window(day))
      const second = await changes(first.cursor)
      expect(second).toMatchObject({ full: false, changed: [], removed: [] })
      expect(await changes(second.cursor)).toMatchObject({ full: false, changed: [], removed: [] })
    })

    test("what was moved, made and deleted since is told", async () => {
      const day = acts.freshDay()
      const [moved, deleted] = [await acts.given(hours(day, 9, 10)), await acts.given(hours(day, 12, 13))]
      const first = await changes(null, window(day))
      const { start, end } = later(moved.value)
      await acts.byHand(moved.value, { start: instantOf(start), end: instantOf(end) })
      await acts.byHand(deleted.value, { delete: true })
      const made = await acts.given(hours(day, 15, 16))
      const second = await changes(first.cursor)
      const told = new Map(second.changed.map((seen) => [idOf(seen.value), seen]))
      expect([...told.keys()].sort()).toEqual([idOf(moved.value), idOf(made.value)].sort())
      expect(told.get(idOf(moved.value))).toEqual(await acts.standing(moved.value.ref))
      expect(second.removed).toEqual([idOf(deleted.value)])
    })

    test("B4 our own write comes with its marker", async () => {
      const day = acts.freshDay()
      const event = await acts.given(hours(day, 9, 10))
      const first = await changes(null, window(day))
      const options = writing()
      appliedTo(await acts.mine.update(event.value.ref, later(event.value), event.version, options))
      const second = await changes(first.cursor)
      expect(second.changed.map(({ value }) => value.marker)).toEqual([options.marker])
    })

    test("one instance less of a series: it is told apart from those that stay", async () => {
      const day = acts.freshDay(28)
      const [one, two, three] = await weekly(acts, day)
      const first = await changes(null, window(day, 28))
      expect(await acts.mine.delete(two.value.ref, two.version, writing())).toEqual({ kind: "deleted" })
      const second = await changes(first.cursor)
      const redrawn = new Set(second.redrawn)
      const told = new Set(second.changed.map(({ value }) => idOf(value)))
      const gone = [one, two, three]
        .filter(({ value }) => redrawn.has(value.seriesId ?? "") && !told.has(idOf(value)))
        .map(({ value }) => idOf(value))
      expect([...new Set([...second.removed, ...gone])]).toEqual([idOf(two.value)])
    })

    test("an edit of a series tells its instances", async () => {
      const day = acts.freshDay(28)
      const [one, two, three] = await weekly(acts, day)
      const first = await changes(null, window(day, 28))
      const master = { ...one.value.ref, eventId: one.value.seriesId ?? "" }
      await acts.byHand({ ...one.value, ref: master }, { summary: "Renamed" })
      const { changed } = await changes(first.cursor)
      const titles = new Map(changed.map(({ value }) => [eventKey(value.ref), value.summary]))
      for (const { value } of [one, two, three]) expect(titles.get(eventKey(value.ref))).toBe("Renamed")
    })

    const byHand = ({ start, end }: ReturnType<typeof hours>) => ({ start: instantOf(start), end: instantOf(end) })
    const until = (day: Temporal.PlainDate) => `RRULE:FREQ=WEEKLY;UNTIL=${day.toString().replaceAll("-", "")}T220000Z`
    const stands = (events: Iterable<Seen<CalendarEvent>>) =>
      new Map([...events].map(({ value, version }) => [idOf(value), { version, start: value.start, end: value.end }]))
    test.each<[string, (day: Temporal.PlainDate) => PersonsEdit, number]>([
      ["a series shortened", (day) => ({ recurrence: [until(day.add({ days: 7 }))] }), 2],
      ["a series that ends before the window", (day) => ({ recurrence: [until(day.subtract({ days: 7 }))] }), 0],
      ["a series moved", (day) => byHand(hours(day.subtract({ days: 14 }), 13, 14)), 4],
      ["a series deleted", () => ({ delete: true }), 0],
    ])("%s: what was known and what is told since make up what a new start tells", async (_, edit, left) => {
      const day = acts.freshDay(56).add({ days: 14 })
      const days = window(day, 28)
      const begins = day.subtract({ days: 14 })
      const { value } = await acts.given({ ...hours(begins, 9, 10), recurrence: ["RRULE:FREQ=WEEKLY;COUNT=6"] })
      const first = await changes(null, days)
      expect(first.changed.length).toBe(4)
      const [instance] = first.changed
      const eventId = instance?.value.seriesId ?? expect.unreachable("a series")
      await acts.byHand({ ...value, ref: { ...value.ref, eventId } }, edit(day))

      const { changed, ...told } = await changes(first.cursor, days)
      const named = new Set(changed.map((seen) => idOf(seen.value)))
      const known = new Map(first.changed.map((seen) => [idOf(seen.value), seen]))
      const series = first.changed.map(({ value }) => [idOf(value), value] as const)
      for (const id of noLongerThere(series, { ...told, named })) known.delete(id)
      for (const seen of changed) known.set(idOf(seen.value), seen)
      const anew = await changes(null, days)
      expect(stands(known.values())).toEqual(stands(anew.changed))
      expect(known.size).toBe(left)
    })

    test("a cursor that the provider has forgotten is lost, and a new start works", async ({ skip }) => {
      if (!world.expireCursors) return skip("it cannot be made to forget")
      const day = acts.freshDay()
      const first = await changes(null, window(day))
      await world.expireCursors()
      expect(await sync.changes(acts.calendarId, first.cursor, window(day))).toEqual({ kind: "cursorLost" })
      expect((await changes(null, window(day))).full).toBe(true)
    })

    test("a cursor that makes no sense is lost too, not a fault", async () => {
      const first = await changes(null)
      const answer = await sync.changes(acts.calendarId, `${first.cursor.slice(0, -6)}AAAAAA`, window(acts.freshDay()))
      expect(answer.kind).toBe("cursorLost")
    })

    test.each([
      ["429", "throttled"],
      ["reset-before-execution", "unreachable"],
    ] as const)("under %s it is %s, and nothing is told in part", async (kind, expected) => {
      const first = await changes(null)
      await world.fault(kind, { times: 10 })
      const answer = await sync.changes(acts.calendarId, first.cursor, begun ?? window(acts.freshDay()))
      await world.clearFaults()
      expect(answer.kind).toBe(expected)
      expect((await changes(first.cursor)).full).toBe(false)
    })

    test("a calendar that is not there is gone", async () => {
      const answer = await sync.changes("no-such-calendar", null, window(acts.freshDay()))
      expect(answer.kind).toBe("gone")
    })

    describe("channels", () => {
      let receiver: Server
      let address: string
      const calls: { headers: IncomingMessage["headers"]; body: string }[] = []
      beforeAll(async () => {
        receiver = createServer(async (request, response) => {
          let body = ""
          for await (const chunk of request) body += chunk
          const token = new URL(request.url ?? "", "http://x").searchParams.get("validationToken")
          if (token === null) calls.push({ headers: request.headers, body })
          response.writeHead(200, { "content-type": "text/plain" }).end(token ?? "")
        })
        await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done))
        address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
      })
      afterAll(() => new Promise((done) => receiver.close(done)))

      const wish = () => ({ id: randomUUID(), address, secret: `w1.${randomUUID()}`, ttlMs: 3_600_000 })
      /** Until somebody is called with this secret, or for a moment. */
      async function called(secret: string, withinMs = 2_000): Promise<boolean> {
        for (const end = Date.now() + withinMs; Date.now() < end; ) {
          if (calls.some(({ headers, body }) => headers["x-goog-channel-token"] === secret || body.includes(secret)))
            return true
          await new Promise((next) => setTimeout(next, 20))
        }
        return false
      }

      test("an open one calls when the calendar moves, with its secret; a closed one does not", async ({ skip }) => {
        if (!sync.channels) return skip("this provider calls nobody")
        const day = acts.freshDay()
        const event = await acts.given(hours(day, 9, 10))
        const asked = wish()
        const opened = await sync.channels.open(acts.calendarId, asked)
        if (opened.kind !== "opened") return expect.unreachable(JSON.stringify(opened))
        const { channel } = opened
        expect(channel.channelId).not.toBe("")
        expect(Date.parse(channel.expiresAt)).toBeGreaterThan(Date.now() + 1_800_000)
        calls.length = 0
        await acts.byHand(event.value, { summary: "Moved" })
        expect(await called(asked.secret)).toBe(true)

        expect(await sync.channels.close(channel)).toEqual({ kind: "closed" })
        expect(await sync.channels.close(channel), "closing what is closed is done").toEqual({ kind: "closed" })
        calls.length = 0
        await acts.byHand(event.value, { summary: "Moved again" })
        expect(await called(asked.secret, 300)).toBe(false)
      })
    })
  })
}
