import "server-only"
import type { CalendarEvent, EventKey, EventPatch, When } from "../domain/event"
import { patched } from "../domain/event-diff"
import type { TurnFacts } from "../domain/facts"
import type { Person } from "../domain/person"
import { type MoveOperation, type Plan, planHash, type Reading } from "../domain/plan"
import { shiftSeries } from "../domain/series"
import { type SlotView, slotTaken, UNGUARDED_SLOT } from "../domain/slot"
import { originalStartOf } from "../domain/split-series"
import type { Seen } from "../domain/version"
import type { NoProposal } from "../domain/wording"
import type { AssistantStore, NewProposal, StoredOperation, StoredProposal } from "../ports/assistant-store"
import type { Calendars } from "../ports/calendars"
import type { Clock } from "../ports/clock"
import type { Ids } from "../ports/ids"
import { logOf } from "./log-of"
import { operationOf } from "./operation-of"
import { type Following, planFollowing } from "./plan-following"
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
  | { readonly kind: "refused"; readonly reason: NoProposal }

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
  const operations: StoredOperation[] = []
  for (const base of bases) {
    if (base.kind === "refused") return base
    operations.push(...stepsOf(base, operations.length, slotViewOf(read, base, bases)))
  }
  const proposal = await storeProposal(deps, person, {
    origin: "assistant",
    operations,
    readings: [
      ...plan.readings,
      ...(read.problems.length > 0 ? ["not-all-read" as const] : []),
      ...(operations.some((op) => op.notify && alwaysTells(read, op)) ? ["guests-always-told" as const] : []),
      ...bases.flatMap((base) => (base.kind === "split" ? base.loses : [])),
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

type Split = Extract<Following, { kind: "split" }>

const stepsOf = (base: Base | Split, position: number, slot: SlotView): readonly StoredOperation[] =>
  base.kind === "split"
    ? base.operations.map((op, i) => ({ ...op, position: position + i }))
    : [operationOf(position, base.seen, { kind: "update", patch: base.patch }, slot)]

async function baseOf(
  deps: ProposeDeps,
  person: Person,
  move: MoveOperation,
  turn: TurnFacts,
): Promise<Base | Split | Extract<Proposed, { kind: "refused" }>> {
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
  if (!provider) return { kind: "refused", reason: "event-gone" }
  const series = { ...ref, eventId: seriesId }
  if (move.scope === "following") {
    const following = await planFollowing(provider, series, originalStartOf(instance.value), move.to)
    if (following.kind !== "whole") return following
  }
  const master = found(await provider.get(series))
  if (!master) return { kind: "refused", reason: "event-gone" }
  const shifted = shiftSeries(master.value, instance.value, move.to)
  return shifted ? { kind: "base", seen: master, patch: shifted, move } : { kind: "refused", reason: "series-day" }
}

/** An event keeps the zone it was written in; only its instants move. */
const inZoneOf = (before: When, after: When): When =>
  before.kind === "timed" && after.kind === "timed" ? { ...after, timeZone: before.timeZone } : after

/** The read set's busy part: the person's own calendars, the plan's events left out. A whole series is not guarded slot by slot. */
function slotViewOf(
  read: CalendarRead,
  base: Base | Split,
  bases: readonly (Base | { kind: "refused" | "split" })[],
): SlotView {
  if (base.kind === "split" || base.seen.value.shape === "series") return UNGUARDED_SLOT
  const except = bases.flatMap((other) => (other.kind === "base" ? [other.seen.value.ref] : []))
  const calendars = read.calendars
    .filter((c) => c.writable)
    .map((c) => ({ connectionId: c.connection.id, calendarId: c.id }))
  const own = new Set(calendars.map((c) => `${c.connectionId} ${c.calendarId}`))
  const events = read.events
    .map((seen) => seen.value)
    .filter((e) => own.has(`${e.ref.connectionId} ${e.ref.calendarId}`))
  return { calendars, taken: slotTaken(events, patched(base.seen.value, base.patch), except) }
}

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
  draft: Pick<StoredProposal, "origin" | "operations" | "undoOf"> & {
    readonly readings: readonly Reading[]
    readonly id?: string
  },
): Promise<StoredProposal> {
  const proposal: NewProposal = {
    ...draft,
    workspaceId: person.workspaceId,
    id: draft.id ?? deps.ids.uuid(),
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
