import type { ConnectionId } from "./event"

/* What a sealed text is bound to (lib/ports/vault.ts): it opens in its own row and column only. */

export const tokenContext = (
  of: { readonly workspaceId: string; readonly userId: string; readonly id: ConnectionId },
  column: "access" | "refresh",
): string => `${of.workspaceId}|${of.userId}|${of.id}|${column}`

/** What webhooks of one subscription are signed with. */
export const webhookSecretContext = (of: {
  readonly workspaceId: string
  readonly subscriptionId: string
  readonly id: string
}): string => `${of.workspaceId}|${of.subscriptionId}|${of.id}|webhook-secret`

/** The key of a workspace's language model: it opens for the address that it was given for, and for no other. */
export const modelKeyContext = (of: {
  readonly workspaceId: string
  readonly provider: string
  readonly baseUrl: string | null
}): string => `${of.workspaceId}|${of.provider}|${of.baseUrl ?? ""}|model-key`

/** A person's own key, under which the log's texts about them lie. */
export const textKeyContext = (workspaceId: string, userId: string): string => `${workspaceId}|${userId}|log-text`
