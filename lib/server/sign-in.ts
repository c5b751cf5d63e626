import "server-only"
import type { AuditLog } from "../ports/audit-log"
import type { IdentityStore } from "../ports/identity-store"
import type { Ids } from "../ports/ids"
import type { SignInRules } from "../ports/sign-in"

/** Until a person says otherwise on the settings page. */
export const DEFAULT_TIME_ZONE = "UTC"

/**
 * A known account is let in as its user. A new one becomes a user of its own, except that a verified address takes over the user that was made for
 * it beforehand and has no account yet. The first person of a deployment founds its workspace and is its admin; later ones are signed in but a
 * member of nothing until they follow an invitation.
 */
export function signInRules(needs: { identities: IdentityStore; audit: AuditLog; ids: Ids }): SignInRules {
  const { identities, audit, ids } = needs

  return {
    async arriving({ account, email, emailVerified }) {
      if (!emailVerified || (await identities.findUserByAccount(account))) return
      await identities.adopt(email, account)
    },

    async arrived(userId, provider) {
      const person = (await identities.findPerson(userId)) ?? (await founder(userId))
      if (!person) return
      const entry = {
        actor: { kind: "person", id: userId },
        kind: "signed-in",
        subject: { kind: "member", id: userId },
        userId,
        body: { provider },
      } as const
      await audit.append(person.workspaceId, [entry])
    },
  }

  async function founder(userId: string) {
    const workspace = { id: ids.uuid(), name: "Our workspace", timeZone: DEFAULT_TIME_ZONE }
    const joined = {
      actor: { kind: "person", id: userId },
      kind: "joined",
      subject: { kind: "workspace", id: workspace.id },
      userId,
      body: { role: "admin" },
    } as const
    return (await identities.foundWorkspace(workspace, userId, [joined])) ? identities.findPerson(userId) : null
  }
}
