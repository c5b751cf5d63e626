import "server-only"
import type { CalendarEvent, EventPatch } from "../domain/event"
import type { Outcome } from "../domain/outcome"
import type { Person } from "../domain/person"
import { UNGUARDED_SLOT } from "../domain/slot"
import type { Seen } from "../domain/version"
import { type Applied, applyProposal } from "./apply-proposal"
import type { CommitDeps } from "./commit-operation"
import { operationOf, type ProposeDeps, storeProposal } from "./propose"

/**
 * A drag, a resize or an edit on the grid: the person's own write, and a write like any other. It goes out under the version that was on
 * screen, a loss opens the same dialog, and the log names the person. What else is in the slot was on screen too, so it is not asked about.
 */
export async function editEvent(
  deps: CommitDeps & ProposeDeps,
  person: Person,
  seen: Seen<CalendarEvent>,
  patch: EventPatch,
): Promise<{ proposalId: string; applied: Applied } | Extract<Outcome, { kind: "forbidden" }>> {
  const { unmovable, movable } = seen.value
  if (!movable) return { kind: "forbidden", reason: unmovable ?? "read-only-calendar" }
  const operations = [operationOf(0, seen, patch, UNGUARDED_SLOT)]
  const proposal = await storeProposal(deps, person, { origin: "person", operations, readings: [], undoOf: null })
  return { proposalId: proposal.id, applied: await applyProposal(deps, person, proposal.id, proposal.planHash) }
}
