import { randomUUID } from "node:crypto"
import { BUCKET_MS } from "../../domain/booking"
import type { BookingStore } from "../../ports/booking-store"
import type { Desk } from "./desk"

export interface KeyOrder {
  readonly from: number
  readonly to: number
  /** Keys under way at once. */
  readonly width: number
  readonly firstAt: number
  /** How often each key is sent, at once; by default from 1 to 5. */
  readonly times?: number
}

export interface KeyReport {
  readonly calls: number
  /** By key: every answer that was had, as JSON. More than one different is a broken promise. */
  readonly answers: Readonly<Record<string, readonly string[]>>
  readonly faults: readonly string[]
  /** Changed requests that were answered otherwise than by `keyReused`. */
  readonly changedPassed: number
}

const MOST_TRIES = 20

/**
 * Sends each key several times at once, as retries of a client that lost the answer do: the same request, another id. Two keys want one slot, so that
 * refusals are kept too. After its answers, every fourth key is sent once more with another body.
 */
export async function sendKeys(store: BookingStore, desk: Desk, order: KeyOrder): Promise<KeyReport> {
  const report = { calls: 0, answers: {} as Record<string, string[]>, faults: [] as string[], changedPassed: 0 }
  let next = order.from
  async function sender(): Promise<void> {
    for (let n = next++; n < order.to; n = next++) {
      const key = `key-${n}`
      const times = order.times ?? 1 + (n % 5)
      const sent = await Promise.all(Array.from({ length: times }, () => answered(key, n, "as-is").catch(String)))
      for (const each of sent) {
        if (typeof each === "string") report.faults.push(each.slice(0, 300))
        else if (each.kind === "answered")
          report.answers[key] = [...(report.answers[key] ?? []), JSON.stringify(each.answer)]
        else report.faults.push(`${key}: ${each.kind}`)
      }
      if (n % 4 === 0 && (await answered(key, n, "changed")).kind !== "keyReused") report.changedPassed += 1
    }
  }
  /** Told that it is still under way (a busy machine), a client asks again; the store has waited a second by then. */
  async function answered(key: string, n: number, digest: string) {
    for (let tries = 1; ; tries++) {
      const answer = await send(key, n, digest)
      if (answer.kind !== "stillRunning" || tries === MOST_TRIES) return answer
    }
  }
  function send(key: string, n: number, digest: string) {
    report.calls += 1
    const pair = Math.floor(n / 2)
    const start = order.firstAt + Math.floor(pair / desk.calendarIds.length) * BUCKET_MS
    const slot = { start: new Date(start).toISOString(), end: new Date(start + BUCKET_MS).toISOString() }
    return store.commit({
      workspaceId: desk.workspaceId,
      ownerId: desk.ownerId,
      calendarId: desk.calendarIds[pair % desk.calendarIds.length] ?? "",
      agentId: desk.agentIds[0] ?? "",
      idempotency: { key, digest },
      id: randomUUID(),
      from: { slot },
      title: key,
    })
  }
  await Promise.all(Array.from({ length: order.width }, sender))
  return report
}
