import { judgeLoss } from "../../domain/change"
import type { CalendarEvent, EventPatch } from "../../domain/event"
import { judgeReadBack } from "../../domain/protocol/intent"
import type { Seen } from "../../domain/version"
import { calendarEvent, guest, seen, thursday } from "../builders"
import {
  type Content,
  change,
  type Flight,
  type FlightGuards,
  flightOf,
  type IntentWorld,
  type Made,
  whole,
} from "./intent-world"

/* The event at the provider: who changes it, what a request does to it, and what reading it back says. */

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

export function edited(world: IntentWorld, as: "reply" | "theirs"): IntentWorld {
  const { version, content, marker } = world.event
  const isOurs = content === "ours" || content === "oursThenTheirs"
  const next = isOurs ? (as === "theirs" ? "oursThenTheirs" : content) : content === "theirs" ? content : as
  return { ...world, edits: world.edits + 1, event: { version: version + 1, content: next, marker } }
}

export function landed(world: IntentWorld, id: number, guards: FlightGuards): Made {
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

/** The verdicts are the production code's, and the same at many edges: each is asked for once. */
const judged = new Map<string, unknown>()
function once<T>(key: string, judge: () => T): T {
  if (!judged.has(key)) judged.set(key, judge())
  return judged.get(key) as T
}

/** What somebody else's change since it was read means for the one that was asked for. */
export const lossOf = (world: IntentWorld, base: Flight["base"]) =>
  once(`${base.content} ${world.event.content}`, () =>
    judgeLoss(CONTENTS[base.content], CONTENTS[world.event.content], { kind: "update", patch: PATCH }),
  )

/** What reading the event back says of a request whose answer never came. */
export const verdictOn = (world: IntentWorld, id: number, lookedBefore: boolean) => {
  const { base } = flightOf(world, id)
  return once([id, ...Object.values(base), ...Object.values(world.event), lookedBefore].join(" "), () => {
    const intent = { id: `${id}`, base: asRead(base, 0), change: { kind: "update", patch: PATCH } } as const
    const now = { kind: "found", event: asRead(world.event, world.event.marker) } as const
    return judgeReadBack(intent, now, lookedBefore).kind
  })
}
