import pg from "pg"
import { expect, test } from "vitest"
import { postgresClient } from "../../adapters/postgres/client"
import { type Edit, editFunction } from "../booking/plants"
import { testDatabase } from "../pg"
import { someOf } from "../some-of"
import { explore } from "./explore"
import { intentModel } from "./intent-model"
import { intentTwinOf } from "./intent-twin"
import type { IntentMove, IntentWorld } from "./intent-world"
import { BOTH, ONE_APPROVAL, SUCCESSORS } from "./protocols"
import { type ClassOf, REPLAY_MS, walksOf } from "./walks"

/** What the model's classes leave open, and a guard taken out of the database may hide behind. */
const classOf: ClassOf<IntentWorld, IntentMove> = ({ action, edge }, { db }) => {
  // of what the database has no part in
  if (["land", "lose", "edit"].includes(action.kind)) return edge
  const all = Object.values(db.intents)
  const open = all.some(({ state }) => state !== "DONE") ? "one open" : "none open"
  const id = "id" in action ? action.id : "after" in action ? action.after : 0
  const row = db.intents[id]
  if (!row) return `${edge}, ${all.length} before, ${open}`
  const holder = row.claimId === null ? "nobody" : row.claimId === "r" ? "recovery" : "its sender"
  return [
    edge,
    `${row.state} ${row.outcome ?? ""} of ${holder}`,
    `lease ${row.state === "DONE" ? "-" : row.leaseUntil}`,
    ...(row.lookedBefore ? ["looked for"] : []),
    ...(row.after === null ? [] : ["a successor"]),
  ].join(", ")
}

/** Whether it is prepared depends on the others as well. */
const byPrepare: ClassOf<IntentWorld, IntentMove> = (edge, world) =>
  edge.action.kind === "prepare" ? classOf(edge, world) : edge.edge

const WALKS = [BOTH, SUCCESSORS, ONE_APPROVAL].map((bounds) => {
  const model = intentModel(bounds)
  const explored = explore(model)
  if (explored.kind !== "whole") throw new Error(explored.broken.join())
  return { bounds, ...walksOf(model, explored.graph, bounds === ONE_APPROVAL ? classOf : byPrepare) }
})

/** Replays every class, in a database of its own. Answers the first difference, null: none. */
async function replay(edits: readonly Edit[] = []): Promise<string | null> {
  const database = await testDatabase()
  const db = postgresClient(database.appUrl)
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  try {
    for (const edit of edits) await editFunction(owner, edit.in, [edit])
    for (const { bounds, walks } of WALKS) {
      const twin = intentTwinOf(db, owner, bounds)
      for (const walk of walks) {
        const difference = await twin.tell(walk)
        if (difference) return difference
      }
    }
    return null
  } finally {
    await db.$disconnect()
    await owner.end()
    await database.drop()
  }
}

test(
  "T4 B4 C8 every class of the model's edges is the guarded statements'",
  async () => {
    expect(await replay()).toBeNull()
  },
  REPLAY_MS,
)

const PLANTS: Readonly<Record<string, readonly Edit[]>> = {
  "a yes is good twice": [
    { in: "intent_prepare", from: "p ->> 'afterIntent' is null and v_approval_head.version <> ''", to: "false" },
  ],
  "two are under way at once": [{ in: "intent_prepare", from: "i.state in ('PREPARED', 'SENT')", to: "false" }],
  "a successor is followed": [{ in: "intent_prepare", from: "or v_before.after_intent is not null", to: "" }],
  "anybody sends": [{ in: "intent_sent", from: "v_head.claim_id is distinct from p_claim or", to: "" }],
  "it is sent whatever is left of the lease": [
    { in: "intent_sent", from: "v_i.lease_until < v_now + p_need_ms * interval '1 ms'", to: "false" },
  ],
  "anybody ends it": [{ in: "intent_finish", from: "v_head.claim_id is distinct from p_claim or", to: "" }],
  "an end leaves the claim": [{ in: "intent_finish", from: "claim_id = null, epoch", to: "epoch" }],
  "recovery takes what is not due": [
    { in: "intent_reclaim", from: "and lease_until < clock_timestamp()", to: "" },
    { in: "intent_reclaim", from: "or v_i.lease_until >= v_now", to: "" },
  ],
  "recovery leaves the sender its claim": [
    { in: "intent_reclaim", from: "claim_id = gen_random_uuid()", to: "claim_id = claim_id" },
  ],
  "what was looked for is forgotten": [
    { in: "intent_defer", from: "look_again_at = v_now + p_wait_ms * interval '1 ms', ", to: "" },
  ],
  "it may be looked for again at once": [
    { in: "intent_defer", from: "lease_until = v_now + p_wait_ms * interval '1 ms'", to: "lease_until = lease_until" },
  ],
  "what is under way is corrected": [{ in: "intent_correct", from: "v_i.state <> 'DONE' or ", to: "" }],
  "what was applied is corrected": [{ in: "intent_correct", from: "or v_i.outcome ->> 'kind' = 'applied'", to: "" }],
}

test.each(someOf(Object.entries(PLANTS), 3))(
  "a database in which %s is told from the model",
  async (_, edits) => {
    expect(await replay(edits)).toContain("the database")
  },
  REPLAY_MS,
)
