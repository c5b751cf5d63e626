import { postgresClient } from "../../adapters/postgres/client"
import { applyProposal } from "../../server/apply-proposal"
import { type SceneParts, sceneDeps } from "../scene-deps"
import { type Moment, strikeAt } from "./moments"
import { type PlantName, plantOf } from "./plants"

/** What a sender process is to do: it is handed over by its parent. */
export interface Order {
  readonly parts: SceneParts
  /** Applied at once, side by side. */
  readonly proposals: readonly { readonly id: string; readonly planHash: string }[]
  /** Where it strikes itself; none: its parent does. */
  readonly strike: { readonly moment: Moment; readonly signal: "SIGKILL" | "SIGSTOP" } | null
  readonly plant: PlantName | null
}

/* A process of its own that applies proposals, to be killed on the way. Says `ready`, takes one order, says `begun` and `done`. */

async function carryOut({ parts, proposals, strike, plant }: Order): Promise<void> {
  const db = postgresClient(parts.databaseUrl)
  const real = sceneDeps(parts, db).deps
  const struck = strike ? strikeAt(real, strike.moment, strike.signal) : real
  const deps = (plant && plantOf(plant).sender?.(struck)) ?? struck
  await db.$queryRaw`select 1`
  process.send?.("begun")
  await Promise.all(proposals.map(({ id, planHash }) => applyProposal(deps, parts.person, id, planHash)))
  process.send?.("done")
  await db.$disconnect()
  process.disconnect()
}

process.once("message", (order) => {
  carryOut(order as Order).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
process.send?.("ready")
