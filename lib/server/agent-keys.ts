import "server-only"
import { randomBytes } from "node:crypto"
import { keyText, parseKey, type Scope } from "../domain/agent-key"
import type { Person } from "../domain/person"
import { tokenHash } from "../domain/token-hash"
import type { AgentKeys, KeyUse } from "../ports/agent-keys"

export interface KeyNeeds {
  readonly agentKeys: AgentKeys
}

export interface KeyWish {
  readonly agentId: string
  readonly scopes: readonly Scope[]
  /** ISO instant. Null: until it is revoked. */
  readonly expiresAt: string | null
}

/** D19. The caller has made sure that the agent is the person's to give keys to. `key` is shown once and kept nowhere. Null: no such agent. */
export async function issueAgentKey(
  { agentKeys }: KeyNeeds,
  { workspaceId, userId }: Person,
  { agentId, scopes, expiresAt }: KeyWish,
): Promise<{ readonly id: string; readonly key: string } | null> {
  const id = randomBytes(8).toString("hex")
  const secret = randomBytes(32).toString("base64url")
  const key = { id, agentId, hash: tokenHash(secret), scopes, createdBy: userId, expiresAt }
  const issued = await agentKeys.issue(workspaceId, key, {
    actor: { kind: "person", id: userId },
    kind: "agent-key-issued",
    subject: { kind: "agent-key", id },
    userId,
    body: { agentId, scopes, expiresAt },
  })
  return issued === "issued" ? { id, key: keyText({ workspaceId, id, secret }) } : null
}

/** It opens nothing from the next request on. */
export const revokeAgentKey = (
  { agentKeys }: KeyNeeds,
  { workspaceId, userId }: Person,
  agentId: string,
  keyId: string,
): Promise<"revoked" | "unknown"> =>
  agentKeys.revoke(workspaceId, agentId, keyId, {
    actor: { kind: "person", id: userId },
    kind: "agent-key-revoked",
    subject: { kind: "agent-key", id: keyId },
    userId,
    body: { agentId },
  })

/** Who shows this key? @param authorization the header */
export async function callerOf({ agentKeys }: KeyNeeds, authorization: string | null): Promise<KeyUse> {
  const [, text = ""] = /^Bearer ([^\s]+)$/i.exec(authorization ?? "") ?? []
  const key = parseKey(text)
  return key ? agentKeys.use(key.workspaceId, key.id, tokenHash(key.secret)) : { kind: "unknown" }
}
