import "server-only"
import { cache } from "react"
import { wired } from "./wiring"

/**
 * The length of a workspace's log before anything of the page being rendered is read: a page asks for it first, and its stream tells what came after. Layout and
 * page of one request share one look.
 */
export const logSizeBefore = cache(
  async (workspaceId: string): Promise<number> => (await wired.logStore.frontier(workspaceId)).size,
)
