import "server-only"
import { changed } from "../domain/change"
import { eventKey } from "../domain/event"
import { newlyTaken } from "../domain/slot"
import type { AssistantStore } from "../ports/assistant-store"
import type { Calendars } from "../ports/calendars"
import type { StepRef } from "../ports/jobs"
import { logOf } from "./log-of"
import { readSlot } from "./read-slot"

/**
 * A calendar's other events cannot be locked: what was free right before our write may have been taken in the same moment. So the slot is read once
 * more after it, off the person's way, and what has come in between is said on the proposal, where undo is (design.md, step 5).
 *
 * Safe to do twice: what was said is not said again. What was undone meanwhile takes no slot any more.
 * @throws when a calendar cannot be read: not knowing is not "free", it is looked at again
 */
export async function checkSlotAfter(
  { calendars, store }: { readonly calendars: Calendars; readonly store: AssistantStore },
  { workspaceId, userId, proposalId, position }: StepRef,
): Promise<void> {
  const proposal = await store.findProposal(workspaceId, userId, proposalId)
  const op = proposal?.operations[position]
  if (!proposal || op?.outcome?.kind !== "applied" || op.slot.calendars.length === 0) return
  if (op.outcome.notes.some((note) => note.kind === "slot-taken-meanwhile")) return
  if (await store.wasUndone(workspaceId, proposalId)) return
  // something new was planned under a name of ours, and stands under its provider's
  const planned = proposal.operations.flatMap(({ key, after }) => (after ? [key, eventKey(after.value.ref)] : [key]))
  const slot = await readSlot(calendars, proposal, op.slot, changed(op.base.value, op.change), planned)
  if (slot === null) throw new Error("the slot cannot be read after the write")
  const taken = newlyTaken(op.slot.taken, slot)
  if (!taken) return
  await store.addNote(workspaceId, proposalId, position, { kind: "slot-taken-meanwhile" }, [
    logOf.slotTaken({ ...op, proposalId, userId, origin: proposal.origin, agent: proposal.agent }, taken),
  ])
}
