import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Slot } from "../domain/booking"
import { INTENT_TIMES } from "../domain/protocol/intent"
import { BOOKING_TIMES, type BookedScene, bookedScene } from "../testing/booked-scene"
import { type CrashPoint, mortal } from "../testing/crashes/mortal"
import { scaledTimes } from "../testing/crashes/scaled"
import type { Exchange } from "../testing/sandbox"
import { openScene, type Scene, type SceneDeps } from "../testing/scene"
import { someOf } from "../testing/some-of"
import { recoverIntents } from "./recover-intents"
import { settleBooking } from "./settle-booking"

/* F4 of bookings: a worker that ends at any call while it writes or removes a booking's event, and those that come after it. */

const TIMES = { ...scaledTimes(20), approvalTtlMs: 2_000 }

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  let booked: BookedScene
  beforeAll(async () => {
    scene = await openScene(provider, { times: TIMES })
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
    booked = await bookedScene(scene)
  })
  afterAll(async () => {
    await booked.close()
    await scene.close()
  })

  interface Due {
    readonly id: string
    readonly title: string
    readonly slot: Slot
  }
  const refOf = ({ id }: Due) => ({
    workspaceId: scene.person.workspaceId,
    userId: scene.person.userId,
    connectionId: scene.connectionId,
    bookingId: id,
  })
  let made = 0
  const toWrite = async (): Promise<Due> => {
    const due = await booked.booked(`Crash ${++made}`)
    await booked.pass(BOOKING_TIMES.bumpMs)
    return due
  }
  const toRemove = async (): Promise<Due> => {
    const due = await booked.written(`Crash ${++made}`)
    await booked.cancel(due.id)
    return due
  }
  const settle = (due: Due, deps: SceneDeps) => settleBooking(booked.settling(deps), refOf(due))

  async function pointsOf(prepare: () => Promise<Due>): Promise<readonly CrashPoint[]> {
    const due = await prepare()
    const { deps, passed } = mortal({ ...scene.deps, times: INTENT_TIMES }, null)
    await settle(due, deps)
    return passed
  }

  async function dieAt(due: Due, at: CrashPoint): Promise<void> {
    const { deps, died } = mortal(scene.deps, at)
    const end = await Promise.race([settle(due, deps).then(() => "lived"), died.then(() => "died")])
    expect([at, end]).toEqual([at, "died"])
  }

  /** What the loops and jobs of other processes do, until nothing is due. */
  async function recovered(): Promise<void> {
    const unfinished = () => scene.db.booking.count({ where: { calendarDueAt: { not: null } } })
    for (const deadline = performance.now() + 30_000; (await unfinished()) > 0; await sleep(100)) {
      if (performance.now() > deadline) throw new Error("something is still due")
      await recoverIntents(scene.deps)
      await scene.deps.store.endCutOff(TIMES.approvalTtlMs + TIMES.leaseMs)
      await booked.pass(60_000)
      await booked.settled()
    }
  }

  const executed = (exchanges: readonly Exchange[], method: string) =>
    exchanges.filter((each) => each.method === method && (each.executedStatus ?? 500) < 300)

  test("D17 wherever the writing ends, there is one event at last, made by one request", async () => {
    const all = await pointsOf(toWrite)
    expect(all).toContain("after provider.create")
    expect(all).toContain("after bookingEvents.begin")
    const points = someOf(all, 5)
    await recovered()
    const mark = await scene.sandbox.lastExchange()
    const dues = new Map<CrashPoint, Due>()
    for (const at of points) {
      const due = await toWrite()
      dues.set(at, due)
      await dieAt(due, at)
    }
    await recovered()
    const found: [CrashPoint, number][] = []
    for (const [at, { title, slot }] of dues) found.push([at, (await booked.eventsCalled(title, slot)).length])
    expect(found).toEqual(points.map((at) => [at, 1]))
    expect(executed(await scene.writes(mark), "POST")).toHaveLength(points.length)
  }, 90_000)

  test("D17 wherever the removing ends, the event is gone at last, by one request", async () => {
    const all = await pointsOf(toRemove)
    expect(all).toContain("after provider.delete")
    const points = someOf(all, 5)
    await recovered()
    const mark = await scene.sandbox.lastExchange()
    const dues = new Map<CrashPoint, Due>()
    for (const at of points) {
      const due = await toRemove()
      dues.set(at, due)
      await dieAt(due, at)
    }
    await recovered()
    const found: [CrashPoint, number][] = []
    for (const [at, { title, slot }] of dues) found.push([at, (await booked.eventsCalled(title, slot)).length])
    expect(found).toEqual(points.map((at) => [at, 0]))
    expect(executed(await scene.writes(mark), "DELETE")).toHaveLength(points.length)
  }, 90_000)

  test("the bug of steps without a name of their own is found: a job that runs twice writes twice", async () => {
    const due = await toWrite()
    const { store } = scene.deps
    const nameless: SceneDeps = {
      ...scene.deps,
      store: {
        ...store,
        createProposal: (p, ...rest) => store.createProposal({ ...p, id: scene.deps.ids.uuid() }, ...rest),
      },
    }
    await settle(due, nameless)
    await settle(due, nameless)
    expect(await booked.eventsCalled(due.title, due.slot)).toHaveLength(2)
  })
})
