import { isDeepStrictEqual } from "node:util"
import type pg from "pg"
import type { postgresClient } from "../../adapters/postgres/client"
import { postgresRecordClaims } from "../../adapters/postgres/record-claims"
import { postgresRecordStore } from "../../adapters/postgres/record-store"
import { isLive, step } from "../../domain/protocol/claim"
import type { HeadVersion } from "../../domain/protocol/claim-state"
import type { ClaimAnswer } from "../../domain/protocol/claim-words"
import type { RecordKey } from "../../domain/record"
import { HISTORY_START } from "../booking/histories"
import { openHead, type Said, type Stands, TICK_MS } from "./claim-head"
import { asked, type ClaimBounds, type ClaimMove, type ClaimWorld, claimModel, readerOf } from "./claim-model"

/*
 * The rule of a head as a pure function and as the database's, side by side: one path on both, every answer and the state after it compared. An agent is a run of its
 * own; versions and claims are compared by their numbers, times in ticks.
 */

const HOUR_MS = 3_600_000

export interface ClaimTwin {
  /** Answers the first difference, as a sentence; null: there was none. */
  tell(path: readonly ClaimMove[]): Promise<string | null>
}

/** @param setClock of `seizeClock`, on the same database */
export function claimTwinOf(
  db: ReturnType<typeof postgresClient>,
  owner: pg.Client,
  setClock: (ms: number) => Promise<void>,
  bounds: ClaimBounds,
): ClaimTwin {
  const [store, claims] = [postgresRecordStore(db), postgresRecordClaims(db)]
  const model = claimModel(bounds)
  let now = HISTORY_START
  let paths = 0
  const later = (ms: number) => {
    now += ms
    return setClock(now)
  }

  return {
    async tell(path) {
      // what is left of the last path is swept away
      await later(HOUR_MS)
      await claims.sweep(1_000_000)
      const head = await openHead({ store, claims, owner }, `twins/${bounds.agents}-${++paths}` as RecordKey, bounds)
      let world = model.initial
      for (const [n, move] of path.entries()) {
        const before = world
        world = model.next(world, move).state
        if (move.kind === "tick") {
          await later(TICK_MS)
          continue
        }
        const mine = spoken(move, step(before.head, asked(before, move, bounds.ttl)).answer)
        const theirs = await head.ask(move, before, now)
        if (!isDeepStrictEqual(mine, theirs)) return `move ${n} of ${told(path)}: ${differ(mine, theirs)}`
        const [left, leaves] = [standsBy(world, bounds), await head.stands(now)]
        if (!isDeepStrictEqual(left, leaves)) return `after move ${n} of ${told(path)}: ${differ(left, leaves)}`
      }
      return null
    },
  }
}

const told = (path: readonly ClaimMove[]): string => path.map((move) => Object.values(move).join(" ")).join(", ")
const differ = (mine: unknown, theirs: unknown): string =>
  `the function has ${JSON.stringify(mine)}, the database ${JSON.stringify(theirs)}`

/** The gate names no reasons, it names what is dead. */
function spoken({ kind }: ClaimMove, answer: ClaimAnswer): Said {
  switch (answer.kind) {
    case "refused":
      return kind === "admit" ? { kind: "refused" } : { kind: answer.reason, recovery: answer.recovery }
    case "claimed":
    case "handedOff":
      return { kind: "claimed", version: answer.version, left: answer.claim.expiresAt }
    case "kept":
      return { kind: "held", left: answer.claim.expiresAt }
    case "swept":
      return { kind: "swept", swept: answer.claimId === null ? 0 : 1 }
    default:
      return answer
  }
}

const standsBy = ({ head, memory }: ClaimWorld, { agents }: ClaimBounds): Stands => ({
  version: head.version,
  epoch: head.epoch,
  claim: Number(head.claim?.claimId.slice(1) ?? 0),
  left: head.claim?.expiresAt ?? 0,
  dead: Array.from({ length: agents }, (_, agent) => {
    const seen = memory[agent]?.seen ?? 0
    return seen > 0 && !isLive(head, readerOf(agent), seen as HeadVersion)
  }),
})
