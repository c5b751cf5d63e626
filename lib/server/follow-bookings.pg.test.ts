import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { CalendarEvent } from "../domain/event"
import { eventKey } from "../domain/event"
import { BOOKING_TIMES, type BookedScene, bookedScene } from "../testing/booked-scene"
import { CAST, openScene, type Scene } from "../testing/scene"
import { answerBooking } from "./answer-booking"

/* D11, D22: what happens in a person's calendars reaches the engine with the sync that sees it, and what a person does to a booking's event reaches the booking. */

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let booked: BookedScene
  beforeAll(async () => {
    scene = await openScene(provider)
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    booked = await bookedScene(scene)
    await booked.sync()
  })
  afterAll(async () => {
    await booked.close()
    await scene.close()
  })

  /** An event that somebody puts there in the provider's own calendar. */
  async function outside(slot: { start: string; end: string }, summary = "Outside"): Promise<CalendarEvent["ref"]> {
    const wish = { provider, person: CAST[provider].person, summary, ...slot }
    const { id } = await scene.sandbox.control<{ id: string }>("POST", "events", wish)
    return { ...booked.place, eventId: id }
  }
  const edit = (ref: CalendarEvent["ref"], change: Parameters<Scene["sandbox"]["edit"]>[3]) =>
    scene.sandbox.edit(provider, CAST[provider].person, ref.eventId, change)
  const remove = (ref: CalendarEvent["ref"]) => edit(ref, { delete: true })
  const later = ({ start, end }: { start: string; end: string }, minutes: number) => {
    const at = (instant: string) => new Date(Date.parse(instant) + minutes * 60_000).toISOString()
    return { start: at(start), end: at(end) }
  }
  /** As the person drags it: the wall clock of their zone. */
  const wall = ({ start, end }: { start: string; end: string }) => {
    const at = (instant: string) =>
      new Intl.DateTimeFormat("sv-SE", { timeZone: scene.person.timeZone, dateStyle: "short", timeStyle: "short" })
        .format(new Date(instant))
        .replace(" ", "T")
    return { start: at(start), end: at(end) }
  }
  const blocksOf = (ref: CalendarEvent["ref"]) =>
    scene.db.outsideBlock.findMany({ where: { source: "event", id: eventKey(ref) } })

  test("D11 an event outside is busy for agents from the sync that sees it, where it is moved to, and no longer once it is gone", async () => {
    const slot = booked.freshSlot()
    const ref = await outside(slot)
    await booked.sync()
    expect(await booked.book(slot, "Late")).toMatchObject({ kind: "busy", pattern: "external-event-overlap" })
    await edit(ref, wall(later(slot, 120)))
    await booked.sync()
    expect(await booked.book(later(slot, 120), "There")).toMatchObject({ kind: "busy" })
    expect(await booked.book(slot, "Here")).toMatchObject({ kind: "committed" })
    await remove(ref)
    await booked.sync()
    expect(await blocksOf(ref)).toEqual([])
    expect(await booked.book(later(slot, 120), "There")).toMatchObject({ kind: "committed" })
  })

  test("D11 an event that lands on a booking inside its bump window evicts it, whole, and it is never written", async () => {
    const { id, slot, title } = await booked.booked("Bumped")
    await outside(later(slot, 15))
    await booked.sync()
    expect(await booked.stateOf(id)).toMatchObject({ state: "evicted", endedBy: { kind: "outside" } })
    expect(await booked.logged("booking.evicted", id)).toHaveLength(1)
    await booked.pass(BOOKING_TIMES.bumpMs)
    await booked.settled()
    expect(await booked.eventsCalled(title, slot)).toEqual([])
    expect(await booked.questions()).toEqual([])
  })

  test("D11 one that lands on a frozen booking ends nothing: the person is asked once, and may cancel it", async () => {
    const { id, slot, title } = await booked.written("Frozen")
    const ref = await outside(later(slot, 15))
    await booked.sync()
    expect(await booked.stateOf(id)).toMatchObject({ state: "live", slot })
    const [question, ...others] = await booked.questions()
    expect(question).toMatchObject({ about: "overlap", booking: { id }, outside: later(slot, 15) })
    expect(others).toEqual([])
    await edit(ref, { location: "Elsewhere" })
    await booked.sync()
    expect(await booked.questions()).toHaveLength(1)
    expect(await booked.logged("booking.asked", id)).toHaveLength(1)

    const other = await scene.addMember(`other-${provider}`)
    expect(await answerBooking(booked, other, question?.id ?? "", "cancel")).toBe("notFound")
    expect(await answerBooking(booked, scene.person, question?.id ?? "", "cancel")).toBe("answered")
    expect(await answerBooking(booked, scene.person, question?.id ?? "", "keep")).toBe("superseded")
    expect(await booked.stateOf(id)).toMatchObject({ state: "cancelled", endedBy: { kind: "person" } })
    await booked.settled()
    expect(await booked.eventsCalled(title, slot)).toEqual([])
    expect(await booked.questions()).toEqual([])
  })

  test("D11 answered with keeping both, both stand, and nobody asks again", async () => {
    const { id, slot, title } = await booked.written("Both")
    await outside(slot)
    await booked.sync()
    const [question] = await booked.questions()
    expect(await answerBooking(booked, scene.person, question?.id ?? "", "keep")).toBe("answered")
    await booked.sync()
    await booked.settled()
    expect(await booked.questions()).toEqual([])
    expect(await booked.stateOf(id)).toMatchObject({ state: "live" })
    expect(await booked.eventsCalled(title, slot)).toHaveLength(1)
  })

  test("D11 a question whose event has gone elsewhere is none", async () => {
    const { slot } = await booked.written("Passing")
    const ref = await outside(slot)
    await booked.sync()
    expect(await booked.questions()).toHaveLength(1)
    await edit(ref, wall(later(slot, 180)))
    await booked.sync()
    expect(await booked.questions()).toEqual([])
  })

  test("D17 a booking's own event blocks nothing and asks nothing, seen before its outcome is known and after", async () => {
    const { id, slot } = await booked.booked("Own")
    await booked.pass(BOOKING_TIMES.bumpMs)
    let seen = 0
    await booked.settled({
      ...scene.deps,
      guarded: {
        ...scene.deps.guarded,
        async finish(end) {
          seen = (await booked.sync()).changed
          return scene.deps.guarded.finish(end)
        },
      },
    })
    expect(seen).toBeGreaterThan(0)
    await booked.sync()
    expect(await booked.questions()).toEqual([])
    expect(await booked.logged("calendar.blocked", `${booked.at.ownerId}/${booked.at.calendarId}`)).not.toContainEqual(
      expect.objectContaining({ body: expect.objectContaining(slot) }),
    )
    expect(await booked.stateOf(id)).toMatchObject({ state: "live" })
  })

  test("D17 deleted by the person, the booking is cancelled by the person, once, and nothing is written", async () => {
    const { id, event } = await booked.written("Deleted")
    await booked.sync()
    await remove(event.value.ref)
    const mark = await scene.sandbox.lastExchange()
    await booked.sync()
    await booked.sync()
    expect(await booked.stateOf(id)).toMatchObject({
      state: "cancelled",
      endedBy: { kind: "person", id: scene.person.userId },
    })
    expect(await booked.logged("booking.cancelled", id)).toMatchObject([{ actorKind: "person" }])
    await booked.settled()
    expect(await scene.writes(mark)).toEqual([])
  })

  test("D17 dragged, the booking follows: its old time is free, its new one is taken, and the agent is told", async () => {
    const { id, slot, event } = await booked.written("Dragged")
    await booked.sync()
    await edit(event.value.ref, wall(later(slot, 120)))
    await booked.sync()
    expect(await booked.stateOf(id)).toMatchObject({ state: "live", slot: later(slot, 120) })
    expect(await booked.logged("booking.moved", id)).toMatchObject([
      { actorKind: "person", body: { ...later(slot, 120), was: slot, agentId: "agent-1" } },
    ])
    expect(await booked.book(later(slot, 120), "Onto it")).toMatchObject({ kind: "outranked", winner: { id } })
    expect(await booked.book(slot, "Where it was")).toMatchObject({ kind: "committed" })
    expect(await booked.questions()).toEqual([])
    // and cancelled it goes from where it is now, without a question
    await booked.cancel(id)
    await booked.settled()
    expect(await booked.eventsCalled("Dragged", slot)).toEqual([])
  })

  test("D17 dragged onto something that stays, the booking stays where it was agreed and the person is asked", async () => {
    const { id, slot, event } = await booked.written("Onto")
    const taken = later(slot, 120)
    await outside(taken, "There before")
    await booked.sync()
    await edit(event.value.ref, wall(taken))
    await booked.sync()
    expect(await booked.stateOf(id)).toMatchObject({ state: "live", slot })
    expect(await booked.questions()).toMatchObject([{ about: "moved", booking: { id }, outside: taken }])
    expect(await booked.logged("booking.moved", id)).toEqual([])
    // dragged back there is nothing to ask
    await edit(event.value.ref, wall(slot))
    await booked.sync()
    expect(await booked.questions()).toEqual([])
  })

  test("D17 a drag outranks agents: a booking that can still be bumped gives way", async () => {
    const { id, slot, event } = await booked.written("Outranks")
    await booked.sync()
    const there = later(slot, 120)
    const young = await booked.book(there, "Young")
    if (young.kind !== "committed") return expect.unreachable(young.kind)
    await edit(event.value.ref, wall(there))
    await booked.sync()
    expect(await booked.stateOf(id)).toMatchObject({ state: "live", slot: there })
    expect(await booked.stateOf(young.booking.id)).toMatchObject({ state: "evicted", endedBy: { kind: "outside" } })
  })

  test("names of events are written as the app writes them", async () => {
    const ref = { connectionId: scene.connectionId, calendarId: "a b/ü@x%.y", eventId: "!*'()~_-.€😀+" }
    const { rows } = await booked.owner.query("select event_key_of($1::jsonb) as r", [JSON.stringify(ref)])
    expect(rows[0].r).toBe(eventKey(ref))
  })

  test("D11 an account that is disconnected blocks nothing any more, and cancels no booking", async () => {
    const { id, slot } = await booked.written("Stays")
    const ref = await outside(later(slot, 60))
    await booked.sync()
    expect(await blocksOf(ref)).toHaveLength(1)
    await scene.db.$executeRaw`select sync_forget(${booked.at.workspaceId}, ${scene.connectionId})`
    expect(await blocksOf(ref)).toEqual([])
    expect(await booked.stateOf(id)).toMatchObject({ state: "live" })
  })
})
