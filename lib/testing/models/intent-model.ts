import { judgeLoss } from "../../domain/change"
import type { CalendarEvent, EventPatch } from "../../domain/event"
import { judgeReadBack } from "../../domain/protocol/intent"
import {
  INTENT_GUARDS,
  type IntentAction,
  type IntentAnswer,
  type IntentGuards,
  type IntentsState,
  step,
} from "../../domain/protocol/intent-step"
import type { Seen } from "../../domain/version"
import { calendarEvent, guest, seen, thursday } from "../builders"
import type { Model } from "./explore"

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
const LEASE = 2
const TIMEOUT = 1
const LOOK_AGAIN = 2
const FLIGHT = 2

type Content = "base" | "reply" | "theirs" | "ours" | "oursThenTheirs"

interface Flight {
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
}

/** Intents by their numbers from 1. */
export type IntentMove =
  | { readonly kind: "prepare"; readonly approval: string; readonly after: number }
  | { readonly kind: "send" | "land" | "lose" | "hear" | "timeOut" | "reclaim" | "recover"; readonly id: number }
  | { readonly kind: "edit"; readonly as: "reply" | "theirs" }
  | { readonly kind: "tick" }

const PATCH: EventPatch = { start: thursday("15:00"), end: thursday("15:30") }
const BASE = calendarEvent()
const CONTENTS: Record<Content, CalendarEvent> = {
  base: BASE,
  reply: { ...BASE, attendees: BASE.attendees.map((one) => ({ ...one, rsvp: "accepted" as const })) },
  theirs: { ...BASE, start: thursday("11:00"), end: thursday("11:30") },
  ours: { ...BASE, ...PATCH },
  oursThenTheirs: {
    ...BASE,
    ...PATCH,
    attendees: [guest("kim@example.test")],
    start: thursday("11:00"),
    end: thursday("11:30"),
  },
}
const asRead = (of: { version: number; content: Content }, marker: number): Seen<CalendarEvent> =>
  seen({ ...CONTENTS[of.content], marker: marker ? `${marker}` : null }, `"${of.version}"`)

/** One yes, those who write under it, the provider, and whoever else changes the event (T4, B3, B4). */
export const intentModel = (
  bounds: IntentBounds,
  guards: FlightGuards = FLIGHT_GUARDS,
): Model<IntentWorld, IntentMove> => ({
  name: "intent",
  bounds: `approvals ${bounds.approvals.join("/")}, ${bounds.intents} intents, ${bounds.edits} changes by others, lease 2, flight 2, time-out 1`,
  initial: {
    db: {
      approvals: Object.fromEntries(bounds.approvals.map((id) => [id, { used: false, expiresAt: 1 }])),
      intents: {},
    },
    flights: [],
    event: { version: 1, content: "base", marker: 0 },
    edits: 0,
  },
  actions: (world) => movesOf(world, bounds),
  next: (world, move) => nextOf(world, move, guards),
  pack: ({ db, flights, event, edits }) => {
    const rows = Object.values(db.intents).map((row) => Object.values(row).join(","))
    const sent = flights.map((flight) => [...Object.values(flight), flight.base.version, flight.base.content].join(","))
    return [
      ...Object.values(db.approvals).map(({ used }) => used),
      ...rows,
      ...sent,
      ...Object.values(event),
      edits,
    ].join(" ")
  },
  edges: INTENT_EDGES,
  progress: [
    {
      name: "an intent ends by time and recovery alone",
      goal: ({ db }) => Object.values(db.intents).every(({ state }) => state === "DONE"),
      helped: ({ kind }) => kind === "tick" || kind === "reclaim" || kind === "recover",
    },
  ],
})

export const INTENT_EDGES: readonly string[] = [
  "tick",
  "edit",
  ...["prepared", "superseded", "busy"].map((answer) => `prepare: ${answer}`),
  ...["sent", "expired", "superseded"].map((answer) => `send: ${answer}`),
  "land: applied",
  "land: refused",
  "lose",
  ...["finished", "superseded"].map((answer) => `hear: ${answer}`),
  ...["finished", "superseded", "nothing"].map((answer) => `timeOut: ${answer}`),
  "reclaim: reclaimed",
  ...["finished", "deferred"].map((answer) => `recover: ${answer}`),
]

function movesOf({ db, flights, edits }: IntentWorld, bounds: IntentBounds): IntentMove[] {
  const isNew = flights.length < bounds.intents
  return [
    { kind: "tick" },
    ...(edits < bounds.edits ? (["reply", "theirs"] as const).map((as) => ({ kind: "edit", as }) as const) : []),
    ...(isNew ? Object.keys(db.approvals).map((approval) => ({ kind: "prepare", approval, after: 0 }) as const) : []),
    ...flights.flatMap(({ sender, request, recovering }, n): IntentMove[] => {
      const id = n + 1
      const due = (db.intents[id]?.leaseUntil ?? 0) < 0 && db.intents[id]?.state !== "DONE"
      return [
        ...(sender === "prepared" ? [{ kind: "send", id } as const] : []),
        ...(request === "flying" ? (["land", "lose"] as const).map((kind) => ({ kind, id })) : []),
        ...(sender === "waiting" && (request === "applied" || request === "refused")
          ? [{ kind: "hear", id } as const]
          : []),
        ...(sender === "waiting" ? [{ kind: "timeOut", id } as const] : []),
        ...(sender === "follows" && isNew
          ? [{ kind: "prepare", approval: db.intents[id]?.approvalId ?? "", after: id } as const]
          : []),
        ...(due ? [{ kind: "reclaim", id } as const] : []),
        ...(recovering ? [{ kind: "recover", id } as const] : []),
      ]
    }),
  ]
}

interface Made {
  readonly state: IntentWorld
  readonly edge: string
  readonly broken: readonly string[]
}

const whole = (state: IntentWorld, edge: string, broken: readonly string[] = []): Made => ({ state, edge, broken })

function nextOf(world: IntentWorld, move: IntentMove, guards: FlightGuards): Made {
  switch (move.kind) {
    case "tick":
      return whole(ticked(world), "tick")
    case "edit":
      return whole(edited(world, move.as), "edit")
    case "prepare":
      return prepared(world, move, guards)
    case "send":
      return sent(world, move.id, guards)
    case "land":
      return landed(world, move.id, guards)
    case "lose":
      return whole(change(world, move.id, { request: "lost", fuel: 0 }), "lose")
    case "hear":
      return heard(world, move.id, guards)
    case "timeOut":
      return timedOut(world, move.id, guards)
    case "reclaim":
      return reclaimed(world, move.id, guards)
    case "recover":
      return recovered(world, move.id, guards)
  }
}

const change = (world: IntentWorld, id: number, what: Partial<Flight>): IntentWorld => ({
  ...world,
  flights: world.flights.map((flight, n) => (n + 1 === id ? { ...flight, ...what } : flight)),
})

function flightOf({ flights }: IntentWorld, id: number): Flight {
  const flight = flights[id - 1]
  if (!flight) throw new Error(`there is no flight ${id}`)
  return flight
}

function ask(
  world: IntentWorld,
  action: IntentAction,
  guards: FlightGuards,
): { world: IntentWorld; answer: IntentAnswer } {
  const { state, answer } = step(world.db, action, guards)
  return { world: { ...world, db: state }, answer }
}

function ticked(world: IntentWorld): IntentWorld {
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

function edited(world: IntentWorld, as: "reply" | "theirs"): IntentWorld {
  const { version, content, marker } = world.event
  const isOurs = content === "ours" || content === "oursThenTheirs"
  const next = isOurs ? (as === "theirs" ? "oursThenTheirs" : content) : content === "theirs" ? content : as
  return { ...world, edits: world.edits + 1, event: { version: version + 1, content: next, marker } }
}

/** The sender has just read the event: what it read is what it will name. */
function prepared(
  world: IntentWorld,
  { approval, after }: Extract<IntentMove, { kind: "prepare" }>,
  guards: FlightGuards,
): Made {
  const id = world.flights.length + 1
  const action = {
    kind: "prepare",
    at: 0,
    id: `${id}`,
    claimId: `s${id}`,
    approvalId: approval,
    leaseMs: LEASE,
  } as const
  const { world: next, answer } = ask(world, { ...action, after: after ? `${after}` : null }, guards)
  if (answer !== "prepared")
    return whole(after ? change(world, after, { sender: "gone" }) : world, `prepare: ${answer}`)
  const { version, content } = world.event
  const flight: Flight = {
    sender: "prepared",
    request: "none",
    fuel: 0,
    base: { version, content },
    recovering: false,
    landed: false,
  }
  const open = Object.values(world.db.intents).some(({ state }) => state !== "DONE")
  const broken = [
    ...(after === 0 && world.db.approvals[approval]?.used ? ["ApprovalUsedTwice"] : []),
    ...(after > 0 && (world.db.intents[after]?.after ?? null) !== null ? ["SecondSuccessor"] : []),
    ...(open ? ["TwoInFlight"] : []),
  ]
  const told = after ? change(next, after, { sender: "gone" }) : next
  return whole({ ...told, flights: [...told.flights, flight] }, "prepare: prepared", broken)
}

/** `sent` is recorded and the request leaves, in this order and at once. */
function sent(world: IntentWorld, id: number, guards: FlightGuards): Made {
  const before = world.db.intents[id]
  const flies = { sender: "waiting", request: "flying", fuel: FLIGHT } as const
  if (!guards.intentBeforeSend) return whole(change(world, id, flies), "send: sent")
  const { world: next, answer } = ask(
    world,
    { kind: "sent", at: 0, id: `${id}`, claimId: `s${id}`, needMs: TIMEOUT },
    guards,
  )
  if (answer === "sent")
    return whole(change(next, id, flies), "send: sent", [
      ...(before?.claimId !== `s${id}` ? ["SentByNoHolder"] : []),
      ...((before?.leaseUntil ?? 0) < TIMEOUT ? ["SentTooLate"] : []),
    ])
  const given = answer === "expired" ? finished(next, id, `s${id}`, "notApplied", guards).state : next
  return whole(change(given, id, { sender: "gone" }), `send: ${answer}`)
}

function landed(world: IntentWorld, id: number, guards: FlightGuards): Made {
  const { base } = flightOf(world, id)
  const { version } = world.event
  if (guards.precondition && base.version !== version)
    return whole(change(world, id, { request: "refused", fuel: 0 }), "land: refused")
  const row = world.db.intents[id]
  const given = row?.state === "DONE" && row.outcome !== "applied"
  const broken = [
    ...(base.version !== version ? ["WrittenOver"] : []),
    ...(row?.state === "PREPARED" ? ["SentUnrecorded"] : []),
    ...(given ? ["LandedAfterItsEnd"] : []),
    ...(world.flights.some(({ landed: once }, n) => once && world.db.intents[n + 1]?.approvalId === row?.approvalId)
      ? ["AppliedTwice"]
      : []),
  ]
  const event = { version: version + 1, content: "ours", marker: guards.marker ? id : world.event.marker } as const
  return whole({ ...change(world, id, { request: "applied", fuel: 0, landed: true }), event }, "land: applied", broken)
}

/** Writes an end down, and judges it by what the provider knows. */
function finished(world: IntentWorld, id: number, claimId: string, outcome: string, guards: FlightGuards) {
  const row = world.db.intents[id]
  const { world: next, answer } = ask(world, { kind: "finish", id: `${id}`, claimId, outcome }, guards)
  const truth = flightOf(world, id).landed
  const broken =
    answer === "finished"
      ? [
          ...(row?.state === "DONE" ? ["SecondOutcome"] : []),
          ...(truth && outcome !== "applied" ? ["Denied"] : []),
          ...(!truth && outcome === "applied" ? ["Claimed"] : []),
        ]
      : []
  return { state: next, answer, broken }
}

/** The answer comes: what was applied and taken for lost is added as the one correction. */
function heard(world: IntentWorld, id: number, guards: FlightGuards): Made {
  const { request, base } = flightOf(world, id)
  const outcome = request === "applied" ? "applied" : "conflict"
  const end = finished(world, id, `s${id}`, outcome, guards)
  const loss = judgeLoss(CONTENTS[base.content], CONTENTS[world.event.content], { kind: "update", patch: PATCH })
  const follows = end.answer === "finished" && request === "refused" && loss.kind === "irrelevant"
  const told = change(end.state, id, { sender: follows ? "follows" : "gone" })
  if (end.answer === "finished" || request === "refused") return whole(told, `hear: ${end.answer}`, end.broken)
  const { world: next, answer } = ask(told, { kind: "correct", id: `${id}` }, guards)
  return whole(next, `hear: ${answer}`, end.broken)
}

const verdictOn = (world: IntentWorld, id: number, lookedBefore: boolean) => {
  const { base } = flightOf(world, id)
  const intent = { id: `${id}`, base: asRead(base, 0), change: { kind: "update", patch: PATCH } } as const
  const now = { kind: "found", event: asRead(world.event, world.event.marker) } as const
  return judgeReadBack(intent, now, lookedBefore).kind
}

/** No answer came: the sender looks once and leaves the rest to recovery. */
function timedOut(world: IntentWorld, id: number, guards: FlightGuards): Made {
  const verdict = verdictOn(world, id, !guards.lookTwice)
  const gone = change(world, id, { sender: "gone" })
  if (verdict === "lookAgain") return whole(gone, "timeOut: nothing")
  const end = finished(gone, id, `s${id}`, verdict, guards)
  return whole(end.state, `timeOut: ${end.answer}`, end.broken)
}

function reclaimed(world: IntentWorld, id: number, guards: FlightGuards): Made {
  const { world: next, answer } = ask(
    world,
    { kind: "reclaim", at: 0, id: `${id}`, claimId: "r", leaseMs: LEASE },
    guards,
  )
  return whole(change(next, id, { recovering: answer === "reclaimed" }), `reclaim: ${answer}`)
}

function recovered(world: IntentWorld, id: number, guards: FlightGuards): Made {
  const row = world.db.intents[id]
  const idle = change(world, id, { recovering: false })
  if (!guards.recoveryOnlyReads && row?.state === "SENT")
    return whole(change(idle, id, { request: "flying", fuel: FLIGHT, base: world.event }), "recover: sent again")
  const verdict =
    row?.state === "PREPARED" ? "notApplied" : verdictOn(world, id, row?.lookedBefore === true || !guards.lookTwice)
  if (verdict !== "lookAgain") {
    const end = finished(idle, id, "r", verdict, guards)
    return whole(end.state, `recover: ${end.answer}`, end.broken)
  }
  const { world: next, answer } = ask(
    idle,
    { kind: "defer", at: 0, id: `${id}`, claimId: "r", waitMs: LOOK_AGAIN },
    guards,
  )
  return whole(next, `recover: ${answer}`)
}
