import { randomUUID } from "node:crypto"
import { setTimeout as sleep } from "node:timers/promises"
import { BOOKING_DEFAULTS, BUCKET_MS } from "../../domain/booking"
import type { BookingSetup } from "../../ports/booking-setup"
import type { BookingStore } from "../../ports/booking-store"
import { openDesk } from "./desk"

export interface RankRaces {
  readonly races: number
  /** Races that rank 1 ended up with. */
  readonly won: number
  /** Races in which rank 1 came last, by when its answer was had. */
  readonly cameLast: number
  readonly evictions: number
}

/** D10: five distinct priorities want one interval, in any order of arrival inside the bump window. */
export async function rankRaces(store: BookingStore, setup: BookingSetup, races: number): Promise<RankRaces> {
  const desk = await openDesk(setup, "d10", { calendars: 1, agents: 5, times: () => BOOKING_DEFAULTS })
  const { workspaceId, ownerId, agentIds, calendarIds } = desk
  const calendarId = calendarIds[0] ?? ""
  const firstAt = Math.ceil(Date.now() / 86_400_000 + 1) * 86_400_000
  const tally = { races, won: 0, cameLast: 0, evictions: 0 }
  for (let race = 0; race < races; race++) {
    const slot = {
      start: new Date(firstAt + race * 6 * BUCKET_MS).toISOString(),
      end: new Date(firstAt + (race + 1) * 6 * BUCKET_MS).toISOString(),
    }
    const answered: string[] = []
    const at = { workspaceId, ownerId, calendarId, idempotency: null, from: { slot }, title: "" }
    await Promise.all(
      shuffled(agentIds).map(async (agentId, n) => {
        if (race % 2 === 1) await sleep(n * 2)
        const { answer } = (await store.commit({ ...at, agentId, id: randomUUID() })) as {
          answer: { kind: string; evicted?: string[] }
        }
        answered.push(agentId)
        tally.evictions += answer.evicted?.length ?? 0
      }),
    )
    const filter = { workspaceId, ownerId, calendarId, live: true, during: slot }
    const { items } = await store.listBookings(filter, { before: null, limit: 10 })
    if (items.length === 1 && items[0]?.agentId === agentIds[0] && items[0]?.slot.end === slot.end) tally.won += 1
    if (answered.at(-1) === agentIds[0]) tally.cameLast += 1
  }
  return tally
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)
}
