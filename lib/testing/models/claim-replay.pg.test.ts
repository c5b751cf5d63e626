import pg from "pg"
import { expect, test } from "vitest"
import { postgresClient } from "../../adapters/postgres/client"
import { isOver } from "../../domain/protocol/claim-state"
import { type Edit, editFunction } from "../booking/plants"
import { seizeClock } from "../booking/twin"
import { testDatabase } from "../pg"
import { someOf } from "../some-of"
import {
  CLAIM_EDGES,
  type ClaimBounds,
  type ClaimMove,
  type ClaimWorld,
  claimModel,
  claimOf,
  isBarred,
} from "./claim-model"
import { claimTwinOf } from "./claim-twin"
import { explore } from "./explore"
import { CLAIM_BOUNDS, THREE_AGENTS } from "./protocols"
import { type ClassOf, REPLAY_MS, walksOf } from "./walks"

/** What the model's classes leave open, and a guard taken out of the database may hide behind: who has claimed it, what is shown, and what whoever asks has seen. */
const classOf: ClassOf<ClaimWorld, ClaimMove> = ({ action, edge }, { head, memory }) => {
  const { claim } = head
  const state = claim ? (isOver(claim, 0) ? "over" : "claimed") : head.epoch > 0 ? "free again" : "never claimed"
  if (!("agent" in action)) return `${edge}, ${state}`
  const { seen = 0, mine = 0 } = memory[action.agent] ?? {}
  const shown = action.kind === "commit" ? action.claim : mine
  return [
    edge,
    claim ? `${state} by ${claim.claimId === claimOf(mine) ? "whoever asks" : "another"}` : state,
    shown === 0 ? "none shown" : head.madeUnder[claimOf(shown)] === head.epoch ? "of this epoch" : "epoch moved",
    seen === 0 ? "nothing seen" : seen === head.version ? "live view" : "dead view",
    ...(isBarred(head, action.agent) ? ["told to read again"] : []),
  ].join(", ")
}

const byEdge: typeof classOf = ({ edge }) => edge

/** Replays every class, in a database of its own. Answers the first difference, null: none. */
async function replay(bounds: ClaimBounds, edits: readonly Edit[] = [], among = classOf) {
  const model = claimModel(bounds)
  const explored = explore(model)
  if (explored.kind !== "whole") throw new Error(explored.broken.join())
  const { walks, met } = walksOf(model, explored.graph, among)
  const database = await testDatabase()
  const db = postgresClient(database.appUrl)
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  try {
    for (const edit of edits) await editFunction(owner, edit.in, [edit])
    const twin = claimTwinOf(db, owner, await seizeClock(owner), bounds)
    for (const walk of walks) {
      const difference = await twin.tell(walk)
      if (difference) return { met, difference }
    }
    return { met, difference: null }
  } finally {
    await db.$disconnect()
    await owner.end()
    await database.drop()
  }
}

test.each([
  ["two", CLAIM_BOUNDS, classOf, 213, 9534],
  // a third adds no class to the finer ones
  ["three", THREE_AGENTS, byEdge, CLAIM_EDGES.length, 151_576],
] as const)(
  "C8 every class of the model's edges is the database's: %s agents",
  async (_, bounds, among, classes, edges) => {
    const { met, difference } = await replay(bounds, [], among)
    expect(difference).toBeNull()
    expect(met).toBe(process.env.ALL_EDGES ? Math.min(edges, 10_000) : classes)
  },
  REPLAY_MS,
)

const endingWithout = (how: string): Edit => ({
  in: "record_end_claim",
  from: "epoch = epoch + 1",
  to: `epoch = epoch + (p_how <> '${how}')::int`,
})
const PLANTS: Readonly<Record<string, Edit>> = {
  "the version is not compared": {
    in: "record_refusal",
    from: "v_head.version is distinct from c ->> 'expectedVersion'",
    to: "false",
  },
  "another's claim is no hindrance": {
    in: "record_busy",
    from: "if v_claim is not null then",
    to: "if false then",
  },
  "any claim that is shown is good": {
    in: "record_superseded",
    from: "p_head.claim_id = v_claim.id and p_head.epoch = v_claim.epoch",
    to: "true",
  },
  "a claim is known by the agent": {
    in: "record_superseded",
    from: "p_head.claim_id = v_claim.id and p_head.epoch = v_claim.epoch",
    to: "exists (select from record_claims m where m.workspace_id = p_ws and m.id = p_head.claim_id and m.actor_id = v_claim.actor_id)",
  },
  // what earlier paths left is swept away all the same: it is not to be what shows
  "a claim's time does not end it": {
    in: "record_head",
    from: "v_head.lease_until <= p_now",
    to: "v_head.lease_until <= p_now - interval '30 minutes'",
  },
  "a release leaves the epoch": endingWithout("released"),
  "a reclamation leaves the epoch": endingWithout("reclaimed"),
  "a hand-off leaves the epoch": endingWithout("handedOff"),
  "a hand-off leaves the views": {
    in: "record_claim_act",
    from: "if found then perform record_put",
    to: "if false then perform record_put",
  },
  "dead views are not looked at by who writes": {
    in: "record_publish",
    from: "v_refusal := record_unread(p_ws, p);",
    to: "null;",
  },
  "who was told to read again need not": {
    in: "record_publish",
    from: "if v_refusal ->> 'kind' = 'superseded' and p ? 'runId'",
    to: "if false",
  },
  "waiting is named before dead views": {
    in: "record_publish",
    from: "v_refusal := record_unread(p_ws, p);",
    to: "v_refusal := coalesce(record_busy(p_ws, p, v_now), record_unread(p_ws, p));",
  },
  "the gate lets everything through": {
    in: "record_admit",
    from: "if v_dead = '[]' then return",
    to: "if true then return",
  },
  "a heartbeat keeps nothing": {
    in: "record_claim_act",
    from: "set lease_until = v_until",
    to: "set lease_until = lease_until",
  },
}

test.each(someOf(Object.entries(PLANTS), 4))(
  "a database in which %s is told from the model",
  async (_, edit) => {
    expect((await replay(CLAIM_BOUNDS, [edit])).difference).toContain("the database")
  },
  REPLAY_MS,
)
