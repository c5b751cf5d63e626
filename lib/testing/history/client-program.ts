import { openSync, writeSync } from "node:fs"
import { postgresClient } from "../../adapters/postgres/client"
import { postgresRecordStore } from "../../adapters/postgres/record-store"
import { type RecordKey, RecordNotFound, type RecordRefusal } from "../../domain/record"
import { version } from "../../domain/version"
import type { RecordStore } from "../../ports/record-store"
import type { Answer, Wish } from "./operation"
import { RECORD_PLANTS, type RecordPlantName } from "./plants"

/*
 * Clients of one process that read and change the same few records as hard as they can. What each calls is written down before, what was answered after, by calls that do not return before the kernel has it: a killed
 * process leaves its last calls without an end.
 */

export interface ClientOrders {
  readonly databaseUrl: string
  readonly name: string
  readonly clients: number
  /** How many calls in all. */
  readonly calls: number
  readonly keys: number
  /** After so many seconds the keys are others, for every process at the same time. */
  readonly secondsAKeys: number
  readonly file: string
  readonly plant: RecordPlantName | null
}

process.once("message", (orders: ClientOrders) => {
  work(orders).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.once("disconnect", () => process.exit(0))

async function work({
  databaseUrl,
  name,
  clients,
  calls,
  keys,
  secondsAKeys,
  file,
  plant,
}: ClientOrders): Promise<void> {
  const db = postgresClient(databaseUrl, clients)
  const plain = postgresRecordStore(db)
  const store = plant ? RECORD_PLANTS[plant](plain) : plain
  const out = openSync(file, "a")
  const put = (line: readonly unknown[]) => writeSync(out, `${JSON.stringify(line)}\n`)
  let called = 0

  async function client(id: string): Promise<void> {
    const known = new Map<string, string>()
    for (let n = 0; called++ < calls; n++) {
      const key = `h/${Math.floor(now() / 1e9 / secondsAKeys)}-${Math.floor(Math.random() * keys)}`
      const wish = wishFor(known.get(key), `${id}-${n}`)
      put(["called", id, key, now(), wish])
      const answer = await ask(store, id, key as RecordKey, wish)
      put(["answered", id, now(), answer])
      if (answer.is === "found" || answer.is === "applied") known.set(key, answer.version)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, i) => client(`${name}.${i}`)))
  await db.$disconnect()
}

const now = (): number => Number(process.hrtime.bigint())

function wishFor(expected: string | undefined, value: string): Wish {
  const die = Math.random()
  if (die < 0.4) return { op: "read" }
  if (!expected || die < 0.5) return { op: "create", value }
  return die < 0.55 ? { op: "delete", expected } : { op: "write", value, expected }
}

async function ask(store: RecordStore, client: string, key: RecordKey, wish: Wish): Promise<Answer> {
  const workspaceId = "w"
  if (wish.op === "read") {
    try {
      const record = await store.readWithVersion({ workspaceId, key })
      return { is: "found", version: record.version, value: String(record.value) }
    } catch (error) {
      if (error instanceof RecordNotFound) return { is: "absent" }
      throw error
    }
  }
  const { op } = wish
  const shown = op === "create" ? {} : { expectedVersion: version(wish.expected) }
  const change = { key, op, ...shown, ...(op !== "delete" && { value: wish.value }) } as never
  const done = await store.publish({ workspaceId, actor: { kind: "agent", id: client }, changes: [change] })
  if (done.kind === "applied") return { is: "applied", version: done.versions.get(key) ?? "" }
  return { is: "refused", current: currentOf(done) }
}

function currentOf(refusal: RecordRefusal): string | null {
  if (refusal.kind === "gone") return null
  if (refusal.kind === "conflict") return refusal.currentVersion
  throw new Error(`not to be expected here: ${refusal.kind}`)
}
