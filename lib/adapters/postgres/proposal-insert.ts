import "server-only"
import type { Prisma } from "../../../generated/prisma/client"
import type { NewProposal, StoredProposal } from "../../ports/assistant-store"
import { proposalRow } from "./proposal-rows"

interface Times {
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** A proposal's rows, in the transaction of whoever decided that it may be made; it lives for `ttlMs` by the database's clock. Its log rows are the caller's. */
export async function insertProposal<P extends NewProposal>(
  tx: Prisma.TransactionClient,
  p: P,
  ttlMs: number,
): Promise<P & StoredProposal> {
  await tx.proposal.create({ data: proposalRow(p) })
  const [made] = await tx.$queryRaw<Times[]>`
    update proposals set created_at = clock_timestamp(), expires_at = clock_timestamp() + ${ttlMs} * interval '1 ms'
    where workspace_id = ${p.workspaceId} and id = ${p.id} returning created_at as "createdAt", expires_at as "expiresAt"`
  if (!made) throw new Error("the proposal was not stored")
  const [createdAt, expiresAt] = [made.createdAt.toISOString(), made.expiresAt.toISOString()]
  return { ...p, stale: null, restLeft: false, createdAt, expiresAt }
}
