import type { ClaimId, HeadVersion, ReaderId, Refusal, StandingClaim } from "./claim-state"

/** Each is a part of the rule that can be taken out, to see that its loss shows. */
export interface ClaimGuards {
  /** A commit names the head's version (C1). */
  readonly versionCheck: boolean
  /** A claim that is shown was made under the head's epoch (C3). */
  readonly epochCheck: boolean
  /** While somebody has claimed the head, nobody else commits. */
  readonly ownerCheck: boolean
  /** A claim is proven by its id. Without it: by the name of whoever holds it. */
  readonly identityIsClaimId: boolean
  /** Time ends a claim: whoever meets it then ends it, swept or not. */
  readonly claimNotOver: boolean
  readonly bumpOnSweep: boolean
  readonly bumpOnRelease: boolean
  readonly bumpOnHandOff: boolean
  /** A commit kills every other view (C6): no effect is admitted on it. */
  readonly peersInvalidated: boolean
  /** A hand-off makes a new version of the same: the giver reads again (C16), as does everybody else. */
  readonly giverInvalidated: boolean
  /** Whoever was told to read again is refused until it has (C5). */
  readonly stickyRefusal: boolean
}

/** `at`: the time under the head's lock, in milliseconds since the epoch. Ids of claims are new ones. */
export type ClaimAction =
  | { readonly kind: "read"; readonly reader: ReaderId }
  | {
      readonly kind: "claim"
      readonly at: number
      readonly holder: ReaderId
      readonly claimId: ClaimId
      readonly ttlMs: number
    }
  | { readonly kind: "heartbeat"; readonly at: number; readonly claimId: ClaimId; readonly ttlMs: number }
  | { readonly kind: "release"; readonly at: number; readonly claimId: ClaimId }
  | {
      readonly kind: "handOff"
      readonly at: number
      readonly claimId: ClaimId
      readonly to: { readonly holder: ReaderId; readonly claimId: ClaimId }
      readonly ttlMs: number
    }
  | { readonly kind: "sweep"; readonly at: number }
  | {
      readonly kind: "commit"
      readonly at: number
      readonly reader: ReaderId
      readonly claimId: ClaimId | null
      readonly version: HeadVersion
    }
  /** The effect gate (C15): may something outside be done that was decided on this view? Counts for this moment only. */
  | { readonly kind: "admit"; readonly reader: ReaderId; readonly version: HeadVersion }

export type ClaimAnswer =
  | { readonly kind: "read"; readonly version: HeadVersion }
  /** `version`: the head's when it was claimed; no view, whoever wants to write reads. */
  | { readonly kind: "claimed"; readonly claim: StandingClaim; readonly version: HeadVersion }
  | { readonly kind: "kept"; readonly claim: StandingClaim }
  | { readonly kind: "released" }
  | { readonly kind: "handedOff"; readonly claim: StandingClaim; readonly version: HeadVersion }
  /** `claimId` null: nothing was over. */
  | { readonly kind: "swept"; readonly claimId: ClaimId | null }
  | { readonly kind: "committed"; readonly version: HeadVersion }
  | { readonly kind: "admitted" }
  | Refusal
