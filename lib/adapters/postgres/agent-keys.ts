import "server-only"
import { timingSafeEqual } from "node:crypto"
import type { PrismaClient } from "../../../generated/prisma/client"
import { RATE, type Scope } from "../../domain/agent-key"
import type { AgentKeyRow, AgentKeys } from "../../ports/agent-keys"
import type { AuditLog } from "../../ports/audit-log"
import { jsonRow } from "./json-row"

interface Found {
  readonly agentId: string
  readonly agentName: string
  readonly issuedBy: string
  readonly scopes: readonly Scope[]
  readonly hash: string
  readonly expiresAt: string | null
  readonly state: "live" | "revoked" | "expired"
  readonly tokens: number | null
  readonly passed: boolean | null
}

/** Keys and their buckets; every write is a function of the migration `agent_keys`. */
export function postgresAgentKeys(db: PrismaClient, audit: AuditLog, rate: typeof RATE = RATE): AgentKeys {
  return {
    async issue(workspaceId, key, log) {
      const [entry] = await audit.seal(workspaceId, [log])
      const [row] = await db.$queryRaw<{ r: boolean }[]>`
        select agent_key_issue(${workspaceId}, ${jsonRow(key)}::jsonb, ${jsonRow(entry)}::jsonb) as r`
      return row?.r ? "issued" : "unknown"
    },

    async revoke(workspaceId, agentId, keyId, log) {
      const [entry] = await audit.seal(workspaceId, [log])
      const [row] = await db.$queryRaw<{ r: boolean }[]>`
        select agent_key_revoke(${workspaceId}, ${agentId}, ${keyId}, ${jsonRow(entry)}::jsonb) as r`
      return row?.r ? "revoked" : "unknown"
    },

    async list(workspaceId, agentId) {
      const rows = await db.$queryRaw<(Omit<AgentKeyRow, keyof Times> & Times)[]>`
        select k.id, k.agent_id as "agentId", k.scopes, k.created_by as "createdBy", k.created_at as "createdAt", k.expires_at as "expiresAt",
          k.revoked_at as "revokedAt", b.at as "lastUsedAt"
        from agent_keys k left join token_buckets b on b.workspace_id = k.workspace_id and b.id = k.id
        where k.workspace_id = ${workspaceId} and k.agent_id = ${agentId} order by k.created_at`
      return rows.map((row) => ({
        ...row,
        createdAt: row.createdAt.toISOString(),
        expiresAt: row.expiresAt?.toISOString() ?? null,
        revokedAt: row.revokedAt?.toISOString() ?? null,
        lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
      }))
    },

    async use(workspaceId, keyId, hash) {
      const [row] = await db.$queryRaw<{ r: Found | null }[]>`
        select agent_key_use(${workspaceId}, ${keyId}, ${hash}, ${rate.perSecond}::float8, ${rate.burst}::float8) as r`
      const found = row?.r
      if (!found || !timingSafeEqual(Buffer.from(found.hash, "hex"), Buffer.from(hash, "hex")))
        return { kind: "unknown" }
      if (found.state !== "live") return { kind: found.state }
      const { agentId, agentName, issuedBy, scopes, expiresAt, tokens } = found
      const caller = { workspaceId, keyId, agentId, agentName, issuedBy, scopes, expiresAt }
      return { kind: found.passed ? "open" : "limited", caller, tokens: tokens ?? 0 }
    },
  }
}

interface Times {
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
}
