import "server-only"
import { ABSENT, changed, drafted } from "../domain/change"
import type { CalendarEvent } from "../domain/event"
import type { Person } from "../domain/person"
import { epochMs } from "../domain/plan"
import { restOf, whyNotAgain } from "../domain/plan-rest"
import type { Seen } from "../domain/version"
import { sayLeftOut, type WhyLeftOut } from "../domain/wording-plans"
import type { StoredOperation, StoredProposal } from "../ports/assistant-store"
import { whyNot } from "./act-on-event"
import { type Base, newRefOn, type Split } from "./base-of"
import { told } from "./guests-told"
import { planFollowing } from "./plan-following"
import { type Draft, draftFrom, type ProposeDeps } from "./propose"
import { type CalendarRead, readCalendars } from "./read-calendars"
import { readOwnEvents } from "./read-own-event"
import { dropEarlier, storeFollowUp } from "./store-proposal"

export type Continued =
  | { readonly kind: "proposed"; readonly proposalId: string }
  /** None of it can be done now; why, step by step. */
  | { readonly kind: "nothing"; readonly why: readonly string[] }
  | { readonly kind: "notFound" | "superseded" | "unreadable" }

/** What there is to go on with: of a person's or an agent's plan of several that stopped. An undo is pressed again, a booking's step is the booking's. */
export const restOfProposal = ({
  state,
  origin,
  operations,
}: Pick<StoredProposal, "state" | "origin" | "operations">): readonly StoredOperation[] =>
  state === "stopped" && origin !== "undo" && origin !== "agent" ? restOf(operations) : []

/**
 * "Do the rest": what a plan that stopped did not come to, as a plan of its own for the person to look at. Every event and every target slot is read anew, so that it stands on what is there now, whoever
 * changed it since; what cannot be done any more is said and left out. Nothing is written to any calendar. Pressed twice, or in two tabs, it is one plan.
 */
export async function continueProposal(deps: ProposeDeps, person: Person, proposalId: string): Promise<Continued> {
  const { workspaceId, userId } = person
  const stopped = await deps.store.findProposal(workspaceId, userId, proposalId)
  if (!stopped) return { kind: "notFound" }
  const { continuedBy } = await deps.store.followUps(workspaceId, proposalId)
  if (continuedBy) return { kind: "proposed", proposalId: continuedBy }
  const rest = restOfProposal(stopped)
  if (rest.length === 0 || stopped.restLeft) return { kind: "superseded" }

  const read = await readRest(deps, person, rest)
  if (!read) return { kind: "unreadable" }
  const again = await Promise.all(rest.map((op, i) => stepAgain(deps, person, op, read.events[i] ?? null, read.around)))
  const steps = again.flatMap((one) => (one.kind === "base" || one.kind === "split" ? [one] : []))
  const leftOut = again.flatMap((one, i) => {
    const op = rest[i]
    return op && one.kind !== "base" && one.kind !== "split" ? [sayLeftOut(op.base.value, one)] : []
  })
  if (steps.length === 0) return { kind: "nothing", why: leftOut }

  const draft = await draftFrom(deps, person, steps, [], read.around)
  const { origin, agent } = stopped
  const toStore = { ...asQuiet(draft, rest), origin, agent, undoOf: null, continues: stopped.id, leftOut }
  // an agent's proposals stand in the conversation by themselves
  const made = await storeFollowUp(deps, person, toStore, agent ? null : "Do the rest")
  if (!made) return { kind: "superseded" }
  if (made.isNew) await dropEarlier(deps, person, made.proposal)
  return { kind: "proposed", proposalId: made.proposal.id }
}

/** The events as they stand, and all that stands where they are to go. Null: something cannot be read just now, and pressing again may help. */
async function readRest(deps: ProposeDeps, person: Person, rest: readonly StoredOperation[]) {
  const accounts = new Set(rest.map(({ base }) => base.value.ref.connectionId))
  const opened = await Promise.all(
    [...accounts].map((id) => deps.calendars.open(person.workspaceId, person.userId, id)),
  )
  if (opened.includes(null)) return null
  const [around, own] = await Promise.all([
    readCalendars(deps.calendars, person, windowOf(rest)),
    readOwnEvents(
      deps.calendars,
      person,
      rest.map(({ key }) => key),
    ),
  ])
  if (rest.some(({ change }, i) => change.kind !== "create" && own[i]?.kind === "unreadable")) return null
  return { around, events: own.map((one) => (one.kind === "found" ? one.event : null)) }
}

function windowOf(rest: readonly StoredOperation[]): { readonly from: string; readonly to: string } {
  const places = rest.map(({ base, change }) => changed(base.value, change))
  const from = Math.min(...places.map(({ start }) => epochMs(start)))
  const to = Math.max(...places.map(({ end }) => epochMs(end)))
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}

async function stepAgain(
  deps: ProposeDeps,
  person: Person,
  op: StoredOperation,
  fresh: Seen<CalendarEvent> | null,
  around: CalendarRead,
): Promise<Base | Split | WhyLeftOut> {
  const { change, outcome } = op
  if (outcome?.kind === "forbidden") return { kind: "forbidden", reason: outcome.reason }
  const reason = whyNotAgain(op, fresh?.value ?? null, deps.clock.now())
  if (reason) return { kind: "notNow", reason }
  if (change.kind === "create") return createAgain(deps, op, around)
  if (!fresh) return { kind: "notNow", reason: "gone" }
  const forbidden = whyNot(fresh.value, change.kind)
  if (forbidden) return { kind: "forbidden", reason: forbidden }
  if (change.kind !== "split") return { kind: "base", seen: fresh, change }
  const { ref } = fresh.value
  const provider = await deps.calendars.open(person.workspaceId, person.userId, ref.connectionId)
  const following = provider && (await planFollowing(provider, ref, change.from, change.patch))
  if (following?.kind === "refused") return following
  return following?.kind === "split" ? following : { kind: "notNow", reason: "series-changed" }
}

/** Under a new name: the one before may have reached the calendar for all we know, and was looked for. */
function createAgain({ ids }: ProposeDeps, { base, change }: StoredOperation, around: CalendarRead): Base | WhyLeftOut {
  if (change.kind !== "create") throw new Error(`a ${change.kind} makes nothing`)
  const { connectionId, calendarId } = base.value.ref
  const calendar = around.calendars.find((one) => one.connection.id === connectionId && one.id === calendarId)
  if (!calendar?.writable) return { kind: "notNow", reason: "not-writable" }
  const value = drafted(newRefOn(ids, calendar), change.draft)
  return { kind: "base", seen: { value, version: ABSENT }, change }
}

/** Whoever was not to be told of the plan is not told of its rest. */
function asQuiet({ operations, readings }: Draft, rest: readonly StoredOperation[]) {
  const tell = !rest.some(({ base, change, notify }) => !notify && told(base.value, change, true))
  return { readings, operations: operations.map((op) => ({ ...op, notify: told(op.base.value, op.change, tell) })) }
}
