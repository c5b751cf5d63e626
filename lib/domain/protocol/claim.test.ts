import { describe, expect, test } from "vitest"
import { CLAIM_GUARDS, isLive, step } from "./claim"
import { type ClaimId, type HeadState, type HeadVersion, isOver, newHead, type ReaderId } from "./claim-state"
import type { ClaimAction, ClaimAnswer, ClaimGuards } from "./claim-words"

const TTL = 30_000
const id = (name: string) => name as ClaimId
const who = (name: string) => name as ReaderId
const v = (version: number) => version as HeadVersion

const read = (reader: string): ClaimAction => ({ kind: "read", reader: who(reader) })
const claim = (holder: string, claimId: string, at = 0): ClaimAction => ({
  kind: "claim",
  at,
  holder: who(holder),
  claimId: id(claimId),
  ttlMs: TTL,
})
const heartbeat = (claimId: string, at: number): ClaimAction => ({
  kind: "heartbeat",
  at,
  claimId: id(claimId),
  ttlMs: TTL,
})
const release = (claimId: string, at = 0): ClaimAction => ({ kind: "release", at, claimId: id(claimId) })
const handOff = (claimId: string, holder: string, next: string, at = 0): ClaimAction => ({
  kind: "handOff",
  at,
  claimId: id(claimId),
  to: { holder: who(holder), claimId: id(next) },
  ttlMs: TTL,
})
const sweep = (at: number): ClaimAction => ({ kind: "sweep", at })
const commit = (reader: string, claimId: string | null, version = 1, at = 0): ClaimAction => ({
  kind: "commit",
  at,
  reader: who(reader),
  claimId: claimId === null ? null : id(claimId),
  version: v(version),
})
const admit = (reader: string, version = 1): ClaimAction => ({
  kind: "admit",
  reader: who(reader),
  version: v(version),
})

interface Played {
  readonly state: HeadState
  readonly answer: ClaimAnswer
  readonly before: HeadState
}

function play(...actions: readonly ClaimAction[]): Played {
  let played: Played = { state: newHead(1), before: newHead(1), answer: { kind: "swept", claimId: null } }
  for (const action of actions) played = { before: played.state, ...step(played.state, action) }
  return played
}

const WAIT = { kind: "refused", reason: "claimed", recovery: "wait_and_retry" }
const over = (reason: string) => ({ kind: "refused", reason, recovery: "reacquire_and_reread" })

describe("commits", () => {
  test.each<[string, readonly ClaimAction[], number]>([
    ["nobody has claimed it", [commit("a", null)], 2],
    ["under the claim that stands", [claim("a", "c1"), commit("a", "c1")], 2],
    ["twice under it", [claim("a", "c1"), commit("a", "c1"), commit("a", "c1", 2)], 3],
    ["after it was kept beyond its first time", [claim("a", "c1"), heartbeat("c1", 1), commit("a", "c1", 1, TTL)], 2],
    ["by whom it was handed to", [claim("a", "c1"), handOff("c1", "b", "c2"), commit("b", "c2", 2)], 3],
    ["unclaimed, after another's claim ran out, unswept", [claim("a", "c1"), commit("b", null, 1, TTL)], 2],
    ["unclaimed, after a release", [claim("a", "c1"), release("c1"), commit("b", null)], 2],
    ["after waiting, as told", [claim("a", "c1"), commit("b", null), release("c1"), commit("b", null)], 2],
    ["after reading again, as told", [commit("a", null), commit("b", null), read("b"), commit("b", null, 2)], 3],
  ])("%s", (_, actions, version) => {
    const { state, answer } = play(...actions)
    expect(answer).toEqual({ kind: "committed", version })
    expect(state.version).toBe(version)
  })

  test.each<[string, readonly ClaimAction[], object]>([
    ["C1 the version has moved", [commit("a", null), commit("b", null)], over("version-moved")],
    ["a version that is yet to come", [commit("a", null, 2)], over("version-moved")],
    ["another has claimed it", [claim("a", "c1"), commit("b", null)], WAIT],
    ["identity is the claim's id and not the holder's name", [claim("a", "c1"), commit("a", null)], WAIT],
    ["a claim that ran out, unswept", [claim("a", "c1"), commit("a", "c1", 1, TTL)], over("claim-superseded")],
    ["C3 a claim that was swept", [claim("a", "c1"), sweep(TTL), commit("a", "c1", 1, TTL)], over("claim-superseded")],
    ["C3 a claim that was released", [claim("a", "c1"), release("c1"), commit("a", "c1")], over("claim-superseded")],
    [
      "C3 a claim that was reclaimed by the next",
      [claim("a", "c1"), claim("b", "c2", TTL), commit("a", "c1", 1, TTL)],
      over("claim-superseded"),
    ],
    [
      "a claim that was handed off, by who has read again",
      [claim("a", "c1"), handOff("c1", "b", "c2"), read("a"), commit("a", "c1", 2)],
      over("claim-superseded"),
    ],
    ["a claim nobody made", [commit("a", "c9")], over("claim-superseded")],
    [
      "C5 told to read again, and has only claimed again",
      [claim("a", "c1"), sweep(TTL), commit("a", "c1", 1, TTL), claim("a", "c2", TTL), commit("a", "c2", 1, TTL)],
      over("unread"),
    ],
    [
      "C16 the giver has not read again",
      [claim("a", "c1"), handOff("c1", "b", "c2"), release("c2"), commit("a", null)],
      over("version-moved"),
    ],
  ])("refused: %s", (_, actions, refusal) => {
    const { state, answer, before } = play(...actions)
    const last = actions.at(-1) ?? sweep(0)
    expect(answer).toEqual(refusal)
    expect(state.version).toBe(before.version)
    expect(state.claim).toEqual(before.claim && isOver(before.claim, "at" in last ? last.at : 0) ? null : before.claim)
  })
})

describe("claims", () => {
  test("one at a time; the next one gets it where it is over, under an epoch of its own", () => {
    expect(play(claim("a", "c1"), claim("b", "c2", TTL - 1)).answer).toEqual(WAIT)
    const { state, answer } = play(claim("a", "c1"), claim("b", "c2", TTL))
    expect(answer).toMatchObject({ kind: "claimed", claim: { claimId: "c2", holder: "b", expiresAt: 2 * TTL } })
    expect(state).toMatchObject({ epoch: 1, madeUnder: { c1: 0, c2: 1 } })
  })

  test("every end of a claim moves the epoch: release, sweep, hand-off", () => {
    expect(play(claim("a", "c1"), release("c1")).state).toMatchObject({ epoch: 1, claim: null })
    expect(play(claim("a", "c1"), sweep(TTL)).state).toMatchObject({ epoch: 1, claim: null })
    expect(play(claim("a", "c1"), handOff("c1", "b", "c2")).state).toMatchObject({ epoch: 1, claim: { claimId: "c2" } })
  })

  test("C4 the sweep takes what is over and nothing else; a heartbeat never makes a claim shorter", () => {
    expect(play(claim("a", "c1"), sweep(TTL - 1)).answer).toEqual({ kind: "swept", claimId: null })
    expect(play(claim("a", "c1"), sweep(TTL)).answer).toEqual({ kind: "swept", claimId: "c1" })
    expect(play(claim("a", "c1"), heartbeat("c1", TTL - 1), sweep(TTL)).answer).toEqual({
      kind: "swept",
      claimId: null,
    })
    expect(play(claim("a", "c1"), heartbeat("c1", -5)).state.claim?.expiresAt).toBe(TTL)
  })

  test.each([heartbeat("c1", TTL), release("c1", TTL), handOff("c1", "b", "c2", TTL)])(
    "what is over is not kept, given back or given on: $kind",
    (action) => {
      const { state, answer, before } = play(claim("a", "c1"), action)
      expect(answer).toEqual(over("claim-superseded"))
      expect(state).toEqual({ ...before, claim: null, epoch: 1 })
      expect(play(claim("a", "c1"), sweep(TTL), action).answer).toEqual(over("claim-superseded"))
    },
  )
})

test("C15, C16 an effect is admitted on a live view alone", () => {
  expect(play(admit("a")).answer).toEqual({ kind: "admitted" })
  expect(play(commit("b", null), admit("a")).answer).toEqual(over("version-moved"))
  expect(play(commit("b", null), admit("a"), read("a"), admit("a", 2)).answer).toEqual({ kind: "admitted" })
  const given = play(claim("a", "c1"), handOff("c1", "b", "c2"))
  expect(isLive(given.state, who("a"), v(1))).toBe(false)
  expect(isLive(given.state, who("b"), v(1))).toBe(false)
  expect(isLive(given.state, who("b"), v(2))).toBe(true)
  expect(step(given.state, admit("a")).answer).toEqual(over("version-moved"))
})

test.each<[keyof ClaimGuards, readonly ClaimAction[]]>([
  ["versionCheck", [commit("a", null), commit("b", null)]],
  ["epochCheck", [claim("a", "c1"), release("c1"), commit("a", "c1")]],
  ["ownerCheck", [claim("a", "c1"), commit("b", null)]],
  ["identityIsClaimId", [claim("a", "c1"), commit("a", null)]],
  ["claimNotOver", [claim("a", "c1"), commit("a", "c1", 1, TTL)]],
  ["bumpOnSweep", [claim("a", "c1"), sweep(TTL), commit("a", "c1", 1, TTL)]],
  ["bumpOnRelease", [claim("a", "c1"), release("c1"), commit("a", "c1")]],
  ["bumpOnHandOff", [claim("a", "c1"), handOff("c1", "b", "c2"), read("a"), commit("a", "c1")]],
  ["peersInvalidated", [commit("b", null), admit("a")]],
  ["giverInvalidated", [claim("a", "c1"), handOff("c1", "b", "c2"), admit("a")]],
  ["stickyRefusal", [claim("a", "c1"), sweep(TTL), commit("a", "c1", 1, TTL), commit("a", null, 1, TTL)]],
])("without %s another answer is given", (guard, actions) => {
  let state = newHead(1)
  const guards = { ...CLAIM_GUARDS, [guard]: false }
  for (const action of actions.slice(0, -1)) ({ state } = step(state, action, guards))
  const last = actions.at(-1)
  if (!last) throw new Error("nothing to play")
  expect(step(state, last, guards).answer).not.toEqual(play(...actions).answer)
})
