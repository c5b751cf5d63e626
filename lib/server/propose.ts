import "server-only"
import type { Change } from "../domain/change"
import { type CalendarEvent, type EventKey, type EventPatch, eventKey, type When } from "../domain/event"
import { careDigest, patched } from "../domain/event-diff"
import type { TurnFacts } from "../domain/facts"
import type { Person } from "../domain/person"
import { type MoveOperation, type Plan, planHash, type Reading } from "../domain/plan"
import { shiftSeries } from "../domain/series"
import { type SlotView, slotTaken } from "../domain/slot"
import type { Seen } from "../domain/version"
import type { AssistantStore, NewProposal, StoredOperation, StoredProposal } from "../ports/assistant-store"
import type { Calendars } from "../ports/calendars"
import type { Clock } from "../ports/clock"
import type { Ids } from "../ports/ids"
import { askGuests } from "./ask-guests"
import { tells } from "./guests-told"
import { logOf } from "./log-of"
import type { CalendarRead } from "./read-calendars"
import { found } from "./read-outcome"

export interface ProposeDeps {
  readonly calendars: Calendars
  readonly store: AssistantStore
  readonly ids: Ids
  readonly clock: Clock
}

/** How long a proposal can be applied. */
const PROPOSAL_TTL_MS = 30 * 60_000

export type Proposed =
  | { readonly kind: "proposed"; readonly proposal: StoredProposal }
  | { readonly kind: "refused"; readonly reason: "series-day" | "event-gone" }

/**
 * Turns a plan into a proposal: each operation with the event as it was read, its version, the care digest and what stood in the target slot.
 * Writes nothing to any calendar (T9). Earlier open proposals about the same events are dropped: the new one takes their place.
 */
export async function propose(
  deps: ProposeDeps,
  person: Person,
  plan: Plan,
  turn: TurnFacts,
  read: CalendarRead,
): Promise<Proposed> {
  const bases = await Promise.all(plan.operations.map((move) => baseOf(deps, person, move, turn)))
  const moves: Base[] = []
  for (const base of bases) {
    if (base.kind === "refused") return base
    moves.push(base)
  }
  const guests = await Promise.all(moves.map((base) => guestsOf(deps, person, base)))
  const operations = moves.map((base, position) =>
    operationOf(
      position,
      base.seen,
      { kind: "update", patch: base.patch },
      { ...slotViewOf(read, base, moves), ...(guests[position] && { guests: guests[position] }) },
    ),
  )
  const proposal = await storeProposal(deps, person, {
    origin: "assistant",
    operations,
    readings: [
      ...plan.readings,
      ...(read.problems.length > 0 ? ["not-all-read" as const] : []),
      ...(operations.some((op) => op.notify && alwaysTells(read, op)) ? ["guests-always-told" as const] : []),
    ],
    undoOf: null,
  })
  await dropEarlier(deps, person, proposal)
  return { kind: "proposed", proposal }
}

/** Outlook tells guests of what they can see, whatever it is asked. */
const alwaysTells = ({ calendars }: CalendarRead, { base: { value } }: StoredOperation): boolean =>
  calendars.some(({ connection }) => connection.id === value.ref.connectionId && connection.provider === "microsoft")

interface Base {
  readonly kind: "base"
  readonly seen: Seen<CalendarEvent>
  readonly patch: EventPatch
  readonly move: MoveOperation
}

async function baseOf(
  deps: ProposeDeps,
  person: Person,
  move: MoveOperation,
  turn: TurnFacts,
): Promise<Base | Extract<Proposed, { kind: "refused" }>> {
  const instance = turn.eventOf(move.target)
  if (!instance) return { kind: "refused", reason: "event-gone" }
  const { ref, seriesId } = instance.value
  if (move.scope === "this" || seriesId === null) {
    return {
      kind: "base",
      seen: instance,
      patch: { start: inZoneOf(instance.value.start, move.to.start), end: inZoneOf(instance.value.end, move.to.end) },
      move,
    }
  }
  const provider = await deps.calendars.open(person.workspaceId, person.userId, ref.connectionId)
  const master = provider && found(await provider.get({ ...ref, eventId: seriesId }))
  if (!master) return { kind: "refused", reason: "event-gone" }
  const shifted = shiftSeries(master.value, instance.value, move.to)
  return shifted ? { kind: "base", seen: master, patch: shifted, move } : { kind: "refused", reason: "series-day" }
}

/** A whole series has no one time to ask about. */
const guestsOf = async (deps: ProposeDeps, person: Person, { seen: { value }, patch }: Base) =>
  value.shape === "series" ? null : askGuests(deps.calendars, person, value, patched(value, patch))

/** An event keeps the zone it was written in; only its instants move. */
const inZoneOf = (before: When, after: When): When =>
  before.kind === "timed" && after.kind === "timed" ? { ...after, timeZone: before.timeZone } : after

/** The read set's busy part: the person's own calendars, the plan's events left out. A whole series is not guarded slot by slot. */
function slotViewOf(read: CalendarRead, base: Base, bases: readonly Base[]): SlotView {
  if (base.move.scope === "series" && base.seen.value.shape === "series") return { calendars: [], taken: [] }
  const except = bases.map((other) => other.seen.value.ref)
  const calendars = read.calendars
    .filter((c) => c.writable)
    .map((c) => ({ connectionId: c.connection.id, calendarId: c.id }))
  const own = new Set(calendars.map((c) => `${c.connectionId} ${c.calendarId}`))
  const events = read.events
    .map((seen) => seen.value)
    .filter((e) => own.has(`${e.ref.connectionId} ${e.ref.calendarId}`))
  return { calendars, taken: slotTaken(events, patched(base.seen.value, base.patch), except) }
}

export const operationOf = (
  position: number,
  base: Seen<CalendarEvent>,
  change: Change,
  slot: SlotView,
  notify = tells(base.value, change),
): StoredOperation => ({
  position,
  key: eventKey(base.value.ref),
  base,
  careDigest: careDigest(base.value),
  change,
  notify,
  slot,
  state: "pending",
  outcome: null,
  after: null,
})

/** The identity of what a person is shown and says yes to (B7): what is written, on which versions, and what was relied on. */
export const hashOf = (operations: readonly StoredOperation[]): string =>
  planHash(
    operations.map(({ key, base, careDigest, change, notify, slot }) => ({
      key,
      version: base.version,
      careDigest,
      change,
      notify,
      slot,
    })),
  )

export async function storeProposal(
  deps: Pick<ProposeDeps, "store" | "ids">,
  person: Person,
  draft: Pick<StoredProposal, "origin" | "operations" | "undoOf"> & { readonly readings: readonly Reading[] },
): Promise<StoredProposal> {
  const proposal: NewProposal = {
    ...draft,
    workspaceId: person.workspaceId,
    id: deps.ids.uuid(),
    userId: person.userId,
    state: "open",
    planHash: hashOf(draft.operations),
  }
  const log = proposal.operations.flatMap((op) => logOf.proposed(proposal, op))
  return deps.store.createProposal(proposal, PROPOSAL_TTL_MS, log)
}

async function dropEarlier(deps: ProposeDeps, person: Person, latest: StoredProposal): Promise<void> {
  const keys = new Set<EventKey>(latest.operations.map((op) => op.key))
  const open = await deps.store.openProposals(person.workspaceId, person.userId)
  const replaced = open.filter((p) => p.id !== latest.id && p.operations.some((op) => keys.has(op.key)))
  await Promise.all(
    replaced.map((p) =>
      deps.store.setProposalState(p.workspaceId, p.id, ["open", "stale"], "dropped", [logOf.dropped(p, "replaced")]),
    ),
  )
}
