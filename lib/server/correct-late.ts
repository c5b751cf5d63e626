import "server-only"
import { standsAs } from "../domain/change"
import type { CalendarEvent } from "../domain/event"
import type { Note } from "../domain/outcome"
import { turnedUp } from "../domain/staleness"
import type { Seen } from "../domain/version"
import type { AssistantStore } from "../ports/assistant-store"
import type { GuardedStore } from "../ports/guarded-store"
import type { SyncStore } from "../ports/sync-store"
import { logOf } from "./log-of"

export interface CorrectDeps {
  readonly sync: SyncStore
  readonly store: AssistantStore
  readonly guarded: GuardedStore
}

/**
 * A write that was called not applied may land after all: its marker turns up in what sync reads. Then the one correction is added, which the person hears of
 * like of everything that is logged (reliability-security.md section 1, step 6). A second sighting changes nothing.
 */
export async function correctLate(
  deps: CorrectDeps,
  { workspaceId, userId }: { readonly workspaceId: string; readonly userId: string },
  sightings: readonly Seen<CalendarEvent>[],
): Promise<void> {
  const marked = sightings.filter((seen) => seen.value.marker !== null)
  if (marked.length === 0) return
  const writes = await deps.sync.ownWrites(
    workspaceId,
    [],
    marked.flatMap((seen) => seen.value.marker ?? []),
  )
  for (const event of marked) {
    const late = turnedUp(event, writes)
    if (!late) continue
    const proposal = await deps.store.findProposal(workspaceId, userId, late.proposalId)
    const op = proposal?.operations[late.position]
    if (!proposal || !op) continue
    const since: Note[] = standsAs(event.value, late.change) ? [] : [{ kind: "changed-since" }]
    const outcome = { kind: "applied" as const, event, notes: [{ kind: "found-by-reading" } as const, ...since] }
    const { id: proposalId, origin, agent } = proposal
    const logged = { ...op, proposalId, userId, origin, agent }
    const row = { ...logOf.outcome(logged, late.id, outcome), kind: "correction", outcome: "applied-late" } as const
    await deps.guarded.correct(workspaceId, late.id, outcome, row)
  }
}
