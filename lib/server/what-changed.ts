import "server-only"
import { formatInstant } from "../domain/format-when"
import type { Person } from "../domain/person"
import { conflictText } from "../domain/wording-conflict"
import { sayOutcome } from "../domain/wording-outcome"
import { type Told, tellChanges } from "../domain/wording-told"
import type { StoredProposal } from "../ports/assistant-store"
import type { ProposeDeps } from "./propose"

/** How many proposals are looked through. */
const RECENT = 50

/**
 * What was done through Ifmatch since an instant, and what was met of other people's changes, newest first. Changes that met no proposal are not kept anywhere, which the answer says.
 * @param since ISO instant, by when it was proposed
 */
export async function whatChanged(deps: ProposeDeps, person: Person, since: string): Promise<Told> {
  const { workspaceId, userId } = person
  const proposals = await deps.store.recentProposals(workspaceId, userId, { since, limit: RECENT })
  return tellChanges(proposals.flatMap((proposal) => linesOf(proposal, person.timeZone)))
}

function linesOf({ operations, createdAt, origin }: StoredProposal, timeZone: string): string[] {
  const at = formatInstant(createdAt, timeZone)
  return operations.flatMap(({ state, outcome, base, change }) => {
    if (outcome?.kind === "conflict") return [`${at}: ${conflictText(outcome.conflict, timeZone, origin)}`]
    return state === "applied" && outcome ? [`${at}: ${sayOutcome(outcome, base.value, timeZone, change)}`] : []
  })
}
