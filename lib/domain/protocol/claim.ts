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

/** The rule of one head (C3 to C6, C15, C16) as one step. Total: every action has an answer in every state; a refusal changes nothing but who has to read again, and that a claim whose time is over has ended. */
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
const SUPERSEDED = refuse("claim-superseded")
const CLAIMED: Refusal = { kind: "refused", reason: "claimed", recovery: "wait_and_retry" }

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

/** The head as it counts now: a claim whose time is over is ended by whoever meets it, nobody waits for the sweep. */
const met = (state: HeadState, at: number, { claimNotOver, bumpOnSweep }: ClaimGuards): HeadState =>
  claimNotOver && state.claim && isOver(state.claim, at) ? end(state, bumpOnSweep) : state

/** Shown, and made under another epoch: it has ended. */
const isSuperseded = (state: HeadState, claimId: ClaimId, { epochCheck }: ClaimGuards): boolean =>
  epochCheck && state.madeUnder[claimId] !== state.epoch

/** The claim that stands, if it is the one that is shown: whoever changes a claim needs no less. */
const standing = (state: HeadState, claimId: ClaimId, guards: ClaimGuards): StandingClaim | null =>
  state.claim?.claimId === claimId && !isSuperseded(state, claimId, guards) ? state.claim : null

function claim(before: HeadState, { at, holder, claimId, ttlMs }: Action<"claim">, guards: ClaimGuards): ClaimStep {
  const state = met(before, at, guards)
  if (state.claim) return { state, answer: CLAIMED }
  const made = { claimId, holder, expiresAt: at + ttlMs }
  return { state: put(state, made), answer: { kind: "claimed", claim: made, version: state.version } }
}

function heartbeat(before: HeadState, { at, claimId, ttlMs }: Action<"heartbeat">, guards: ClaimGuards): ClaimStep {
  const state = met(before, at, guards)
  const mine = standing(state, claimId, guards)
  if (!mine) return { state, answer: SUPERSEDED }
  const kept = { ...mine, expiresAt: Math.max(mine.expiresAt, at + ttlMs) }
  return { state: { ...state, claim: kept }, answer: { kind: "kept", claim: kept } }
}

function release(before: HeadState, { at, claimId }: Action<"release">, guards: ClaimGuards): ClaimStep {
  const state = met(before, at, guards)
  if (!standing(state, claimId, guards)) return { state, answer: SUPERSEDED }
  return { state: end(state, guards.bumpOnRelease), answer: { kind: "released" } }
}

function handOff(before: HeadState, { at, claimId, to, ttlMs }: Action<"handOff">, guards: ClaimGuards): ClaimStep {
  const state = met(before, at, guards)
  if (!standing(state, claimId, guards)) return { state, answer: SUPERSEDED }
  const made = { ...to, expiresAt: at + ttlMs }
  const version = guards.giverInvalidated ? nextVersion(state.version) : state.version
  return {
    state: { ...put(end(state, guards.bumpOnHandOff), made), version },
    answer: { kind: "handedOff", claim: made, version },
  }
}

function sweep(state: HeadState, { at }: Action<"sweep">, guards: ClaimGuards): ClaimStep {
  if (!state.claim || !isOver(state.claim, at)) return { state, answer: { kind: "swept", claimId: null } }
  return { state: end(state, guards.bumpOnSweep), answer: { kind: "swept", claimId: state.claim.claimId } }
}

/**
 * The claim shown is looked at first: who was taken for dead is told so even where the version never moved (C3). Waiting is named last: whoever is told to wait could
 * write now, were nobody else the claimant.
 */
function commit(before: HeadState, action: Action<"commit">, guards: ClaimGuards): ClaimStep {
  const state = met(before, action.at, guards)
  if (action.claimId && isSuperseded(state, action.claimId, guards)) return told(state, action.reader, SUPERSEDED)
  const dead = deadView(state, action, guards.versionCheck, guards)
  if (dead) return told(state, action.reader, dead)
  if (guards.ownerCheck && state.claim && !isHolder(state.claim, action, guards)) return { state, answer: CLAIMED }
  const version = nextVersion(state.version)
  return { state: { ...state, version }, answer: { kind: "committed", version } }
}

const isHolder = (
  { claimId, holder }: StandingClaim,
  { claimId: shown, reader }: Action<"commit">,
  { identityIsClaimId }: ClaimGuards,
): boolean => (identityIsClaimId ? claimId === shown : holder === reader)

function admit(state: HeadState, action: Action<"admit">, guards: ClaimGuards): ClaimStep {
  const dead = deadView(state, action, guards.peersInvalidated, guards)
  return dead ? told(state, action.reader, dead) : { state, answer: { kind: "admitted" } }
}

/** Why nothing may follow from what was read. Null: it is live. */
function deadView(
  state: HeadState,
  { reader, version }: Action<"commit" | "admit">,
  isCompared: boolean,
  { stickyRefusal }: ClaimGuards,
): Refusal | null {
  if (isCompared && version !== state.version) return refuse("version-moved")
  return stickyRefusal && state.bars[reader] ? refuse("unread") : null
}

const told = (state: HeadState, reader: ReaderId, answer: Refusal): ClaimStep => ({
  state: { ...state, bars: { ...state.bars, [reader]: true } },
  answer,
})
