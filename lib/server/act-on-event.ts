import "server-only"
import { ABSENT, type Change, drafted, ownAnswer } from "../domain/change"
import type { CalendarEvent, ConnectionId, EventDraft } from "../domain/event"
import type { ForbiddenReason, Outcome } from "../domain/outcome"
import type { Person } from "../domain/person"
import { UNGUARDED_SLOT } from "../domain/slot"
import type { Seen } from "../domain/version"
import type { StoredOperation } from "../ports/assistant-store"
import { type Applied, applyProposal } from "./apply-proposal"
import type { CommitDeps } from "./commit-operation"
import { told, whyNotQuiet } from "./guests-told"
import { operationOf } from "./operation-of"
import type { ProposeDeps } from "./propose"
import { hashOf, storeProposal } from "./store-proposal"

export type Acted = { readonly proposalId: string; readonly applied: Applied } | Extract<Outcome, { kind: "forbidden" }>

/**
 * What a person does to an event on the grid: a drag, an edit, a delete, an answer, a move to another calendar. Their own write, and a write like any other: it goes out under
 * the version that was on screen, a loss opens the same dialog, and the log names the person. What else is in the slot was on screen too, so it is not asked about.
 * @param tell the guests, which is part of what is hashed and said yes to; `forbidden`, `guests-always-told`, where it cannot be chosen
 */
export async function actOnEvent(
  deps: CommitDeps & ProposeDeps,
  person: Person,
  seen: Seen<CalendarEvent>,
  change: Exclude<Change, { kind: "create" }>,
  tell = true,
): Promise<Acted> {
  const reason = whyNot(seen.value, change.kind) ?? (await whyNotQuiet(deps.calendars, person, seen.value, tell))
  if (reason) return { kind: "forbidden", reason }
  return carryOutAsPerson(deps, person, [operationOf(0, seen, change, UNGUARDED_SLOT, told(seen.value, change, tell))])
}

/**
 * A new event of the person's own, on one of their calendars.
 * @param id of the wish, as the browser named it: pressed twice or sent again it is the same wish, and is answered with what became of it. Another draft under the same id is refused.
 */
export async function createEvent(
  deps: CommitDeps & ProposeDeps,
  person: Person,
  { connectionId, calendarId }: { readonly connectionId: ConnectionId; readonly calendarId: string },
  draft: EventDraft,
  id = deps.ids.uuid(),
): Promise<{ readonly proposalId: string; readonly applied: Applied }> {
  const ref = { connectionId, calendarId, eventId: `new-${id}` }
  const base = { value: drafted(ref, draft), version: ABSENT }
  const operations = [operationOf(0, base, { kind: "create", draft }, UNGUARDED_SLOT)]
  const acted = await carryOutAsPerson(deps, person, operations, id)
  if (acted.applied.kind !== "superseded") return acted
  const before = await deps.store.findProposal(person.workspaceId, person.userId, id)
  if (before?.planHash !== hashOf(operations)) return acted
  const last = before.operations[0]?.outcome ?? { kind: "unknown" as const, cause: "under-way" }
  return { ...acted, applied: { kind: "carriedOut", last } }
}

/** A plan of the person's own doing, and their yes to it. @param id where the person's browser has named it */
export async function carryOutAsPerson(
  deps: CommitDeps & ProposeDeps,
  person: Person,
  operations: readonly StoredOperation[],
  id?: string,
): Promise<{ readonly proposalId: string; readonly applied: Applied }> {
  const draft = { origin: "person" as const, operations, readings: [], undoOf: null, ...(id && { id }) }
  const proposal = await storeProposal(deps, person, draft)
  return { proposalId: proposal.id, applied: await applyProposal(deps, person, proposal.id, hashOf(operations)) }
}

/** Said before anything is sent, by what was on screen. The provider has the last word. */
export function whyNot(event: CalendarEvent, doing: Change["kind"]): ForbiddenReason | null {
  if (doing !== "respond") return event.movable ? null : (event.unmovable ?? "read-only-calendar")
  if (event.unmovable === "read-only-calendar") return event.unmovable
  return event.organizer?.self || ownAnswer(event) === null ? "not-invited" : null
}
