import "server-only"
import { ABSENT, type Change, drafted, ownAnswer } from "../domain/change"
import type { CalendarEvent, ConnectionId, EventDraft } from "../domain/event"
import type { ForbiddenReason, Outcome } from "../domain/outcome"
import type { Person } from "../domain/person"
import { UNGUARDED_SLOT } from "../domain/slot"
import type { Seen } from "../domain/version"
import { type Applied, applyProposal } from "./apply-proposal"
import type { CommitDeps } from "./commit-operation"
import { operationOf, type ProposeDeps, storeProposal } from "./propose"

export type Acted = { proposalId: string; applied: Applied } | Extract<Outcome, { kind: "forbidden" }>

/**
 * What a person does to an event on the grid: a drag, an edit, a delete, an answer, a move to another calendar. Their own write, and a write like any other: it goes out under
 * the version that was on screen, a loss opens the same dialog, and the log names the person. What else is in the slot was on screen too, so it is not asked about.
 */
export async function actOnEvent(
  deps: CommitDeps & ProposeDeps,
  person: Person,
  seen: Seen<CalendarEvent>,
  change: Exclude<Change, { kind: "create" }>,
): Promise<Acted> {
  const reason = whyNot(seen.value, change.kind)
  return reason ? { kind: "forbidden", reason } : carryOutAsPerson(deps, person, seen, change)
}

/** A new event of the person's own, on one of their calendars. */
export const createEvent = (
  deps: CommitDeps & ProposeDeps,
  person: Person,
  { connectionId, calendarId }: { readonly connectionId: ConnectionId; readonly calendarId: string },
  draft: EventDraft,
): Promise<Acted> => {
  const ref = { connectionId, calendarId, eventId: `new-${deps.ids.uuid()}` }
  const base = { value: drafted(ref, draft), version: ABSENT }
  return carryOutAsPerson(deps, person, base, { kind: "create", draft })
}

async function carryOutAsPerson(
  deps: CommitDeps & ProposeDeps,
  person: Person,
  base: Seen<CalendarEvent>,
  change: Change,
): Promise<Acted> {
  const operations = [operationOf(0, base, change, UNGUARDED_SLOT)]
  const proposal = await storeProposal(deps, person, { origin: "person", operations, readings: [], undoOf: null })
  return { proposalId: proposal.id, applied: await applyProposal(deps, person, proposal.id, proposal.planHash) }
}

/** Said before anything is sent, by what was on screen. The provider has the last word. */
function whyNot(event: CalendarEvent, doing: Change["kind"]): ForbiddenReason | null {
  if (doing !== "respond") return event.movable ? null : (event.unmovable ?? "read-only-calendar")
  if (event.unmovable === "read-only-calendar") return event.unmovable
  return event.organizer?.self || ownAnswer(event) === null ? "not-invited" : null
}
