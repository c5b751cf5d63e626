import "server-only"
import type { ConnectionId } from "../domain/event"

/** What a sealed token is bound to: it opens in this row and column only. */
export const tokenContext = (
  of: { readonly workspaceId: string; readonly userId: string; readonly id: ConnectionId },
  column: "access" | "refresh",
): string => `${of.workspaceId}|${of.userId}|${of.id}|${column}`
