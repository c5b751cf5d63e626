import "server-only"
import { randomInt } from "node:crypto"
import type { Slot } from "../domain/booking"
import type { Person } from "../domain/person"
import {
  eventsOf,
  RACE_HOLD_MS,
  RACERS,
  type RaceEnd,
  type RaceEntry,
  type RaceEvent,
  type RacePlan,
  racerId,
  withJitter,
} from "../domain/race"
import { addDays, addMs, HOUR_MS } from "../domain/zoned-time"
import type { AgentList } from "../ports/agent-list"
import type { Answered, BookingStore } from "../ports/booking-store"
import type { Clock } from "../ports/clock"
import type { Ids } from "../ports/ids"
import type { RaceTrack, TrackPlace } from "../ports/race-track"

export interface RaceDeps {
  readonly bookings: BookingStore
  readonly agentList: AgentList
  readonly raceTrack: RaceTrack
  readonly clock: Clock
  readonly ids: Ids
}

interface Race {
  readonly id: string
  readonly track: TrackPlace
  readonly slot: Slot
  readonly plan: RacePlan
  /** Waits until so many milliseconds after the start. */
  readonly until: (ms: number) => Promise<void>
  readonly tell: (event: Omit<RaceEvent, "kind" | "atMs">) => void
}

/**
 * One race (D27): every racer goes for one slot, through the engine and beside it by check-then-write, at the same moments. Both are the real thing over the real
 * database. The calendar is made for this race, lies at no provider, and is gone when it ends; what the engine did stays in the log.
 *
 * @param tell hears each answer when it comes, and at last what stands in the database
 */
export async function runRace(
  deps: RaceDeps,
  { workspaceId, userId }: Person,
  wish: { readonly plan: RacePlan; readonly jitterMs: number },
  tell: (line: RaceEvent | RaceEnd) => void,
): Promise<void> {
  const id = deps.ids.uuid()
  const track = { workspaceId, ownerId: `race/${userId}/${id}` }
  const plan = withJitter(
    wish.plan,
    wish.jitterMs,
    wish.plan.entries.map(() => randomInt(1_000_000) / 1_000_000),
  )
  const slot = tomorrow(await deps.agentList.now())
  await open(deps, track, userId, plan)
  try {
    const startedMs = deps.clock.monotonic()
    const sinceStart = () => deps.clock.monotonic() - startedMs
    const race: Race = {
      id,
      track,
      slot,
      plan,
      until: (ms) => pause(ms - sinceStart()),
      tell: (event) => tell({ kind: "event", ...event, atMs: Math.round(sinceStart()) }),
    }
    await allDone(throughEngine(deps, race), carelessly(deps, race))
    tell({ kind: "end", booked: await booked(deps, race) })
  } finally {
    await close(deps, track, id)
  }
}

function open({ raceTrack }: RaceDeps, track: TrackPlace, userId: string, { entries, ...settings }: RacePlan) {
  const racers = entries.map(({ racer }) => ({ id: racerId(racer), name: RACERS[racer] ?? "" }))
  const times = { holdMs: RACE_HOLD_MS, bumpMs: settings.bumpMs }
  return raceTrack.open(track, racers, times, {
    actor: { kind: "person", id: userId },
    kind: "calendar-opened",
    subject: { kind: "calendar", id: `${track.ownerId}/${CALENDAR}` },
    userId: track.ownerId,
    body: { ...settings, racers: racers.map((racer) => racer.id) },
  })
}

const CALENDAR = "race"

/** The engine's way: the commit is the check. Whoever lost stops (D8). */
function throughEngine({ bookings, ids }: RaceDeps, { track, slot, plan, until, tell }: Race): Promise<void>[] {
  const owners = new Map<string, number>()
  const told = (racer: number, answer: Parameters<typeof eventsOf>[1]) => {
    for (const event of eventsOf(racer, answer, owners)) tell({ side: "engine", ...event })
    return answer.kind
  }
  return plan.entries.map(async ({ racer, arrivesMs }) => {
    const request = { ...track, calendarId: CALENDAR, agentId: racerId(racer), idempotency: null }
    const mine = () => {
      const id = ids.uuid()
      owners.set(id, racer)
      return id
    }
    await until(arrivesMs)
    if (!plan.holdsFirst) {
      told(racer, answerOf(await bookings.commit({ ...request, id: mine(), from: { slot }, title: "Race" })))
      return
    }
    const holdId = mine()
    if (told(racer, answerOf(await bookings.hold({ ...request, id: holdId, slot }))) !== "held") return
    await pause(plan.pauseMs)
    told(racer, answerOf(await bookings.commit({ ...request, id: mine(), from: { holdId }, title: "Race" })))
  })
}

/** The other way: look, think, write. What others wrote in between is not seen. */
function carelessly({ raceTrack }: RaceDeps, { id, track, slot, plan, until, tell }: Race): Promise<void>[] {
  return plan.entries.map(async ({ racer, arrivesMs }: RaceEntry) => {
    await until(arrivesMs)
    const isFree = await raceTrack.isFree(track.workspaceId, id, slot)
    tell({ side: "careless", racer, step: isFree ? "saw-free" : "saw-taken", by: null })
    if (!isFree) return
    await pause(plan.pauseMs)
    await raceTrack.write(track.workspaceId, id, slot, racerId(racer))
    tell({ side: "careless", racer, step: "wrote", by: null })
  })
}

async function booked({ bookings, raceTrack }: RaceDeps, { id, track, slot }: Race): Promise<RaceEnd["booked"]> {
  const [live, written] = await Promise.all([
    bookings.listBookings({ ...track, live: true, during: slot }, ALL),
    raceTrack.written(track.workspaceId, id),
  ])
  const racers = (agentIds: readonly string[]) =>
    RACERS.flatMap((_, racer) => agentIds.filter((agentId) => agentId === racerId(racer)).map(() => racer))
  return { engine: racers(live.items.map(({ agentId }) => agentId)), careless: racers(written) }
}

const ALL = { before: null, limit: 100 }

/** Whoever won lets go of it, so that the log tells the end; then the calendar goes. */
async function close({ bookings, raceTrack }: RaceDeps, track: TrackPlace, raceId: string): Promise<void> {
  try {
    const { items } = await bookings.listBookings({ ...track, live: true }, ALL)
    for (const { id: bookingId, agentId } of items) {
      const by = { kind: "agent", id: agentId } as const
      await bookings.cancel({ ...track, calendarId: CALENDAR, by, bookingId, idempotency: null })
    }
  } finally {
    await raceTrack.close(track, raceId)
  }
}

/** Nobody is left running when one has failed. */
async function allDone(...sides: readonly (readonly Promise<void>[])[]): Promise<void> {
  const ends = await Promise.allSettled(sides.flat())
  const failed = ends.find((end) => end.status === "rejected")
  if (failed) throw failed.reason
}

function answerOf<A>(answered: Answered<A>): A {
  if (answered.kind !== "answered") throw new Error(`without a key there is no ${answered.kind}`)
  return answered.answer
}

function tomorrow(now: string): Slot {
  const start = `${addDays(now.slice(0, 10), 1)}T09:00:00.000Z`
  return { start, end: new Date(Date.parse(addMs(start, HOUR_MS / 2))).toISOString() }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
