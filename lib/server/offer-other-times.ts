import "server-only"
import { eventKey } from "../domain/event"
import type { Conflict } from "../domain/outcome"
import type { Person } from "../domain/person"
import { epochMs, type Plan } from "../domain/plan"
import { rankSlots } from "../domain/rank-slots"
import { QUARTER_MS } from "../domain/taken-time"
import { HOUR_MS } from "../domain/zoned-time"
import type { StoredAnswer } from "../ports/assistant-store"
import { answer } from "./answer"
import { lookAround } from "./look-around"
import { offered } from "./offered"
import type { ProposeDeps } from "./propose"
import { ownTimeOf, type TimeNeeds, timesOf, wantedWithin } from "./times-of-people"

export type OfferDeps = ProposeDeps & TimeNeeds

const AHEAD_MS = 14 * 24 * HOUR_MS
const AROUND_MS = 7 * 24 * HOUR_MS
const MOST = 4

/** "Pick another time": times near the one intended at which the person and the guests are free, as a question in the chat. Proposes, never applies (T9). Answers the turn's id. */
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
  const read = ownTimeOf(looked.read)
  const others = read.events.filter((e) => eventKey(e.ref) !== eventKey(event.ref))
  const { now, until } = looked.turn.facts
  const from = Date.parse(now)
  // as far as was looked, and beyond the wish
  const to = Math.max(from + AHEAD_MS, epochMs(wish.start) + AROUND_MS)
  const window = { from, to: until === undefined ? to : Math.min(to, Date.parse(until)) }
  const guests = event.attendees.filter(({ self, rsvp }) => !self && rsvp !== "declined")
  const emails = guests.map(({ email }) => email)
  // neither where it stands nor where it was to go is another time
  const own = { events: [...others, { ...event, busy: true }, { ...wish, busy: true }], accounts: read.accounts }
  const { people, unseen } = await timesOf(deps, person, own, emails, window)
  const found = rankSlots({
    people,
    unseen,
    within: wantedWithin(window, looked.turn.facts.preferences ?? [], person),
    durationMs: lengthMs,
    stepMs: QUARTER_MS,
    nearMs: epochMs(wish.start),
    most: MOST,
  })
  if (found.length === 0) return { kind: "refusal", reason: "no-free-slot" }
  const plans = found.map((slot): Plan => {
    const [at, end] = [new Date(slot.from).toISOString(), new Date(slot.to).toISOString()]
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
  return offered({ plans, found, unseen, guests, about: "new-time" }, looked.turn, person)
}
