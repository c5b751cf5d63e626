import "server-only"
import { type Change, changed } from "../domain/change"
import type { EventRef, Provider } from "../domain/event"
import type { TurnFacts } from "../domain/facts"
import type { Person } from "../domain/person"
import type { Plan, Reading } from "../domain/plan"
import { againstPreferences } from "../domain/preferences"
import { losesOwnDates } from "../domain/series"
import { type SlotView, slotTaken, UNGUARDED_SLOT } from "../domain/slot"
import type { NoProposal } from "../domain/wording-answers"
import type { AssistantStore, StoredOperation, StoredProposal } from "../ports/assistant-store"
import type { Calendars } from "../ports/calendars"
import type { Clock } from "../ports/clock"
import type { Ids } from "../ports/ids"
import { askGuests } from "./ask-guests"
import { type Base, baseOf, providerOf, type Split } from "./base-of"
import { operationOf } from "./operation-of"
import type { CalendarRead } from "./read-calendars"
import { byAssistant, dropEarlier, storeProposal } from "./store-proposal"
import type { PreferenceDeps } from "./write-preferences"

export interface ProposeDeps {
  readonly calendars: Calendars
  readonly store: AssistantStore
  readonly ids: Ids
  readonly clock: Clock
  readonly records: PreferenceDeps["records"]
}

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
