import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { Webhook } from "standardwebhooks"
import { forkProgram } from "../fork-program"
import type { WebhookPlant } from "./plants"
import { openReceiver, type Received } from "./receiver"
import type { WorkerOrder } from "./worker"
import { openWebhookWorld, type WebhookWorld } from "./world"

const PROGRAM = fileURLToPath(new URL("./worker.ts", import.meta.url))
const AGENTS = ["ann", "ben", "cem"] as const
const LEASE_MS = 1_000
const PATIENCE_MS = 60_000

export interface KillOptions {
  readonly kills: number
  readonly atOnce: number
  /** Rows an agent, in each process's life. */
  readonly events: number
  readonly plant?: WebhookPlant | null
}

export interface KillResult {
  readonly broken: readonly string[]
  readonly told: number
  readonly messages: number
  readonly doubles: number
}

/**
 * F8: processes that fan out and send are killed at random while rows keep coming, and one that lives comes after them. Each row reaches each subscription that it
 * concerns, and nobody else; again only under the same id and with the same bytes; always signed. `broken`: where that is not so.
 */
export async function killSenders({ kills, atOnce, events, plant = null }: KillOptions): Promise<KillResult> {
  const world = await openWebhookWorld()
  const receiver = await openReceiver()
  // one in fifty is refused the first time it comes
  const seen = new Set<string>()
  receiver.answer = ({ path, headers }) => {
    const name = `${path} ${headers["webhook-id"]}`
    const isNew = !seen.has(name)
    seen.add(name)
    return { status: isNew && seen.size % 50 === 0 ? 503 : 204 }
  }
  const order: WorkerOrder = { parts: world.parts, leaseMs: LEASE_MS, plant }
  try {
    const secrets = new Map<string, string>()
    for (const agent of AGENTS) {
      const { secret } = await world.subscribe(agent, `${receiver.url}/${agent}`)
      secrets.set(`/${agent}`, secret)
    }
    let left = kills
    let happened = 0
    const life = async () => {
      while (left-- > 0) {
        const worker = await startWorker(order)
        for (const agent of AGENTS) await world.happen(agent, events)
        happened += events
        await sleep(Math.random() * 150)
        worker.kill("SIGKILL")
        await once(worker, "exit")
      }
    }
    await Promise.all(Array.from({ length: atOnce }, life))
    const last = await startWorker(plant ? { ...order, plant } : order)
    const settled = await until(() => allTold(world))
    last.kill("SIGKILL")
    await once(last, "exit")
    const rows = await world.deps.db.logRow.findMany({
      where: { kind: "booking.committed" },
      select: { id: true, actorId: true },
    })
    if (rows.length !== happened * AGENTS.length) throw new Error(`${rows.length} rows of ${happened * AGENTS.length}`)
    const expected = new Set(rows.map(({ id, actorId }) => `/${actorId} evt_${id}`))
    const broken = [
      ...(settled ? [] : ["not everything was told in a minute"]),
      ...wrong(receiver.received, expected, secrets),
    ]
    return {
      broken,
      told: expected.size,
      messages: receiver.received.length,
      doubles: receiver.received.length - expected.size,
    }
  } finally {
    await receiver.close()
    await world.close()
  }
}

async function startWorker(order: WorkerOrder) {
  const child = await forkProgram(PROGRAM)
  await once(child, "message")
  child.send(order)
  await once(child, "message")
  return child
}

async function allTold({ deps: { db } }: WebhookWorld): Promise<boolean> {
  const [row] = await db.$queryRaw<{ told: boolean }[]>`
    select not exists (select from webhook_deliveries where state = 'pending')
      and (select seq from webhook_cursors) = (select count(*) from log_sealed) as told`
  return row?.told === true
}

async function until(isSo: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(50))
    if (await isSo()) return true
  return false
}

function wrong(received: readonly Received[], expected: ReadonlySet<string>, secrets: ReadonlyMap<string, string>) {
  const broken: string[] = []
  const bodies = new Map<string, string>()
  for (const { path, headers, body } of received) {
    const name = `${path} ${headers["webhook-id"]}`
    if (!expected.has(name)) broken.push(`${name}: told to somebody whom it does not concern, or under another id`)
    if ((bodies.get(name) ?? body) !== body) broken.push(`${name}: other bytes than before`)
    bodies.set(name, body)
    try {
      new Webhook(secrets.get(path) ?? "").verify(body, headers as Record<string, string>)
    } catch {
      broken.push(`${name}: the signature is not valid`)
    }
  }
  for (const name of expected) if (!bodies.has(name)) broken.push(`${name}: lost`)
  return broken
}
