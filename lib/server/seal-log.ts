import "server-only"
import { checkpointText, signedNote } from "../domain/log/checkpoint"
import { rowLeaf } from "../domain/log/leaf"
import { append, type Frontier, rootOf } from "../domain/log/merkle"
import type { CheckpointSigner, OutsideCheckpoints } from "../ports/checkpoints"
import type { LogStore } from "../ports/log-store"

export interface SealDeps {
  readonly logStore: LogStore
  readonly signer: CheckpointSigner
  readonly outside: OutsideCheckpoints
}

const BATCH = 1_000

/** What a workspace's log calls itself in its checkpoints. */
export const originOf = (workspaceId: string): string => `ifmatch/${workspaceId}`

/**
 * Gives waiting rows their places in the chain, hashes them as RFC 6962 leaves over RFC 8785 JSON, and signs the new head. The batch is computed
 * on a size and stored only if that still is the size: of two sealers one is told that it lost, and simply looks again.
 *
 * @returns how many rows were sealed
 */
export async function sealLog(deps: SealDeps): Promise<number> {
  let sealed = 0
  for (const workspaceId of await deps.logStore.workspacesWithUnsealed())
    sealed += await sealWorkspace(deps, workspaceId)
  return sealed
}

async function sealWorkspace({ logStore, signer, outside }: SealDeps, workspaceId: string): Promise<number> {
  const before = await logStore.frontier(workspaceId)
  const waiting = await logStore.unsealed(workspaceId, BATCH)
  if (waiting.length === 0) return 0
  const rows = waiting.map((row, i) => ({ logId: row.id, leafHash: rowLeaf(before.size + i, row) }))
  const frontier = rows.reduce<Frontier>((f, row) => append(f, row.leafHash), before)
  const root = rootOf(frontier)
  const text = checkpointText({ origin: originOf(workspaceId), size: frontier.size, root })
  const { keyId, signature } = signer.sign(text)
  const note = signedNote(text, signer.keyName, keyId, signature)
  if (!(await logStore.seal({ workspaceId, from: before.size, rows, frontier, root, note }))) return 0
  await outside.keep(workspaceId, note)
  return rows.length
}
