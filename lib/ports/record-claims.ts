import type { RecordKey, RecordRefusal } from "../domain/record"
import type { Version } from "../domain/version"
import type { RecordActor, RecordRead, RecordView } from "./record-store"

/*
 * Exclusive claims on records, on the one fence. Whoever holds one is known by the claim's id and by nothing else: two processes may share a key. Whatever ends a claim
 * (its holder, its time, a hand-off) moves the fence, so that whoever held it can land nothing more, even where the record never changed (C3).
 *
 * A *run* is one piece of work of one agent, under a UUID of its own making. What it reads under that id is remembered as its views; while one of them is dead, nothing
 * of that run is written until it has read that record again (C5). So it is after it showed a claim on it that no longer counts.
 */

export interface ClaimRequest extends RecordRead {
  readonly actor: RecordActor
  readonly ttlMs: number
}

export interface HeldClaim extends RecordRead {
  readonly actor: RecordActor
  readonly claimId: string
}

export type ClaimAnswer =
  | {
      readonly kind: "claimed"
      /** Unguessable (244 random bits); only its digest is kept. */
      readonly claimId: string
      /** ISO instant. */
      readonly until: string
      /** What the record is at now; null: it is not there. */
      readonly version: Version | null
    }
  | Extract<RecordRefusal, { kind: "busy" | "conflict" }>

export type Superseded = Extract<RecordRefusal, { kind: "superseded" }>

/** `agentId` and `runId` together name a run; another agent's run of the same id is another. */
export interface Run {
  readonly workspaceId: string
  readonly agentId: string
  readonly runId: string
}

export type Admission =
  | { readonly kind: "admitted"; readonly auditEventId: string }
  | { readonly kind: "refused"; readonly dead: readonly RecordKey[]; readonly auditEventId: string }

export interface RecordClaims {
  /** C3. A claim whose time is over is reclaimed by whoever meets it. */
  claim(request: ClaimRequest): Promise<ClaimAnswer>
  /** Its time begins anew. Superseded: stop, and begin again from a claim and a read. */
  heartbeat(
    held: HeldClaim & { readonly ttlMs: number },
  ): Promise<{ readonly kind: "held"; readonly until: string } | Superseded>
  release(held: HeldClaim): Promise<{ readonly kind: "released" } | Superseded>
  /**
   * C16. Ends this claim and makes another one, whose id is for whoever goes on. The record gets a new version of the same value, so that every view from before is dead,
   * the giver's above all.
   */
  handOff(held: HeldClaim & { readonly ttlMs: number }): Promise<Extract<ClaimAnswer, { kind: "claimed" }> | Superseded>
  /** C4. Ends claims whose time is over, each with its log row. Answers how many. */
  sweep(limit: number): Promise<number>

  /**
   * C15. Whether something outside may be done on the strength of these views: only while each is live. True of the moment of asking and no longer: what happens between
   * the answer and the effect is not guarded.
   */
  admitEffect(request: {
    readonly workspaceId: string
    readonly actor: RecordActor
    readonly views: readonly RecordView[]
    readonly runId?: string
  }): Promise<Admission>
  /** The run has seen these. */
  noteViews(run: Run, views: readonly { readonly key: RecordKey; readonly version: Version }[]): Promise<void>
  /** C6. Which of what it has seen is no longer so, by key, each with the version that stands now. */
  deadViews(run: Run): Promise<readonly RecordView[]>
  /** Runs that read nothing for a day. Answers how many views. */
  forgetViews(limit: number): Promise<number>
}
