import "server-only"
import { keyPrefix, type Scope } from "../domain/agent-key"
import type { Person } from "../domain/person"
import { addMs } from "../domain/zoned-time"
import type { AgentList } from "../ports/agent-list"
import { issueAgentKey, type KeyNeeds, revokeAgentKey } from "./agent-keys"

export interface OwnKeyNeeds extends KeyNeeds {
  readonly agentList: AgentList
}

const DAY_MS = 86_400_000

/** Keys are the affair of whoever added the agent: for others, admins too, it is not there. */
async function isTheirs({ agentList }: OwnKeyNeeds, { workspaceId, userId }: Person, agentId: string) {
  return (await agentList.agents(workspaceId)).some(({ id, addedBy }) => id === agentId && addedBy === userId)
}

/** What may be shown of an agent's keys, those that were not revoked. Null: no agent of this person's. */
export async function listOwnKeys(needs: OwnKeyNeeds, person: Person, agentId: string) {
  if (!(await isTheirs(needs, person, agentId))) return null
  const { workspaceId } = person
  const keys = await needs.agentKeys.list(workspaceId, agentId)
  return keys
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ id, scopes, createdAt, expiresAt, lastUsedAt }) => {
      return { id, prefix: keyPrefix({ workspaceId, id }), scopes, createdAt, expiresAt, lastUsedAt }
    })
}

/** D19. @param days that it is good for; null: until it is revoked. @returns the key, this once; null: no agent of this person's */
export async function issueOwnKey(
  needs: OwnKeyNeeds,
  person: Person,
  agentId: string,
  { scopes, days }: { readonly scopes: readonly Scope[]; readonly days: number | null },
) {
  if (!(await isTheirs(needs, person, agentId))) return null
  const expiresAt = days === null ? null : addMs(await needs.agentList.now(), days * DAY_MS)
  return issueAgentKey(needs, person, { agentId, scopes, expiresAt })
}

/** False: no such key of an agent of this person's. */
export async function revokeOwnKey(needs: OwnKeyNeeds, person: Person, agentId: string, keyId: string) {
  if (!(await isTheirs(needs, person, agentId))) return false
  return (await revokeAgentKey(needs, person, agentId, keyId)) === "revoked"
}
