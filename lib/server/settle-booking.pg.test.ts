import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { BOOKING_TIMES, type BookedScene, bookedScene } from "../testing/booked-scene"
import { scaledTimes } from "../testing/crashes/scaled"
import { CAST, openScene, type Scene } from "../testing/scene"
import { followed, syncDepsOf, synced } from "../testing/sync-scene"
import { recoverIntents } from "./recover-intents"
import { resolveConflict } from "./resolve-conflict"
import { settleBooking } from "./settle-booking"

/* D17: a booking is written into its person's calendar once, when its bump window is over, and taken away when it has ended. */

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let booked: BookedScene
  beforeAll(async () => {
    scene = await openScene(provider, { times: scaledTimes(40) })
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    booked = await bookedScene(scene)
  })
  afterAll(async () => {
    await booked.close()
    await scene.close()
  })
  const ref = (bookingId: string) => ({
    workspaceId: scene.person.workspaceId,
    userId: scene.person.userId,
    connectionId: scene.connectionId,
    bookingId,
  })
  const titlesAt = async (title: string, slot: { start: string; end: string }) =>
    (await booked.eventsCalled(title, slot)).map(({ value }) => value.summary)

  test("D17 inside the bump window nothing is written; after it one event stands there, at the booking's time", async () => {
    const { slot, title } = await booked.booked("Window")
    const mark = await scene.sandbox.lastExchange()
    await booked.pass(BOOKING_TIMES.bumpMs - 1)
    await booked.settled()
    expect(await scene.writes(mark)).toEqual([])
    await booked.pass(1)
    expect(await booked.settled()).toBe(1)
    const [event, ...others] = await booked.eventsCalled(title, slot)
    const [start, end] = [slot.start, slot.end].map((at) => ({ at: at.replace(".000", "") }))
    expect(event?.value).toMatchObject({ start, end, attendees: [] })
    expect(others).toEqual([])
    expect(await booked.settled()).toBe(0)
  })

  test("D17 settled again, and by several at once, there is still one event and one request", async () => {
    const { id, slot, title } = await booked.booked("Once")
    await booked.pass(BOOKING_TIMES.bumpMs)
    const mark = await scene.sandbox.lastExchange()
    await Promise.all([1, 2, 3].map(() => settleBooking(booked.settling(), ref(id))))
    await settleBooking(booked.settling(), ref(id))
    expect(await titlesAt(title, slot)).toEqual([title])
    expect(await scene.writes(mark)).toHaveLength(1)
  })

  test("D17 a calendar that is written at once has the event within the window, and loses it when the booking is evicted", async () => {
    await scene.db
      .$executeRaw`select booking_write_at_once(${booked.at.workspaceId}, ${booked.at.ownerId}, ${booked.at.calendarId}, true, '{"actor":{"kind":"person","id":"x"},"kind":"settings","subject":{"kind":"calendar","id":"x"}}'::jsonb)`
    const { id, slot, title } = await booked.booked("At once", 2)
    await booked.settled()
    expect(await titlesAt(title, slot)).toEqual([title])
    expect(await booked.book(slot, "Better", 1)).toMatchObject({ kind: "committed", evicted: [id] })
    await booked.settled()
    expect(await titlesAt(title, slot)).toEqual([])
    expect(await titlesAt("Better", slot)).toEqual(["Better"])
    await scene.db
      .$executeRaw`select booking_write_at_once(${booked.at.workspaceId}, ${booked.at.ownerId}, ${booked.at.calendarId}, false, '{"actor":{"kind":"person","id":"x"},"kind":"settings","subject":{"kind":"calendar","id":"x"}}'::jsonb)`
  })

  test("D17 cancelled before it was due it is never written", async () => {
    const { id, slot, title } = await booked.booked("Never")
    await booked.cancel(id)
    const mark = await scene.sandbox.lastExchange()
    await booked.pass(BOOKING_TIMES.bumpMs)
    await booked.settled()
    await settleBooking(booked.settling(), ref(id))
    expect(await scene.writes(mark)).toEqual([])
    expect(await titlesAt(title, slot)).toEqual([])
  })

  test("D17 cancelled after it was written its event goes, under the version that was written", async () => {
    const { id, slot, title, event } = await booked.written("Gone")
    await booked.cancel(id)
    const mark = await scene.sandbox.lastExchange()
    expect(await booked.settled()).toBe(1)
    const [write, ...more] = await scene.writes(mark)
    expect(write).toMatchObject({ method: "DELETE" })
    expect(write?.headers["if-match"]).toBe(event.version)
    expect(more).toEqual([])
    expect(await titlesAt(title, slot)).toEqual([])
    expect(await booked.settled()).toBe(0)
  })

  test("B4 cancelled while its event is being written, it is written and then taken away", async () => {
    const { id, slot, title } = await booked.booked("In flight")
    await booked.pass(BOOKING_TIMES.bumpMs)
    await scene.sandbox.fault({ provider, kind: "reset-after-execution", method: "POST" })
    let cancelled = false
    const deps = booked.settling({
      ...scene.deps,
      guarded: {
        ...scene.deps.guarded,
        async markSent(...args) {
          const sent = await scene.deps.guarded.markSent(...args)
          if (!cancelled) await booked.cancel(id)
          cancelled = true
          // while it is on its way there is nothing that could be taken away
          const mark = await scene.sandbox.lastExchange()
          await settleBooking(booked.settling(), ref(id))
          expect(await scene.writes(mark)).toEqual([])
          return sent
        },
      },
    })
    await settleBooking(deps, ref(id))
    expect(await titlesAt(title, slot)).toEqual([title])
    await booked.pass(5_000)
    await booked.settled()
    expect(await titlesAt(title, slot)).toEqual([])
  })

  test("T2 what the person has made of the event is not deleted with the booking: they are asked", async () => {
    const { id, slot, title, event } = await booked.written("Renamed")
    await scene.sandbox.edit(provider, CAST[provider].person, event.value.ref.eventId, { summary: "Mine now" })
    await booked.cancel(id)
    const mark = await scene.sandbox.lastExchange()
    await booked.settled()
    expect(await scene.writes(mark)).toEqual([])
    expect(await titlesAt("Mine now", slot)).toEqual(["Mine now"])
    const [proposal] = await scene.db.proposal.findMany({ where: { origin: "agent", state: "conflict" } })
    const asked = await scene.deps.store.openConflictOf(scene.person.workspaceId, proposal?.id ?? "")
    expect(asked?.conflict).toMatchObject({ doing: "delete", changed: ["summary"] })
    if (!asked) return expect.unreachable()
    const resolving = { ...scene.deps, ...booked.settling() }
    expect(await resolveConflict(resolving, scene.person, asked.id, "keep")).toMatchObject({ kind: "kept" })
    await booked.pass(60_000)
    await booked.settled()
    expect(await scene.writes(mark)).toEqual([])
    // theirs from now on: agents cannot book over it
    expect(await booked.book(slot, `${title} again`)).toMatchObject({ kind: "busy" })
  })

  test("B4 no answer and no trace: it is written by the next attempt, once", async () => {
    const { id, slot, title } = await booked.booked("Lost")
    await booked.pass(BOOKING_TIMES.bumpMs)
    await scene.sandbox.fault({ provider, kind: "reset-before-execution", method: "POST" })
    await booked.settled()
    expect(await titlesAt(title, slot)).toEqual([])
    for (let n = 0; n < 40 && (await titlesAt(title, slot)).length === 0; n++) {
      await new Promise((done) => setTimeout(done, 100))
      await recoverIntents(scene.deps)
      await booked.pass(10_000)
      await booked.settled()
    }
    await settleBooking(booked.settling(), ref(id))
    expect(await titlesAt(title, slot)).toEqual([title])
  })

  test("D17 a calendar that does not let it be written is asked once; the booking stands, and its person is shown why until it ends", async () => {
    const { id, slot, title } = await booked.booked("Not let in")
    const shown = async () => (await booked.bookingEvents.refused(booked.at.workspaceId, booked.at.ownerId)).get(id)
    expect(await shown()).toBeUndefined()
    await booked.pass(BOOKING_TIMES.bumpMs)
    const mark = await scene.sandbox.lastExchange()
    await scene.sandbox.fault({ provider, kind: "403", method: "POST", bodyIncludes: title })
    await booked.settled()
    await booked.pass(60_000)
    await booked.settled()
    expect(await scene.writes(mark)).toHaveLength(1)
    expect(await titlesAt(title, slot)).toEqual([])
    expect(await booked.stateOf(id)).toMatchObject({ state: "live" })
    // Graph has one word for every no
    expect(await shown()).toBe(provider === "google" ? "read-only-calendar" : "not-organizer")
    expect(await booked.bookingEvents.refused(booked.at.workspaceId, "somebody-else")).toEqual(new Map())
    await booked.cancel(id)
    expect(await shown()).toBeUndefined()
  })

  test("D17 a calendar that does not let it be taken away is asked once, and its person is shown why until they delete it", async () => {
    const { id, slot, title, event } = await booked.written("Not let go")
    const shown = async () => (await booked.bookingEvents.refused(booked.at.workspaceId, booked.at.ownerId)).get(id)
    await booked.cancel(id)
    expect(await shown()).toBeUndefined()
    const mark = await scene.sandbox.lastExchange()
    await scene.sandbox.fault({ provider, kind: "403", method: "DELETE" })
    await booked.settled()
    await booked.pass(60_000)
    await booked.settled()
    expect(await scene.writes(mark)).toHaveLength(1)
    expect(await titlesAt(title, slot)).toEqual([title])
    expect(await shown()).toBe(provider === "google" ? "read-only-calendar" : "not-organizer")

    const sync = syncDepsOf(scene)
    const calendar = await followed(scene, sync)
    await synced(sync, calendar)
    expect(await shown()).toBeDefined()
    await scene.sandbox.edit(provider, CAST[provider].person, event.value.ref.eventId, { delete: true })
    await synced(sync, calendar)
    expect(await shown()).toBeUndefined()
  })
})
