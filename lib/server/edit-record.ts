import "server-only"
import {
  ConflictError,
  type Json,
  mergePatch,
  type RecordKey,
  type RecordRefusal,
  recordName,
  type ValueProblem,
  valueProblem,
} from "../domain/record"
import type { Version } from "../domain/version"
import type { RecordActor, RecordStore } from "../ports/record-store"

/** One try, and one more: R5. */
const TRIES = 2

export interface RecordEdit {
  readonly workspaceId: string
  readonly actor: RecordActor
  readonly key: RecordKey
  /** RFC 7396, on whatever the record is at that moment. */
  readonly patch: Json
  readonly claimId?: string
  readonly runId?: string
  /** Only on this version: there is no second try then. */
  readonly only?: Version
}

export type EditAnswer =
  | { readonly kind: "applied"; readonly value: Json; readonly version: Version; readonly retried: boolean }
  | RecordRefusal
  /** The patched value cannot be kept; nothing was written. */
  | { readonly kind: "invalid"; readonly problem: ValueProblem }

/**
 * Changes fields of one of the product's own records. A lost race is retried exactly once: the record is read again and the PATCH is applied to what stands there now, so
 * that a field somebody else changed meanwhile survives (R5). Only the version's own race is; a claim, a read set or a dead view is answered as it is.
 *
 * @throws {ConflictError} the race was lost twice; nothing of this edit was written (R6)
 * @throws {RecordNotFound} (R7)
 */
export async function editRecord({ records }: { records: RecordStore }, edit: RecordEdit): Promise<EditAnswer> {
  const { key, patch, claimId, runId, only, ...who } = edit
  for (let tries = 0; tries < TRIES; tries++) {
    const current = await records.readWithVersion({ workspaceId: edit.workspaceId, key })
    const value = mergePatch(current.value, patch)
    const problem = valueProblem(value)
    if (problem) return { kind: "invalid", problem }
    const under = claimId === undefined ? {} : { claimId }
    const answer = await records.publish({
      ...who,
      ...(runId !== undefined && { runId }),
      changes: [{ op: "write", key, value, expectedVersion: only ?? current.version, ...under }],
    })
    if (answer.kind === "applied") {
      const version = answer.versions.get(key)
      if (!version) throw new Error("a written record has no version")
      return { kind: "applied", value, version, retried: tries > 0 }
    }
    if (only !== undefined || !lostRace(answer)) return answer
  }
  const { spec, id } = recordName(key)
  throw new ConflictError(spec, id)
}

/** It moved, or went away: reading again tells which. */
const lostRace = (answer: RecordRefusal): boolean =>
  answer.kind === "gone" || (answer.kind === "conflict" && answer.why === "version")
