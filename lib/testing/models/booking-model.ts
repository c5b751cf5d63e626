import type { Booking, Hold } from "../../domain/booking"
import { BOOKING_GUARDS, type BookingReply, step } from "../../domain/protocol/booking"
import type { BookingGuards } from "../../domain/protocol/booking-meeting"
import {
  brokenInvariants,
  type CalendarState,
  emptyCalendar,
  wrongfulEndings,
} from "../../domain/protocol/booking-state"
import { HISTORY_OWNER, HISTORY_START, idOf } from "../booking/histories"
import {
  again,
  BLOCK,
  type BookingBounds,
  type BookingMove,
  type BookingWorld,
  iso,
  lastOf,
  SLOT_OF,
  standing,
  TICK_MS,
  timesOf,
} from "./booking-world"
import type { Model } from "./explore"

/** The booking rule among agents and an owner who changes the ranks, time without end. */
export function bookingModel(
  bounds: BookingBounds,
  guards: BookingGuards = BOOKING_GUARDS,
): Model<BookingWorld, BookingMove> {
  const calendar = emptyCalendar(
    { ownerId: HISTORY_OWNER, calendarId: "main" },
    timesOf(bounds),
    prioritiesOf(bounds, 0),
  )
  return {
    name: "booking",
    bounds: `${bounds.rankings[0]?.length} agents, ${bounds.rankings.length} rankings, slots ${bounds.slots.join("/")}, holds and bump windows of 1 tick`,
    initial: { calendar, now: HISTORY_START, ranking: 0, serial: 0, before: calendar },
    actions: (world) => movesOf(world, bounds),
    next: (world, move) => nextOf(world, move, bounds, guards),
    pack: (world) => pack(world, bounds, guards),
    edges: BOOKING_EDGES,
    progress: [
      {
        name: "a hold ends by time alone",
        goal: ({ calendar: { holds } }) => Object.values(holds).every(({ state }) => state !== "live"),
        helped: ({ kind }) => kind === "tick" || kind === "expire",
        bug: {
          name: "time that ends no hold",
          lead: ({ state }, from, { kind }) => (kind === "expire" ? from : state),
        },
      },
      {
        name: "whatever was booked, an agent's slot can come free again",
        goal: ({ calendar: { taken, blocks } }) => taken.length === 0 && blocks.length === 0,
        helped: ({ kind }) => kind !== "hold" && kind !== "commit",
        bug: {
          name: "a cancel that frees nothing",
          lead: ({ state }, from, { kind }) => (kind === "cancel" ? from : state),
        },
      },
    ],
  }
}

const REFUSED = ["outranked hold-vs-hold", "outranked hold-vs-commit-inside-bump", "outranked commit-vs-frozen", "busy"]
export const BOOKING_EDGES: readonly string[] = [
  "hold: outranked hold-vs-commit-inside-bump of a lower rank",
  "hold: outranked commit-vs-frozen of a lower rank",
  "commit: outranked commit-vs-frozen of a lower rank",
  "tick",
  ...["held", "held, displacing", ...REFUSED, "limited too-many-holds", "limited held-before"].map(
    (one) => `hold: ${one}`,
  ),
  ...[
    "committed",
    "committed, displacing",
    "committed, evicting",
    "committed, evicting and displacing",
    ...REFUSED.slice(1),
  ].map((one) => `commit: ${one}`),
  ...[
    "committed",
    "outranked hold-vs-hold",
    "outranked hold-vs-commit-inside-bump",
    "busy",
    "expired used",
    "expired released",
    "expired ttl",
  ].map((one) => `commit from hold: ${one}`),
  ...["released", "ended"].map((one) => `release: ${one}`),
  ...["cancelled", "ended"].map((one) => `cancel: ${one}`),
  ...["nothing met", "displacing", "evicting", "evicting and displacing", "frozen stays"].map((one) => `block: ${one}`),
  "unblock: done",
  "rank: done",
  "expire: done",
]

const prioritiesOf = ({ rankings }: BookingBounds, ranking: number): Readonly<Record<string, number>> =>
  Object.fromEntries((rankings[ranking] ?? []).map((agent, n) => [agent, n + 1]))

function movesOf({ calendar, ranking, serial }: BookingWorld, bounds: BookingBounds): BookingMove[] {
  const id = idOf(serial + 1)
  const title = "t"
  const agents = bounds.rankings[0] ?? []
  const holds = askedFor(calendar.holds, bounds)
  const bookings = askedFor(calendar.bookings, bounds)
  return [
    { kind: "tick" },
    { kind: "expire" },
    calendar.blocks.length === 0
      ? { kind: "block", block: BLOCK }
      : { kind: "unblock", source: BLOCK.source, id: BLOCK.id },
    ...(bounds.rankings.length > 1
      ? [{ kind: "rank", priorities: prioritiesOf(bounds, (ranking + 1) % bounds.rankings.length) } as const]
      : []),
    ...agents.flatMap((agentId) =>
      bounds.slots.flatMap((name): BookingMove[] => [
        { kind: "hold", agentId, id, slot: SLOT_OF[name] },
        { kind: "commit", agentId, id, from: { slot: SLOT_OF[name] }, title },
      ]),
    ),
    ...holds.flatMap(({ agentId, id: holdId }): BookingMove[] => [
      { kind: "commit", agentId, id, from: { holdId }, title },
      { kind: "release", agentId, holdId },
    ]),
    ...bookings.map(
      ({ id: bookingId, agentId }): BookingMove => ({ kind: "cancel", by: { kind: "agent", id: agentId }, bookingId }),
    ),
  ]
}

function nextOf(world: BookingWorld, move: BookingMove, bounds: BookingBounds, guards: BookingGuards) {
  if (move.kind === "tick") return { state: { ...world, now: world.now + TICK_MS }, edge: "tick", broken: [] }
  const { calendar, now, serial } = world
  const { state, reply } = step(calendar, move, now, guards, world.before)
  const ranking = move.kind === "rank" ? (world.ranking + 1) % bounds.rankings.length : world.ranking
  const kind = move.kind === "commit" && "holdId" in move.from ? "commit from hold" : move.kind
  return {
    state: { calendar: state, now, ranking, serial: serial + 1, before: calendar },
    edge: `${kind}: ${wordFor(reply)}`,
    broken: [...brokenInvariants(state), ...wrongfulEndings(calendar, state, iso(now))],
  }
}

function wordFor(reply: BookingReply): string {
  switch (reply.kind) {
    case "outranked":
      return `outranked ${reply.pattern}${reply.yourPriority < reply.winner.priority ? " of a lower rank" : ""}`
    case "limited":
      return `limited ${reply.reason}`
    case "expired":
      return `expired ${reply.how}`
    case "held":
    case "committed":
    case "blocked":
      return wordForEnded(reply)
    default:
      return reply.kind
  }
}

function wordForEnded(reply: Extract<BookingReply, { kind: "held" | "committed" | "blocked" }>): string {
  const evicts = "evicted" in reply && reply.evicted.length > 0 ? ["evicting"] : []
  const ends = [...evicts, ...(reply.displaced.length > 0 ? ["displacing"] : [])].join(" and ")
  if (reply.kind !== "blocked") return ends ? `${reply.kind}, ${ends}` : reply.kind
  return ends || (reply.frozen.length > 0 ? "frozen stays" : "nothing met")
}

function pack(world: BookingWorld, { asksForEnded }: BookingBounds, guards: BookingGuards): string {
  const things = Object.values(standing(world)).map(({ k, g, p, left }) => `${k[0]}${g}${p}${left}`)
  const agents = Object.keys(world.calendar.priorities).sort()
  const waits = agents.map((agent) => Object.values(again(world, agent)).join(""))
  const key: (string | number)[] = [...things, world.calendar.blocks.length, world.ranking, ...waits]
  if (asksForEnded) key.push(...agents.map((agent) => endsOf(world.calendar, agent)))
  // whoever decides without the lock remembers more
  if (!guards.decideUnderLock) key.push(world.serial)
  return key.join(" ")
}

const endsOf = ({ holds, bookings }: CalendarState, agent: string): string =>
  [lastOf(holds, agent), lastOf(bookings, agent)].map((one) => `${one?.state[0]}${one?.endedBy?.kind[0]}`).join("")

const askedFor = <T extends Hold | Booking>(all: Readonly<Record<string, T>>, { asksForEnded }: BookingBounds): T[] =>
  Object.values(all).filter((one) => one.state === "live" || (asksForEnded && lastOf(all, one.agentId) === one))
