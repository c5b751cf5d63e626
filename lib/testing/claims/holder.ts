import { once } from "node:events"
import { postgresClient } from "../../adapters/postgres/client"
import { postgresRecordClaims } from "../../adapters/postgres/record-claims"
import { postgresRecordStore } from "../../adapters/postgres/record-store"
import { type Version, version } from "../../domain/version"
import { HOLDER, type HolderOrder, type Point, type Step, type Told } from "./points"

/* Holds a claim in a process of its own. Takes an order, says `here` at its point, and at the end what it was told. */

async function hold({ databaseUrl, workspaceId, key, ttlMs, at }: HolderOrder): Promise<readonly Told[]> {
  const db = postgresClient(databaseUrl, 2)
  const [store, claims] = [postgresRecordStore(db), postgresRecordClaims(db)]
  const told: Told[] = []
  let passed = false

  async function pass(when: Point["when"], step: Step): Promise<void> {
    if (when !== at.when || step !== at.step) return
    const goOn = once(process, "message")
    process.send?.("here")
    await goOn
    passed = true
  }
  async function step<T extends object>(name: Step, ask: () => Promise<T>): Promise<T> {
    await pass("before", name)
    const late = passed
    const asked = ask()
    await Promise.all([asked, pass("during", name)])
    const answer = await asked
    told.push({ step: name, kind: "kind" in answer ? String(answer.kind) : "record", late })
    await pass("after", name)
    return answer
  }

  const by = { workspaceId, key, actor: HOLDER }
  let seen: Version = version("none")
  const write = (claimId: string, value: string) => async () => {
    const answer = await store.publish({
      workspaceId,
      actor: HOLDER,
      changes: [{ op: "write", key, value: { by: "night", value }, expectedVersion: seen, claimId }],
    })
    if (answer.kind === "applied") seen = version(answer.versions.get(key))
    return answer
  }

  const claimed = await step("claim", () => claims.claim({ ...by, ttlMs }))
  const first = claimed.kind === "claimed" ? claimed.claimId : "none"
  const { version: read } = await step("read", () => store.readWithVersion({ workspaceId, key }))
  seen = read
  await step("heartbeat", () => claims.heartbeat({ ...by, claimId: first, ttlMs }))
  await step("write", write(first, "first"))
  const handed = await step("hand off", () => claims.handOff({ ...by, claimId: first, ttlMs }))
  const second = handed.kind === "claimed" ? handed.claimId : first
  if (handed.kind === "claimed" && handed.version) seen = handed.version
  await step("write again", write(second, "second"))
  await step("release", () => claims.release({ ...by, claimId: second }))
  await db.$disconnect()
  return told
}

process.once("message", (order: HolderOrder) => {
  hold(order).then(
    (told) => {
      process.send?.(told)
      process.disconnect()
    },
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.send?.("ready")
