import { canonicalJson } from "../canonical"
import { leafHash } from "./merkle"

/** A row of the log as its leaf binds it: everything but the sealed personal text, which can be erased. */
export interface LeafRow {
  readonly workspaceId: string
  readonly id: string
  /** ISO instant with microseconds, UTC. */
  readonly at: string
  readonly actorKind: string
  readonly actorId: string
  readonly kind: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly userId: string | null
  readonly proposalId: string | null
  readonly intentId: string | null
  readonly outcome: string | null
  readonly body: unknown
}

/** RFC 8785 JSON of a row with its position: a row moved elsewhere in the chain is another leaf. */
export const leafText = (seq: number, row: LeafRow): string => canonicalJson({ v: 1, seq, ...row })

export const rowLeaf = (seq: number, row: LeafRow): string => leafHash(leafText(seq, row))
