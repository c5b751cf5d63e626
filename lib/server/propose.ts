import "server-only"
import { type Change, changed } from "../domain/change"
import type { EventKey, EventRef, Provider } from "../domain/event"
import type { TurnFacts } from "../domain/facts"
import type { Person } from "../domain/person"
import { type Plan, planHash, type Reading } from "../domain/plan"
import { againstPreferences } from "../domain/preferences"
import { losesOwnDates } from "../domain/series"
import { type SlotView, slotTaken, UNGUARDED_SLOT } from "../domain/slot"
import type { NoProposal } from "../domain/wording-answers"
import type {
  AssistantStore,
  NewProposal,
  ProposingAgent,
  StoredOperation,
  StoredProposal,
} from "../ports/assistant-store"
import type { Calendars } from "../ports/calendars"
import type { Clock } from "../ports/clock"
import type { Ids } from "../ports/ids"
import { askGuests } from "./ask-guests"
import { type Base, baseOf, providerOf, type Split } from "./base-of"
import { logOf } from "./log-of"
import { operationOf } from "./operation-of"
import type { CalendarRead } from "./read-calendars"
import type { PreferenceDeps } from "./write-preferences"

export interface ProposeDeps {
  readonly calendars: Calendars
  readonly store: AssistantStore
  readonly ids: Ids
  readonly clock: Clock
  readonly records: PreferenceDeps["records"]
}

/** How long a proposal can be applied. */
const PROPOSAL_TTL_MS = 30 * 60_000

export type Unproposable = { readonly kind: "refused"; readonly reason: NoProposal }
export type Proposed = { readonly kind: "proposed"; readonly proposal: StoredProposal } | Unproposable

/** What a plan comes to: what would be stored, and is not yet. */
export interface Draft {
  readonly kind: "draft"
  readonly operations: readonly StoredOperation[]
  readonly readings: readonly Reading[]
}

/** Turns a plan into a proposal of the assistant's. Writes nothing to any calendar (T9). Earlier open proposals about the same events are dropped: the new one takes their place. */
export async function propose(
  deps: ProposeDeps,
  person: Person,
  plan: Plan,
  turn: TurnFacts,
  read: CalendarRead,
): Promise<Proposed> {
  const draft = await draftOf(deps, person, plan, turn, read)
  if (draft.kind === "refused") return draft
  const proposal = await storeProposal(deps, person, byAssistant(draft))
  await dropEarlier(deps, person, proposal)
  return { kind: "proposed", proposal }
}

/** To be stored as the assistant's own, not an agent's nor an undo. */
export const byAssistant = ({ operations, readings }: Draft) =>
  ({ origin: "assistant", operations, readings, undoOf: null }) as const

/** Each operation of a plan with the event as it was read, its version, the care digest and what stood in the target slot. Reads only. */
export async function draftOf(
  deps: ProposeDeps,
  person: Person,
  plan: Plan,
  turn: TurnFacts,
  read: CalendarRead,
): Promise<Draft | Unproposable> {
  const bases = await Promise.all(plan.operations.map((op) => baseOf(deps, person, op, turn, read)))
  const steps: (Base | Split)[] = []
  for (const base of bases) {
    if (base.kind === "refused") return base
    steps.push(base)
  }
  // what takes a half back is put behind the plan, where nothing of the plan may stand
  if (steps.slice(0, -1).some(({ kind }) => kind === "split")) return { kind: "refused", reason: "split-among-others" }
  const against = againstPreferences(plan.operations, turn.facts.preferences ?? [], person.timeZone)
  return draftFrom(deps, person, steps, [...ofScope(plan), ...against], read)
}

/** "Only the next one" is not said of a series. */
const ofScope = ({ operations, readings }: Plan): readonly Reading[] =>
  operations.every((op) => op.kind !== "create" && op.scope !== "this")
    ? readings.filter((reading) => reading !== "next-occurrence")
    : readings

/** What steps on the events as they were read come to: with what stands in each target slot, and what has to be said of the whole. Reads only. */
export async function draftFrom(
  deps: ProposeDeps,
  person: Person,
  steps: readonly (Base | Split)[],
  readings: readonly Reading[],
  read: CalendarRead,
): Promise<Draft> {
  const guests = await Promise.all(steps.map((base) => guestsOf(deps, person, base)))
  const operations: StoredOperation[] = []
  for (const [i, base] of steps.entries()) {
    const slot = { ...slotViewOf(read, base, steps), ...(guests[i] && { guests: guests[i] }) }
    operations.push(...stepsOf(base, operations.length, slot))
  }
  return {
    kind: "draft",
    operations,
    readings: [
      ...readings,
      ...(read.problems.length > 0 ? ["not-all-read" as const] : []),
      ...readingsOf(operations, (ref) => providerOf(read, ref)),
      ...steps.flatMap((base) => (base.kind === "split" ? base.loses : [])),
    ],
  }
}

/** What the providers of its events add to a plan. */
export const readingsOf = (
  operations: readonly StoredOperation[],
  providerOf: (ref: EventRef) => Provider | undefined,
): readonly Reading[] => [
  ...new Set(operations.flatMap((op) => (op.notify ? toldBy(providerOf(op.base.value.ref)) : []))),
  ...(operations.some((op) => losesOwnDates(op.base.value, op.change, providerOf(op.base.value.ref)))
    ? ["own-dates-lost" as const]
    : []),
]

/** Google asks whether guests are told; elsewhere it is not ours to choose. */
const TOLD_BY: Readonly<Record<Provider, readonly Reading[]>> = {
  google: [],
  microsoft: ["guests-always-told"],
  caldav: ["guests-told-by-server"],
}

const toldBy = (provider: Provider | undefined): readonly Reading[] => (provider ? TOLD_BY[provider] : [])

const stepsOf = (base: Base | Split, position: number, slot: SlotView): readonly StoredOperation[] =>
  base.kind === "split"
    ? base.operations.map((op, i) => ({ ...op, position: position + i }))
    : [operationOf(position, base.seen, base.change, slot)]

/** A series, or the rest of one, has no one time to ask about. */
const guestsOf = async (deps: ProposeDeps, person: Person, base: Base | Split) =>
  base.kind === "split" || base.seen.value.shape === "series" || !takesTime(base.change)
    ? null
    : askGuests(deps.calendars, person, base.seen.value, changed(base.seen.value, base.change))

/** The read set's busy part: the person's own calendars, the plan's events left out. A whole series is not guarded slot by slot. */
function slotViewOf(read: CalendarRead, base: Base | Split, steps: readonly (Base | Split)[]): SlotView {
  if (base.kind === "split" || base.seen.value.shape === "series" || !takesTime(base.change)) return UNGUARDED_SLOT
  const except = steps.flatMap((other) => (other.kind === "base" ? [other.seen.value.ref] : []))
  const calendars = read.calendars
    .filter((c) => c.writable)
    .map((c) => ({ connectionId: c.connection.id, calendarId: c.id }))
  const own = new Set(calendars.map((c) => `${c.connectionId} ${c.calendarId}`))
  const events = read.events
    .map((seen) => seen.value)
    .filter((e) => own.has(`${e.ref.connectionId} ${e.ref.calendarId}`))
  return { calendars, taken: slotTaken(events, changed(base.seen.value, base.change), except) }
}

const takesTime = ({ kind }: Change): boolean => kind === "update" || kind === "create"

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

type ToStore = Pick<StoredProposal, "origin" | "operations" | "readings" | "undoOf"> & {
  readonly agent?: ProposingAgent | null
  readonly id?: string
  readonly continues?: string
  readonly leftOut?: readonly string[]
}

export async function storeProposal(
  deps: Pick<ProposeDeps, "store" | "ids">,
  person: Person,
  draft: ToStore,
): Promise<StoredProposal> {
  const proposal = newProposal(deps, person, { ...draft, agent: draft.agent ?? null })
  return deps.store.createProposal(proposal, PROPOSAL_TTL_MS, rowsOf(proposal))
}

/**
 * What follows on another proposal, once: where it is there already, that one. Null: there is nothing to follow on any more.
 * @param words of the line of chat that tells it; null: it is told elsewhere
 */
export async function storeFollowUp(
  { store, ids }: Pick<ProposeDeps, "store" | "ids">,
  person: Person,
  draft: ToStore,
  words: string | null,
): Promise<{ readonly proposal: StoredProposal; readonly isNew: boolean } | null> {
  const { workspaceId, userId } = person
  const wanted = newProposal({ ids }, person, { ...draft, agent: draft.agent ?? null })
  const said = { kind: "proposal" as const, proposalId: wanted.id }
  const turn = words === null ? null : { id: ids.uuid(), words, answer: said }
  const made = await store.createFollowUp(wanted, PROPOSAL_TTL_MS, rowsOf(wanted), turn)
  const proposal = made && (await store.findProposal(workspaceId, userId, made.id))
  return made && proposal && { proposal, isNew: made.isNew }
}

/** In the place of one that stands, which is dropped with it. Null: that does not stand any more as it is given here; nothing was stored. */
export async function storeInPlaceOf(
  deps: Pick<ProposeDeps, "store" | "ids">,
  person: Person,
  before: StoredProposal,
  draft: ToStore,
): Promise<StoredProposal | null> {
  const proposal = newProposal(deps, person, { ...draft, agent: draft.agent ?? null })
  const log = [logOf.dropped(before, "replaced"), ...rowsOf(proposal)]
  return deps.store.createInPlaceOf(before, proposal, PROPOSAL_TTL_MS, log)
}

/** What an agent outside proposes. Null: `most` others of its proposals wait for their person already. */
export async function storeAgentProposal(
  deps: ProposeDeps,
  person: Person,
  agent: ProposingAgent,
  { operations, readings }: Draft,
  most: number,
): Promise<StoredProposal | null> {
  const draft = { origin: "outside-agent" as const, agent, operations, readings, undoOf: null }
  const proposal = newProposal(deps, person, draft)
  const stored = await deps.store.createAgentProposal(proposal, PROPOSAL_TTL_MS, most, rowsOf(proposal))
  if (stored) await dropEarlier(deps, person, stored)
  return stored
}

const newProposal = <D extends ToStore>({ ids }: Pick<ProposeDeps, "ids">, person: Person, draft: D) => ({
  ...draft,
  workspaceId: person.workspaceId,
  id: draft.id ?? ids.uuid(),
  userId: person.userId,
  state: "open" as const,
  planHash: hashOf(draft.operations),
  continues: draft.continues ?? null,
  leftOut: draft.leftOut ?? [],
})

const rowsOf = (proposal: NewProposal) => proposal.operations.flatMap((op) => logOf.proposed(proposal, op))

/** The latest takes the place of what the same proposer had open about its events: an agent's never that of the person's own, nor of another agent's. */
export async function dropEarlier(deps: ProposeDeps, person: Person, latest: StoredProposal): Promise<void> {
  const keys = new Set<EventKey>(latest.operations.map((op) => op.key))
  const open = await deps.store.openProposals(person.workspaceId, person.userId)
  const replaced = open.filter(
    (p) => p.id !== latest.id && p.agent?.id === latest.agent?.id && p.operations.some((op) => keys.has(op.key)),
  )
  await Promise.all(
    replaced.map((p) =>
      deps.store.setProposalState(p.workspaceId, p.id, ["open", "stale"], "dropped", [logOf.dropped(p, "replaced")]),
    ),
  )
}
