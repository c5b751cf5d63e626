import {
  type ClaimId,
  type Epoch,
  type HeadState,
  type HeadVersion,
  isOver,
  nextEpoch,
  nextVersion,
  type ReaderId,
  type Refusal,
  type StandingClaim,
  without,
} from "./claim-state"
import type { ClaimAction, ClaimAnswer, ClaimGuards } from "./claim-words"

export const CLAIM_GUARDS: ClaimGuards = {
  versionCheck: true,
  epochCheck: true,
  ownerCheck: true,
  identityIsClaimId: true,
  claimNotOver: true,
  bumpOnSweep: true,
  bumpOnRelease: true,
  bumpOnHandOff: true,
  peersInvalidated: true,
  giverInvalidated: true,
  stickyRefusal: true,
}

type Action<K extends ClaimAction["kind"]> = Extract<ClaimAction, { kind: K }>

export interface ClaimStep {
  readonly state: HeadState
  readonly answer: ClaimAnswer
}

/** The rule of one head (C3 to C6, C15, C16) as one step. Total: every action has an answer in every state; a refusal changes nothing but who has to read again. */
export function step(state: HeadState, action: ClaimAction, guards: ClaimGuards = CLAIM_GUARDS): ClaimStep {
  switch (action.kind) {
    case "read":
      return {
        state: { ...state, bars: without(state.bars, action.reader) },
        answer: { kind: "read", version: state.version },
      }
    case "claim":
      return claim(state, action, guards)
    case "heartbeat":
      return heartbeat(state, action, guards)
    case "release":
      return release(state, action, guards)
    case "handOff":
      return handOff(state, action, guards)
    case "sweep":
      return sweep(state, action, guards)
    case "commit":
      return commit(state, action, guards)
    case "admit":
      return admit(state, action, guards)
    default:
      return action satisfies never
  }
}

/** Live: it is the head's version, and the reader has not been told to read again. */
export const isLive = ({ version, bars }: HeadState, reader: ReaderId, seen: HeadVersion): boolean =>
  seen === version && bars[reader] === undefined

const refuse = (reason: Exclude<Refusal["reason"], "claimed">): Refusal => ({
  kind: "refused",
  reason,
  recovery: "reacquire_and_reread",
})
const CLAIMED: Refusal = { kind: "refused", reason: "claimed", recovery: "wait_and_retry" }
const HANDED_OFF = refuse("handed-off")

const bumpedIf = (bump: boolean, epoch: Epoch): Epoch => (bump ? nextEpoch(epoch) : epoch)

const put = (state: HeadState, claim: StandingClaim): HeadState => ({
  ...state,
  claim,
  madeUnder: { ...state.madeUnder, [claim.claimId]: state.epoch },
})

const end = (state: HeadState, bump: boolean): HeadState => ({
  ...state,
  claim: null,
  epoch: bumpedIf(bump, state.epoch),
})

/** Why a claim that is shown is none. Null: it is the one that stands, or, where none stands, a bump is missing. */
function problemOf(state: HeadState, claimId: ClaimId, at: number, guards: ClaimGuards): Refusal | null {
  if (guards.epochCheck && state.madeUnder[claimId] !== state.epoch) return refuse("claim-superseded")
  if (!guards.claimNotOver || state.claim?.claimId !== claimId) return null
  return isOver(state.claim, at) ? refuse("claim-over") : null
}

/** The claim that stands, if it is the one that is shown and not over: whoever changes a claim needs no less. */
function standing(state: HeadState, claimId: ClaimId, at: number, guards: ClaimGuards): StandingClaim | Refusal {
  const problem = problemOf(state, claimId, at, guards)
  if (problem) return problem
  return state.claim?.claimId === claimId ? state.claim : refuse("claim-superseded")
}

const isRefusal = (one: StandingClaim | Refusal): one is Refusal => "reason" in one

/** A claim that is over is reclaimed by the next one: nobody has to wait for the sweep. */
function claim(state: HeadState, { at, holder, claimId, ttlMs }: Action<"claim">, guards: ClaimGuards): ClaimStep {
  if (state.claim && !isOver(state.claim, at)) return { state, answer: CLAIMED }
  const free = state.claim ? end(state, guards.bumpOnSweep) : state
  const made = { claimId, holder, expiresAt: at + ttlMs }
  return { state: put(free, made), answer: { kind: "claimed", claim: made, version: state.version } }
}

function heartbeat(state: HeadState, { at, claimId, ttlMs }: Action<"heartbeat">, guards: ClaimGuards): ClaimStep {
  const mine = standing(state, claimId, at, guards)
  if (isRefusal(mine)) return { state, answer: mine }
  const kept = { ...mine, expiresAt: Math.max(mine.expiresAt, at + ttlMs) }
  return { state: { ...state, claim: kept }, answer: { kind: "kept", claim: kept } }
}

function release(state: HeadState, { at, claimId }: Action<"release">, guards: ClaimGuards): ClaimStep {
  const mine = standing(state, claimId, at, guards)
  if (isRefusal(mine)) return { state, answer: mine }
  return { state: end(state, guards.bumpOnRelease), answer: { kind: "released" } }
}

function handOff(state: HeadState, { at, claimId, to, ttlMs }: Action<"handOff">, guards: ClaimGuards): ClaimStep {
  const mine = standing(state, claimId, at, guards)
  if (isRefusal(mine)) return { state, answer: mine }
  const made = { ...to, expiresAt: at + ttlMs }
  const given = put(end(state, guards.bumpOnHandOff), made)
  return {
    state: guards.giverInvalidated ? { ...given, bars: { ...given.bars, [mine.holder]: HANDED_OFF } } : given,
    answer: { kind: "handedOff", claim: made },
  }
}

function sweep(state: HeadState, { at }: Action<"sweep">, guards: ClaimGuards): ClaimStep {
  if (!state.claim || !isOver(state.claim, at)) return { state, answer: { kind: "swept", claimId: null } }
  return { state: end(state, guards.bumpOnSweep), answer: { kind: "swept", claimId: state.claim.claimId } }
}

/** Waiting is named last: whoever is told to wait could write now, were nobody else the claimant. */
function commit(state: HeadState, action: Action<"commit">, guards: ClaimGuards): ClaimStep {
  const problem =
    barOf(state, action.reader, guards) ??
    (action.claimId && problemOf(state, action.claimId, action.at, guards)) ??
    (guards.versionCheck && action.version !== state.version ? refuse("version-moved") : null)
  if (problem) return told(state, action.reader, problem)
  if (guards.ownerCheck && state.claim && !isHolder(state.claim, action, guards)) return { state, answer: CLAIMED }
  const version = nextVersion(state.version)
  return { state: { ...state, version }, answer: { kind: "committed", version } }
}

const isHolder = (
  { claimId, holder }: StandingClaim,
  { claimId: shown, reader }: Action<"commit">,
  { identityIsClaimId }: ClaimGuards,
): boolean => (identityIsClaimId ? claimId === shown : holder === reader)

function admit(state: HeadState, { reader, version }: Action<"admit">, guards: ClaimGuards): ClaimStep {
  const problem =
    barOf(state, reader, guards) ??
    (guards.peersInvalidated && version !== state.version ? refuse("version-moved") : null)
  return problem ? told(state, reader, problem) : { state, answer: { kind: "admitted" } }
}

function barOf({ bars }: HeadState, reader: ReaderId, { stickyRefusal }: ClaimGuards): Refusal | null {
  const bar = bars[reader] ?? null
  return stickyRefusal || bar?.reason === "handed-off" ? bar : null
}

const told = (state: HeadState, reader: ReaderId, answer: Refusal): ClaimStep => ({
  state: state.bars[reader] === answer ? state : { ...state, bars: { ...state.bars, [reader]: answer } },
  answer,
})
