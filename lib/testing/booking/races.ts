import { randomUUID } from "node:crypto"
import { BUCKET_MS, type Slot, type Winner } from "../../domain/booking"
import type { BookingStore } from "../../ports/booking-store"
import type { Desk } from "./desk"

/** Each race has an hour of a calendar to itself. */
const RACE_BUCKETS = 12

/** What came of some races, for whoever checks it against the database. */
export interface RaceReport {
  readonly calls: number
  readonly committed: readonly string[]
  readonly held: readonly string[]
  readonly losses: readonly { readonly auditEventId: string; readonly winner: Winner | null }[]
  /** Exceptions: what a caller over HTTP would see as 5xx. */
  readonly faults: readonly string[]
  readonly kinds: Readonly<Record<string, number>>
}

export interface RaceOrder {
  readonly from: number
  readonly to: number
  /** Callers at once. */
  readonly width: number
  /** The first instant of the first race, ms. */
  readonly firstAt: number
}

/**
 * Races from one number to another, one after another; within each, all callers at once. All on one interval, on overlapping ones, or on overlapping ones held
 * before they are committed: in turn. Other processes may run the same ones.
 */
export async function runRaces(store: BookingStore, desk: Desk, order: RaceOrder): Promise<RaceReport> {
  const report = { calls: 0, committed: [], held: [], losses: [], faults: [], kinds: {} } as Mutable
  for (let race = order.from; race < order.to; race++)
    await Promise.all(Array.from({ length: order.width }, () => call(store, desk, race, order.firstAt, report)))
  return report
}

interface Mutable {
  calls: number
  committed: string[]
  held: string[]
  losses: { auditEventId: string; winner: Winner | null }[]
  faults: string[]
  kinds: Record<string, number>
}

async function call(store: BookingStore, desk: Desk, race: number, firstAt: number, report: Mutable): Promise<void> {
  const { workspaceId, ownerId } = desk
  const calendarId = desk.calendarIds[race % desk.calendarIds.length] ?? ""
  const agentId = desk.agentIds[Math.floor(Math.random() * desk.agentIds.length)] ?? ""
  const at = { workspaceId, ownerId, calendarId, agentId, idempotency: null }
  const slot = slotIn(race, desk.calendarIds.length, firstAt)
  try {
    if (race % 3 === 2) {
      const id = randomUUID()
      const held = note(report, await store.hold({ ...at, id, slot }))
      if (held.kind === "held") report.held.push(id)
      else if ("auditEventId" in held) report.losses.push(lossOf(held))
      if (held.kind !== "held") return
      const from = { holdId: id }
      settle(report, note(report, await store.commit({ ...at, id: randomUUID(), from, title: "" })))
      return
    }
    settle(report, note(report, await store.commit({ ...at, id: randomUUID(), from: { slot }, title: "" })))
  } catch (error) {
    report.faults.push(String(error).slice(0, 300))
  }
}

function slotIn(race: number, calendars: number, firstAt: number): Slot {
  const whole = race % 3 === 0
  const from = whole ? 0 : Math.floor(Math.random() * (RACE_BUCKETS - 1))
  const length = whole ? RACE_BUCKETS : 1 + Math.floor(Math.random() * Math.min(6, RACE_BUCKETS - from))
  const start = firstAt + (Math.floor(race / calendars) * RACE_BUCKETS + from) * BUCKET_MS
  return { start: new Date(start).toISOString(), end: new Date(start + length * BUCKET_MS).toISOString() }
}

function note<A extends { readonly kind: string }>(
  report: Mutable,
  answered: { kind: "answered"; answer: A } | { kind: "keyReused" | "stillRunning" },
): A {
  report.calls += 1
  if (answered.kind !== "answered") throw new Error(`without a key there is no ${answered.kind}`)
  report.kinds[answered.answer.kind] = (report.kinds[answered.answer.kind] ?? 0) + 1
  return answered.answer
}

type Commit = Extract<Awaited<ReturnType<BookingStore["commit"]>>, { kind: "answered" }>["answer"]

function settle(report: Mutable, answer: Commit): void {
  if (answer.kind === "committed") report.committed.push(answer.booking.id)
  else if ("auditEventId" in answer) report.losses.push(lossOf(answer))
}

const lossOf = (answer: { readonly auditEventId: string; readonly winner?: Winner }) => ({
  auditEventId: answer.auditEventId,
  winner: answer.winner ?? null,
})
