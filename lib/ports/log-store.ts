import type { LeafRow } from "../domain/log/leaf"
import type { Frontier } from "../domain/log/merkle"
import type { ChainLink } from "../domain/log/verify"

export interface SealedBatch {
  readonly workspaceId: string
  /** The size this batch was computed on: nobody else may have sealed since. */
  readonly from: number
  readonly rows: readonly { readonly logId: string; readonly leafHash: string }[]
  readonly frontier: Frontier
  readonly root: string
  readonly note: string
}

export interface LogQuery {
  readonly userId?: string | undefined
  readonly actorId?: string | undefined
  readonly subjectId?: string | undefined
  readonly kind?: string | undefined
  readonly outcome?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Rows with a smaller id. */
  readonly before?: string | undefined
  readonly limit: number
}

/** A row with its place in the chain and its sealed text, as it lies in the database. */
export interface StoredLogRow extends LeafRow {
  readonly seq: string | null
  readonly leafHash: string | null
  readonly sealedText: string | null
}

/** The log as the sealer, the verifier and the log page read it. */
export interface LogStore {
  workspaces(): Promise<readonly string[]>
  workspacesWithUnsealed(): Promise<readonly string[]>
  /** In the order of their ids. */
  unsealed(workspaceId: string, limit: number): Promise<readonly LeafRow[]>
  unsealedCount(workspaceId: string): Promise<number>
  frontier(workspaceId: string): Promise<Frontier>
  /** False: somebody else sealed first; nothing was written. */
  seal(batch: SealedBatch): Promise<boolean>
  links(workspaceId: string, fromSeq: number, limit: number): Promise<readonly ChainLink[]>
  notes(workspaceId: string): Promise<readonly string[]>
  page(workspaceId: string, query: LogQuery): Promise<readonly StoredLogRow[]>
  story(workspaceId: string, proposalId: string): Promise<readonly StoredLogRow[]>
  /** Null when the row has no text or its owner's key was erased. */
  openText(workspaceId: string, userId: string, sealed: string): Promise<string | null>
}
