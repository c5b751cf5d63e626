import {
  INTENT_GUARDS,
  type IntentAction,
  type IntentAnswer,
  type IntentGuards,
  type IntentRow,
  type IntentsState,
  step,
} from "../../domain/protocol/intent-step"
import { tlaState } from "./tla"

/* What the model of an intent is made of: its statements, flights and the event at the provider. */

export interface IntentBounds {
  /** The approvals there are for the event. */
  readonly approvals: readonly string[]
  /** How many intents are tried in all. */
  readonly intents: number
  /** How often somebody else changes the event. */
  readonly edits: number
}

/** What senders, recovery and the provider add to the statements' guards. */
export interface FlightGuards extends IntentGuards {
  /** Nothing is sent that was not recorded as sent. */
  readonly intentBeforeSend: boolean
  /** The provider applies on the version that was named and on no other. */
  readonly precondition: boolean
  /** The write leaves its intent's mark. */
  readonly marker: boolean
  /** What shows no trace is looked for twice. */
  readonly lookTwice: boolean
  /** Recovery reads. Without it: it sends once more. */
  readonly recoveryOnlyReads: boolean
}

export const FLIGHT_GUARDS: FlightGuards = {
  ...INTENT_GUARDS,
  intentBeforeSend: true,
  precondition: true,
  marker: true,
  lookTwice: true,
  recoveryOnlyReads: true,
}

/** In ticks: one is the time-out. A request that has not landed after two never will. */
export const LEASE = 2
export const TIMEOUT = 1
export const LOOK_AGAIN = 2
export const FLIGHT = 2

export type Content = "base" | "reply" | "theirs" | "ours" | "oursThenTheirs"

export interface Flight {
  readonly sender: "prepared" | "waiting" | "follows" | "gone"
  readonly request: "none" | "flying" | "applied" | "refused" | "lost"
  /** Ticks that a flying request has left. */
  readonly fuel: number
  /** What was read before it, and what it names. */
  readonly base: { readonly version: number; readonly content: Content }
  readonly recovering: boolean
  /** The truth, which only the provider knows. */
  readonly landed: boolean
}

export interface IntentWorld {
  /** The time is always 0: what runs out is moved towards it. */
  readonly db: IntentsState
  readonly flights: readonly Flight[]
  readonly event: { readonly version: number; readonly content: Content; readonly marker: number }
  readonly edits: number
  /** The statements of the last move, and what they answered. */
  readonly asked: readonly { readonly action: IntentAction; readonly answer: IntentAnswer }[]
}

/** Intents by their numbers from 1. */
export type IntentMove =
  | { readonly kind: "prepare"; readonly approval: string; readonly after: number }
  | { readonly kind: "send" | "land" | "lose" | "hear" | "timeOut" | "reclaim" | "recover"; readonly id: number }
  | { readonly kind: "edit"; readonly as: "reply" | "theirs" }
  | { readonly kind: "tick" }

export interface Made {
  readonly state: IntentWorld
  readonly edge: string
  readonly broken: readonly string[]
}

export const whole = (state: IntentWorld, edge: string, broken: readonly string[] = []): Made => ({
  state,
  edge,
  broken,
})

export const change = (world: IntentWorld, id: number, what: Partial<Flight>): IntentWorld => ({
  ...world,
  flights: world.flights.map((flight, n) => (n + 1 === id ? { ...flight, ...what } : flight)),
})

export function flightOf({ flights }: IntentWorld, id: number): Flight {
  const flight = flights[id - 1]
  if (!flight) throw new Error(`there is no flight ${id}`)
  return flight
}

export function ask(
  world: IntentWorld,
  action: IntentAction,
  guards: FlightGuards,
): { world: IntentWorld; answer: IntentAnswer } {
  const { state, answer } = step(world.db, action, guards)
  return { world: { ...world, db: state, asked: [...world.asked, { action, answer }] }, answer }
}

export function ticked(world: IntentWorld): IntentWorld {
  const intents = Object.entries(world.db.intents).map(([id, row]) => [
    id,
    { ...row, leaseUntil: row.state === "DONE" ? 0 : Math.max(-1, row.leaseUntil - 1) },
  ])
  const flights = world.flights.map((flight): Flight => {
    if (flight.request !== "flying") return flight
    return flight.fuel > 0 ? { ...flight, fuel: flight.fuel - 1 } : { ...flight, request: "lost" }
  })
  return { ...world, db: { ...world.db, intents: Object.fromEntries(intents) }, flights }
}

/** A state as intent.tla writes it. */
export const intentInTla =
  ({ approvals, intents }: IntentBounds) =>
  ({ db, flights, event, edits }: IntentWorld): string => {
    const ids = Array.from({ length: intents }, (_, n) => n + 1)
    return tlaState({
      used: Object.fromEntries(approvals.map((id) => [id, db.approvals[id]?.used === true])),
      rows: ids.map((id) => rowInTla(db.intents[id])),
      flights: ids.map((id) => flightInTla(flights[id - 1])),
      version: event.version,
      content: event.content,
      marker: event.marker,
      edits,
    })
  }

const NO_CLAIM = -1
const claimInTla = (claimId: string | null | undefined): number =>
  claimId ? (claimId === "r" ? 0 : Number(claimId.slice(1))) : NO_CLAIM

const rowInTla = (row: IntentRow | undefined) => ({
  state: row?.state ?? "none",
  approval: row?.approvalId ?? "none",
  claim: claimInTla(row?.claimId),
  lease: row?.leaseUntil ?? 0,
  looked: row?.lookedBefore === true,
  after: Number(row?.after ?? 0),
  outcome: row?.outcome ?? "none",
  corrected: row?.corrected === true,
})

const flightInTla = (flight: Flight | undefined) => ({
  sender: flight?.sender ?? "none",
  request: flight?.request ?? "none",
  fuel: flight?.fuel ?? 0,
  version: flight?.base.version ?? 0,
  content: flight?.base.content ?? "none",
  recovering: flight?.recovering === true,
  landed: flight?.landed === true,
})
