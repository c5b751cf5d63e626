import type { Brand } from "../brand"

/*
 * Glossary. Head: one row that stands for a shared thing; its version counts what was written, its epoch counts how often a claim on it ended. Claim: the right to be the
 * only writer for a while. Its id is all that proves it: two processes may share an agent and a key. View: a version that somebody read; it is live while that is
 * still the head's. Bar: a reader has to read again, although its version may still be the head's.
 */

/** What was committed or handed off so far; 0 is a head on which nothing ever was. */
export type HeadVersion = Brand<number, "HeadVersion">
/** Integer, no clock. Never leaves the server (C7). */
export type Epoch = Brand<number, "Epoch">
/** Nobody can guess it; made by whoever runs the step, once for each claim. */
export type ClaimId = Brand<string, "ClaimId">
/** Whoever reads and writes from one memory: a session, a process. Proves nothing. */
export type ReaderId = Brand<string, "ReaderId">

/** What to do now. `wait_and_retry`: the same may go through later; `reacquire_and_reread`: the same never will. */
export type Recovery = "wait_and_retry" | "reacquire_and_reread"

export type RefusalReason =
  /** Somebody else has claimed it. */
  | "claimed"
  /** The claim that was shown ended: it was released, handed off or reclaimed, by time as well, or it never was. */
  | "claim-superseded"
  /** The view that was shown is dead: somebody has committed or handed off since. */
  | "version-moved"
  /** Told to read again, and has not (C5). */
  | "unread"

export interface Refusal {
  readonly kind: "refused"
  readonly reason: RefusalReason
  readonly recovery: Recovery
}

/** The claim that stands. `expiresAt` in milliseconds since the epoch: it is over from then on. */
export interface StandingClaim {
  readonly claimId: ClaimId
  readonly holder: ReaderId
  readonly expiresAt: number
}

/** One head as the rule sees it. Views need no rows: what is kept of them is who has to read again. */
export interface HeadState {
  readonly version: HeadVersion
  readonly epoch: Epoch
  readonly claim: StandingClaim | null
  /** Every claim there ever was on it, with the epoch it was made under. */
  readonly madeUnder: Readonly<Record<ClaimId, Epoch>>
  readonly bars: Readonly<Record<ReaderId, true>>
}

/** @example newHead(0): a record that is not there yet */
export const newHead = (version: number): HeadState => ({
  version: version as HeadVersion,
  epoch: 0 as Epoch,
  claim: null,
  madeUnder: {},
  bars: {},
})

export const nextVersion = (version: HeadVersion): HeadVersion => (version + 1) as HeadVersion
export const nextEpoch = (epoch: Epoch): Epoch => (epoch + 1) as Epoch

export const isOver = ({ expiresAt }: StandingClaim, at: number): boolean => expiresAt <= at

export function without<K extends string, V>(all: Readonly<Record<K, V>>, key: K): Readonly<Record<K, V>> {
  const { [key]: _, ...rest } = all
  return rest as Readonly<Record<K, V>>
}
