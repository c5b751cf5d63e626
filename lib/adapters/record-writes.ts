import "server-only"
import { RecordNotFound } from "../domain/record"
import type { RecordStore } from "../ports/record-store"

/** R1 to R3 as publications of one record: what every backend has in common. */
export const writesByPublication = (
  publish: RecordStore["publish"],
): Pick<RecordStore, "writeIfVersion" | "createIfAbsent"> => ({
  async writeIfVersion({ workspaceId, actor, key, value, expectedVersion }) {
    const answer = await publish({ workspaceId, actor, changes: [{ op: "write", key, value, expectedVersion }] })
    if (answer.kind === "gone") throw new RecordNotFound(key)
    return answer.kind === "applied"
  },
  async createIfAbsent({ workspaceId, actor, key, value }) {
    const answer = await publish({ workspaceId, actor, changes: [{ op: "create", key, value }] })
    return answer.kind === "applied"
  },
})
