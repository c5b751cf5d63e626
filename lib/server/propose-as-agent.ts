import "server-only"
import { type CalendarEvent, eventKey, type Rsvp, type Span } from "../domain/event"
import { type TurnFacts, turnFacts } from "../domain/facts"
import type { ForbiddenReason } from "../domain/outcome"
import type { Person } from "../domain/person"
import { epochMs, type Operation } from "../domain/plan"
import type { Seen, Version } from "../domain/version"
import type { NoProposal } from "../domain/wording-answers"
import type { ProposingAgent, StoredProposal } from "../ports/assistant-store"
import { whyNot } from "./act-on-event"
import { draftOf, type ProposeDeps } from "./propose"
import { readCalendars } from "./read-calendars"
import { type OwnEvent, readOwnEvents } from "./read-own-event"
import { readPreferences } from "./read-preferences"
import { storeAgentProposal } from "./store-proposal"

const DAY_MS = 86_400_000
/** So many proposals of one agent wait for its person at most. */
export const MOST_OPEN = 5
/** So far apart the places of one proposal may lie: all that stands between them is read. */
export const MOST_DAYS = 31

/** One step as an agent names it: an event by its key, as it was when it had that version. Guests are invited by people, never by an agent. */
export type AgentStep =
  | { readonly kind: "move"; readonly id: string; readonly version: Version; readonly to: Span }
  | { readonly kind: "cancel"; readonly id: string; readonly version: Version }
  | {
      readonly kind: "respond"
      readonly id: string
      readonly version: Version
      readonly rsvp: Exclude<Rsvp, "needsAction">
    }
  | { readonly kind: "create"; readonly title: string; readonly to: Span }

export type AgentProposed =
  | { readonly kind: "proposed"; readonly proposal: StoredProposal }
  /** What the agent has seen is not what stands. Nothing was stored. */
  | { readonly kind: "conflict"; readonly id: string; readonly currentVersion: Version }
  | { readonly kind: "notFound" | "unreadable"; readonly id: string }
  | { readonly kind: "forbidden"; readonly id: string; readonly reason: ForbiddenReason }
  | {
      readonly kind: "refused"
      readonly reason: NoProposal | "named-twice" | "too-far-apart" | "whole-series" | "kind-of-time"
    }
  | { readonly kind: "limited"; readonly most: number }

/**
 * What an agent outside would have done on the calendars of the person who gave it its key: a proposal under its name, for them to decide; there is no yes on this path. Every event it names is read anew and
 * stored on the version that the agent showed, so that Apply goes out on what the agent had seen, or asks.
 */
export async function proposeAsAgent(
  deps: ProposeDeps,
  person: Person,
  agent: ProposingAgent,
  steps: readonly AgentStep[],
): Promise<AgentProposed> {
  const named = steps.flatMap((step) => (step.kind === "create" ? [] : [step]))
  if (new Set(named.map(({ id }) => id)).size < named.length) return { kind: "refused", reason: "named-twice" }
  const now = deps.clock.now()
  const window = windowOf(steps, now)
  if (!window) return { kind: "refused", reason: "too-far-apart" }
  const [read, own, { preferences }] = await Promise.all([
    readCalendars(deps.calendars, person, window),
    readOwnEvents(
      deps.calendars,
      person,
      named.map(({ id }) => id),
    ),
    readPreferences(deps, person),
  ])
  const seen = new Map<string, Seen<CalendarEvent>>()
  for (const [i, step] of named.entries()) {
    const base = baseOf(step, own[i])
    if (base.kind !== "base") return base
    seen.set(step.id, base.event)
  }
  const turn = turnFacts([...seen.values()], person, new Date(now).toISOString(), [], undefined, preferences)
  const plan = { operations: steps.flatMap((step) => operationsOf(step, turn, seen)), readings: [] }
  const draft = await draftOf(deps, person, plan, turn, read)
  if (draft.kind === "refused") return draft
  const proposal = await storeAgentProposal(deps, person, agent, draft, MOST_OPEN)
  return proposal ? { kind: "proposed", proposal } : { kind: "limited", most: MOST_OPEN }
}

type NamedStep = Exclude<AgentStep, { kind: "create" }>

type Base = { readonly kind: "base"; readonly event: Seen<CalendarEvent> }

/** The event that a step names, if it is the person's, still as the agent has seen it, and one to which this can be done. */
function baseOf(
  step: NamedStep,
  own: OwnEvent = { kind: "notFound" },
): Base | Exclude<AgentProposed, { kind: "proposed" }> {
  const { id } = step
  if (own.kind !== "found") return { kind: own.kind, id }
  const { event } = own
  if (event.version !== step.version) return { kind: "conflict", id, currentVersion: event.version }
  const reason = whyNot(event.value, DOING[step.kind])
  if (reason) return { kind: "forbidden", id, reason }
  if (step.kind === "move" && event.value.shape === "series") return { kind: "refused", reason: "whole-series" }
  if (step.kind === "move" && event.value.start.kind !== step.to.start.kind)
    return { kind: "refused", reason: "kind-of-time" }
  return { kind: "base", event }
}

const DOING = { move: "update", cancel: "delete", respond: "respond" } as const

function operationsOf(
  step: AgentStep,
  turn: TurnFacts,
  seen: ReadonlyMap<string, Seen<CalendarEvent>>,
): readonly Operation[] {
  if (step.kind === "create") return [{ kind: "create", title: step.title, to: step.to, guests: [] }]
  const event = seen.get(step.id)
  const target = event && turn.idOf(eventKey(event.value.ref))
  if (!target) throw new Error("an event that was read is not among the facts")
  const on = { target, scope: "this" as const }
  switch (step.kind) {
    case "move":
      return [{ kind: "move", ...on, to: step.to }]
    case "cancel":
      return [{ kind: "cancel", ...on }]
    case "respond":
      return [{ kind: "respond", ...on, rsvp: step.rsvp }]
  }
}

/** Where anything would go; the coming day where nothing would. Null: too wide to be read. */
function windowOf(steps: readonly AgentStep[], now: number): { readonly from: string; readonly to: string } | null {
  const places = steps.flatMap((step) => ("to" in step ? [step.to] : []))
  const from = places.length > 0 ? Math.min(...places.map(({ start }) => epochMs(start))) : now
  const to = places.length > 0 ? Math.max(...places.map(({ end }) => epochMs(end))) : now + DAY_MS
  if (to - from > MOST_DAYS * DAY_MS) return null
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}
