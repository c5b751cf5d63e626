import "server-only"
import { eventKey } from "../domain/event"
import type { Conflict } from "../domain/outcome"
import type { Person } from "../domain/person"
import { epochMs, type Plan } from "../domain/plan"
import { keptFree } from "../domain/preferences"
import { rankedSlots } from "../domain/ranked-slots"
import type { StoredAnswer } from "../ports/assistant-store"
import { answer } from "./answer"
import { choicesOf } from "./choices"
import { lookAround } from "./look-around"
import type { ProposeDeps } from "./propose"

export type OfferDeps = ProposeDeps

const DAYS = 14
const DAY_MS = 86_400_000
const MOST = 4

/** "Pick another time": free times near the one intended, as a question in the chat. Proposes, never applies (T9). Answers the turn's id. */
export async function offerOtherTimes(
  deps: OfferDeps,
  person: Person,
  { theirs, mine }: Pick<Conflict, "theirs" | "mine">,
): Promise<string> {
  const said = await otherTimes(deps, person, theirs.value, mine)
  return (await answer(deps, person, "Pick another time", said)).id
}

async function otherTimes(
  deps: OfferDeps,
  person: Person,
  event: Conflict["mine"],
  wish: Conflict["mine"],
): Promise<StoredAnswer> {
  const looked = await lookAround(deps, person)
  if (looked.kind === "refusal") return looked
  const id = looked.turn.idOf(eventKey(event.ref))
  if (!id || wish.start.kind !== "timed" || wish.end.kind !== "timed")
    return { kind: "refusal", reason: "missing-time" }
  const { timeZone } = event.start.kind === "timed" ? event.start : wish.start
  const lengthMs = epochMs(wish.end) - epochMs(wish.start)
  const others = looked.read.events
    .map((seen) => seen.value)
    .filter((e) => e.busy && eventKey(e.ref) !== eventKey(event.ref))
  const { now, preferences = [] } = looked.turn.facts
  // neither where it stands nor where it was to go is another time
  const taken = [...others, event, wish]
    .filter((e) => e.start.kind === "timed")
    .map((e) => ({ from: epochMs(e.start), to: epochMs(e.end) }))
  const window = { from: Date.parse(now), to: Date.parse(now) + DAYS * DAY_MS }
  const kept = keptFree(preferences, { start: now, end: new Date(window.to).toISOString() }, person.timeZone)
  const stretches = kept.map(({ start, end }) => ({ from: Date.parse(start), to: Date.parse(end) }))
  const starts = rankedSlots({
    me: {
      taken: [...taken, ...stretches],
      bufferMs: 0,
      timeZone: person.timeZone,
      workingHours: person.workingHours,
      focusBlocks: [],
    },
    guests: [],
    window,
    durationMs: lengthMs,
    near: Date.parse(wish.start.at),
    most: MOST,
  }).map(({ from }) => new Date(from).toISOString())
  if (starts.length === 0) return { kind: "refusal", reason: "no-free-slot" }
  const plans = starts.map((at): Plan => {
    const end = new Date(Date.parse(at) + lengthMs).toISOString()
    return {
      operations: [
        {
          kind: "move",
          target: id,
          scope: "this",
          to: { start: { kind: "timed", at, timeZone }, end: { kind: "timed", at: end, timeZone } },
        },
      ],
      readings: [],
    }
  })
  const about = "new-time"
  return { kind: "question", about, choices: choicesOf(plans, looked.turn, person.timeZone, about), chosen: null }
}
