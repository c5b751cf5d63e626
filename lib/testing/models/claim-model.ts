import { CLAIM_GUARDS, step } from "../../domain/protocol/claim"
import {
  type ClaimId,
  type HeadState,
  type HeadVersion,
  isOver,
  newHead,
  type ReaderId,
} from "../../domain/protocol/claim-state"
import type { ClaimAction, ClaimAnswer, ClaimGuards } from "../../domain/protocol/claim-words"
import type { Model } from "./explore"
import { tlaState } from "./tla"

export interface ClaimBounds {
  readonly agents: number
  /** Nobody commits or hands off on the last one. */
  readonly lastVersion: number
  /** How many claims are made in all. */
  readonly claims: number
  /** A claim lives as many ticks. */
  readonly ttl: number
}

/** What an agent remembers, and nothing takes from it: it may be dead for long, or a zombie. */
interface Memory {
  /** 0: it never read. */
  readonly seen: number
  /** The last claim it had. 0: none. */
  readonly mine: number
  /** Whether it has to read again, by what it was told or did itself. */
  readonly owes: "none" | "told" | "gave"
}

export interface ClaimWorld {
  /** The time is always 0: what runs out is moved towards it. */
  readonly head: HeadState
  readonly memory: readonly Memory[]
}

/** Agents and claims by their numbers, agents from 0, claims from 1. */
export type ClaimMove =
  | { readonly kind: "read" | "claim" | "heartbeat" | "release" | "admit"; readonly agent: number }
  | { readonly kind: "handOff"; readonly agent: number; readonly to: number }
  | { readonly kind: "commit"; readonly agent: number; readonly claim: number }
  | { readonly kind: "sweep" }
  | { readonly kind: "tick" }

export const readerOf = (agent: number): ReaderId => `a${agent + 1}` as ReaderId
export const claimOf = (claim: number): ClaimId => `c${claim}` as ClaimId
const made = ({ madeUnder }: HeadState): number => Object.keys(madeUnder).length

/** Claim, fence and views of one head among agents that forget nothing (C3 to C6, C15, C16). */
export const claimModel = (bounds: ClaimBounds, guards: ClaimGuards = CLAIM_GUARDS): Model<ClaimWorld, ClaimMove> => ({
  name: "claim",
  bounds: `${bounds.agents} agents, versions 1..${bounds.lastVersion}, ${bounds.claims} claims of ${bounds.ttl} ticks`,
  initial: {
    head: newHead(1),
    memory: Array.from({ length: bounds.agents }, () => ({ seen: 0, mine: 0, owes: "none" as const })),
  },
  actions: (world) => movesOf(world, bounds),
  next: (world, move) => nextOf(world, move, bounds, guards),
  pack,
  edges: CLAIM_EDGES,
  progress: [
    {
      name: "a dead owner's claim is reclaimed by time and the sweep alone",
      goal: ({ head }) => head.claim === null,
      helped: ({ kind }) => kind === "tick" || kind === "sweep",
      bug: {
        name: "a sweep that ends nothing",
        lead: ({ state }, from, { kind }) => (kind === "sweep" ? from : state),
      },
    },
  ],
})

const TOLD = ["version-moved", "unread"]
export const CLAIM_EDGES: readonly string[] = [
  "tick",
  "read: read",
  "claim: claimed",
  "claim: refused claimed",
  ...["kept", "refused claim-superseded"].map((answer) => `heartbeat: ${answer}`),
  ...["released", "refused claim-superseded"].map((answer) => `release: ${answer}`),
  ...["handedOff", "refused claim-superseded"].map((answer) => `handOff: ${answer}`),
  "sweep: swept",
  "sweep: nothing",
  ...["committed", "refused claimed", "refused claim-superseded", ...TOLD.map((reason) => `refused ${reason}`)].map(
    (answer) => `commit: ${answer}`,
  ),
  ...["admitted", ...TOLD.map((reason) => `refused ${reason}`)].map((answer) => `admit: ${answer}`),
]

function movesOf({ head, memory }: ClaimWorld, bounds: ClaimBounds): ClaimMove[] {
  const mayClaim = made(head) < bounds.claims
  const mayCommit = head.version < bounds.lastVersion
  const others = (agent: number) => memory.flatMap((_, to) => (to === agent ? [] : [to]))
  return [
    { kind: "sweep" },
    ...(head.claim && !isOver(head.claim, 0) ? [{ kind: "tick" } as const] : []),
    ...memory.flatMap(({ seen, mine }, agent): ClaimMove[] => [
      { kind: "read", agent },
      ...(mayClaim ? [{ kind: "claim", agent } as const] : []),
      ...(mine ? (["heartbeat", "release"] as const).map((kind) => ({ kind, agent })) : []),
      ...(mine && mayClaim && mayCommit ? others(agent).map((to) => ({ kind: "handOff", agent, to }) as const) : []),
      ...(seen ? [{ kind: "admit", agent } as const] : []),
      ...(seen && mayCommit ? [{ kind: "commit", agent, claim: 0 } as const] : []),
      ...(seen && mine && mayCommit ? [{ kind: "commit", agent, claim: mine } as const] : []),
    ]),
  ]
}

/** What an agent's move asks of the head. */
export function asked(
  { head, memory }: ClaimWorld,
  move: Exclude<ClaimMove, { kind: "tick" }>,
  ttlMs: number,
): ClaimAction {
  if (move.kind === "sweep") return { kind: "sweep", at: 0 }
  const { agent } = move
  const [reader, claimId] = [readerOf(agent), claimOf(memory[agent]?.mine ?? 0)]
  const version = (memory[agent]?.seen ?? 0) as HeadVersion
  const next = claimOf(made(head) + 1)
  switch (move.kind) {
    case "read":
      return { kind: "read", reader }
    case "claim":
      return { kind: "claim", at: 0, holder: reader, claimId: next, ttlMs }
    case "heartbeat":
      return { kind: "heartbeat", at: 0, claimId, ttlMs }
    case "release":
      return { kind: "release", at: 0, claimId }
    case "handOff":
      return { kind: "handOff", at: 0, claimId, to: { holder: readerOf(move.to), claimId: next }, ttlMs }
    case "admit":
      return { kind: "admit", reader, version }
    case "commit":
      return { kind: "commit", at: 0, reader, claimId: move.claim ? claimOf(move.claim) : null, version }
    default:
      return move satisfies never
  }
}

function nextOf(world: ClaimWorld, move: ClaimMove, { ttl }: ClaimBounds, guards: ClaimGuards) {
  if (move.kind === "tick") return { state: ticked(world), edge: "tick", broken: [] }
  const { state: head, answer } = step(world.head, asked(world, move, ttl), guards)
  return {
    state: { head, memory: remembered(world, move, answer, made(head)) },
    edge: `${move.kind}: ${nameOf(answer)}`,
    broken: brokenBy(world, move, answer),
  }
}

const nameOf = (answer: ClaimAnswer): string => {
  if (answer.kind === "refused") return `refused ${answer.reason}`
  return answer.kind === "swept" && answer.claimId === null ? "nothing" : answer.kind
}

const ticked = ({ head, memory }: ClaimWorld): ClaimWorld => ({
  head: { ...head, claim: head.claim && { ...head.claim, expiresAt: head.claim.expiresAt - 1 } },
  memory,
})

function remembered({ memory }: ClaimWorld, move: ClaimMove, answer: ClaimAnswer, newest: number): readonly Memory[] {
  if (!("agent" in move)) return memory
  const learn = (who: number, what: Partial<Memory>, of = memory) =>
    of.map((each, n) => (n === who ? { ...each, ...what } : each))
  const { agent } = move
  switch (answer.kind) {
    case "read":
      return learn(agent, { seen: answer.version, owes: "none" })
    case "claimed":
      return learn(agent, { mine: newest })
    case "handedOff":
      return "to" in move ? learn(agent, { owes: "gave" }, learn(move.to, { mine: newest })) : memory
    case "committed":
      return learn(agent, { seen: answer.version })
    case "refused":
      return isOwed(move, answer) && memory[agent]?.owes === "none" ? learn(agent, { owes: "told" }) : memory
    default:
      return memory
  }
}

/** Who writes or asks for an effect is told to read again; who only shows a claim has written nothing. */
const isOwed = ({ kind }: ClaimMove, answer: ClaimAnswer): boolean =>
  (kind === "commit" || kind === "admit") && "recovery" in answer && answer.recovery === "reacquire_and_reread"

/** The properties, by what was the case before: none looks at what the rule made of it. */
function brokenBy({ head, memory }: ClaimWorld, move: ClaimMove, answer: ClaimAnswer): string[] {
  if (move.kind !== "commit" && move.kind !== "admit") return []
  const { seen, owes } = memory[move.agent] ?? { seen: 0, owes: "none" }
  const isHeld = head.claim !== null && !isOver(head.claim, 0)
  const isMine = move.kind === "commit" && head.claim?.claimId === claimOf(move.claim) && !isOver(head.claim, 0)
  if (answer.kind === "refused") {
    const waits = answer.recovery === "wait_and_retry" && move.kind === "commit" && move.claim > 0
    return waits ? ["ToldInVain"] : []
  }
  return [
    ...(seen !== head.version ? [move.kind === "commit" ? "LostUpdate" : "StaleEffect"] : []),
    ...(owes === "told" ? ["Unread"] : []),
    ...(owes === "gave" ? ["GiverActs"] : []),
    ...(move.kind === "commit" && move.claim > 0 && !isMine ? ["StaleApply"] : []),
    ...(move.kind === "commit" && move.claim === 0 && isHeld ? ["Trespass"] : []),
  ]
}

/** A state as claim.tla writes it. */
export const claimInTla =
  (bounds: ClaimBounds) =>
  ({ head, memory }: ClaimWorld): string => {
    const of = <T>(value: (agent: number) => T) =>
      Object.fromEntries(memory.map((_, agent) => [readerOf(agent), value(agent)]))
    const { claim, madeUnder } = head
    const claims = Array.from({ length: bounds.claims }, (_, n) => madeUnder[claimOf(n + 1)] ?? bounds.claims + 1)
    return tlaState({
      version: head.version,
      epoch: head.epoch,
      claim: claim ? Number(claim.claimId.slice(1)) : 0,
      left: claim ? claim.expiresAt : 0,
      holder: claim ? claim.holder : "none",
      madeUnder: claims,
      bar: of((agent) => isBarred(head, agent)),
      seen: of((agent) => memory[agent]?.seen ?? 0),
      mine: of((agent) => memory[agent]?.mine ?? 0),
      owes: of((agent) => memory[agent]?.owes ?? "none"),
      issued: made(head),
    })
  }

export const isBarred = ({ bars }: HeadState, agent: number): boolean => bars[readerOf(agent)] === true

function pack({ head, memory }: ClaimWorld): string {
  const { claim } = head
  const claims = Object.values(head.madeUnder)
  return [
    head.version,
    head.epoch,
    claim ? `${claim.claimId}${claim.holder}${claim.expiresAt}` : "-",
    claims.join(","),
    memory.map((_, agent) => Number(isBarred(head, agent))).join(""),
    memory.map(({ seen, mine, owes }) => `${seen}${mine}${owes[0]}`).join(""),
  ].join(" ")
}
