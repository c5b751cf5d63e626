import "server-only"
import type { Person } from "../domain/person"
import type { AgentCaller } from "../ports/agent-keys"
import type { IdentityStore } from "../ports/identity-store"

/** On whose calendars a key's calendar scopes hold: those of whoever issued it, for as long as they are a member of its workspace, and nobody else's. Null: nobody's any more. */
export async function issuerOf(
  { identities }: { readonly identities: Pick<IdentityStore, "findPerson"> },
  { workspaceId, issuedBy }: AgentCaller,
): Promise<Person | null> {
  const person = await identities.findPerson(issuedBy)
  return person?.workspaceId === workspaceId ? person : null
}
