import "server-only"
import { changed } from "../domain/change"
import { newlyTaken } from "../domain/slot"
import type { ApprovedOperation, CommitDeps } from "./commit-operation"
import { logOf } from "./log-of"
import { readSlot } from "./read-slot"

/**
 * A calendar's other events cannot be locked: what was free right before our write may have been taken in the same moment. So the slot is read once
 * more after it, off the person's way, and what has come in between is said on the proposal, where undo is (design.md, step 5).
 */
export async function checkSlotAfter(deps: CommitDeps, op: ApprovedOperation): Promise<void> {
  const slot = await readSlot(deps.calendars, op, op.slot, changed(op.base.value, op.change), [op.key, ...op.together])
  const taken = slot && newlyTaken(op.slot.taken, slot)
  if (!taken) return
  const { workspaceId, proposalId, position } = op
  await deps.store.addNote(workspaceId, proposalId, position, { kind: "slot-taken-meanwhile" }, [
    logOf.slotTaken(op, taken),
  ])
}
