import "server-only"
import { openNote } from "../domain/log/checkpoint"
import { type ChainProblem, ChainWalk, type KnownHead } from "../domain/log/verify"
import type { Person } from "../domain/person"
import type { AuditLog } from "../ports/audit-log"
import type { CheckpointSigner } from "../ports/checkpoints"
import { originOf, type SealDeps } from "./seal-log"

const PAGE = 5_000

export interface LogVerdict {
  readonly ok: boolean
  readonly size: number
  readonly unsealed: number
  readonly root: string
  readonly checkpoints: number
  readonly outsideCheckpoints: number
  readonly problems: readonly ChainProblem[]
}

/**
 * Recomputes every leaf from its row and every head from the leaves, checks the signatures, and compares with the heads kept outside the database.
 * The answer is logged: who verified, and what they were told.
 */
export async function verifyLog(deps: SealDeps & { readonly audit: AuditLog }, admin: Person): Promise<LogVerdict> {
  const verdict = await checkChain(deps, admin.workspaceId)
  const { ok, size, problems } = verdict
  await deps.audit.append(admin.workspaceId, [
    {
      actor: { kind: "person", id: admin.userId },
      kind: "log-verified",
      subject: { kind: "log", id: admin.workspaceId },
      outcome: ok ? "ok" : "problems",
      body: { size, problems: problems.length },
    },
  ])
  return verdict
}

/** The check itself, without a row of its own: what `npm run log:verify` runs. */
export async function checkChain({ logStore, signer, outside }: SealDeps, workspaceId: string): Promise<LogVerdict> {
  const [notes, keptOutside, unsealed] = await Promise.all([
    logStore.notes(workspaceId),
    outside.all(workspaceId),
    logStore.unsealedCount(workspaceId),
  ])
  const inside = openHeads(signer, workspaceId, notes)
  const kept = openHeads(signer, workspaceId, keptOutside)
  const walk = new ChainWalk(inside.heads, kept.heads)
  for (let next = 0; ; ) {
    const links = await logStore.links(workspaceId, next, PAGE)
    for (const link of links) walk.add(link)
    const last = links.at(-1)
    if (!last || links.length < PAGE) break
    next = last.seq + 1
  }
  const end = walk.end()
  const missing: ChainProblem[] =
    notes.length > 0 && kept.heads.length === 0 ? [{ kind: "outside-missing", seq: null }] : []
  const problems = [...inside.broken, ...kept.broken, ...end.problems, ...missing]
  return {
    ok: problems.length === 0,
    size: end.size,
    root: end.root,
    unsealed,
    checkpoints: notes.length,
    outsideCheckpoints: kept.heads.length,
    problems,
  }
}

function openHeads(
  signer: CheckpointSigner,
  workspaceId: string,
  notes: readonly string[],
): { heads: KnownHead[]; broken: ChainProblem[] } {
  const heads: KnownHead[] = []
  const broken: ChainProblem[] = []
  for (const note of notes) {
    const opened = openNote(note)
    if (opened && opened.origin === originOf(workspaceId) && signer.verify(opened.text, opened.keyId, opened.signature))
      heads.push(opened)
    else broken.push({ kind: "checkpoint-signature", seq: opened ? opened.size - 1 : null })
  }
  return { heads, broken }
}
