import type { Model } from "./explore"
import { heard, prepared, reclaimed, recovered, sent, timedOut } from "./intent-moves"
import { edited, landed } from "./intent-provider"
import {
  change,
  FLIGHT_GUARDS,
  type FlightGuards,
  type IntentBounds,
  type IntentMove,
  type IntentWorld,
  type Made,
  ticked,
  whole,
} from "./intent-world"

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
    asked: [],
  },
  actions: (world) => movesOf(world, bounds),
  next: (world, move) => nextOf({ ...world, asked: [] }, move, guards),
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
      bug: {
        name: "a look that nobody notes",
        lead: ({ state }, _, move) => (move.kind === "recover" ? notLookedFor(state, move.id) : state),
      },
    },
  ],
})

function notLookedFor(world: IntentWorld, id: number): IntentWorld {
  const row = world.db.intents[id]
  if (!row) return world
  const intents = { ...world.db.intents, [id]: { ...row, lookedBefore: false } }
  return { ...world, db: { ...world.db, intents } }
}

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
