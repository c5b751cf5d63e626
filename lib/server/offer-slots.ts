import "server-only"
import type { TurnFacts } from "../domain/facts"
import type { Person } from "../domain/person"
import type { CreateOperation, Plan, PlanAnswer } from "../domain/plan"
import { rankSlots } from "../domain/rank-slots"
import { isOutsideHours, QUARTER_MS } from "../domain/taken-time"
import { isoInstant } from "../domain/zoned-time"
import type { StoredAnswer } from "../ports/assistant-store"
import { offered } from "./offered"
import type { CalendarRead } from "./read-calendars"
import { ownTimeOf, type TimeNeeds, timesOf } from "./times-of-people"

export type Offered = { readonly kind: "plan"; readonly plan: Plan } | StoredAnswer

/** A free time that a planner found with a person's own events alone, looked for again with all that is known of everybody's time. Null: it was not such a search. */
export async function offerSlots(
  needs: TimeNeeds,
  person: Person,
  planned: Extract<PlanAnswer, { kind: "plan" | "question" }>,
  turn: TurnFacts,
  read: CalendarRead,
): Promise<Offered | null> {
  const { search } = planned
  const plan = planned.kind === "plan" ? planned.plan : planned.choices[0]
  const [op] = plan?.operations ?? []
  if (!search || !plan || op?.kind !== "create") return null
  const within = search.within.map(({ start, end }) => ({ from: Date.parse(start), to: Date.parse(end) }))
  const window = { from: Math.min(...within.map(({ from }) => from)), to: Math.max(...within.map(({ to }) => to)) }
  const guests = op.guests.flatMap((id) => turn.personOf(id) ?? [])
  const emails = guests.map(({ email }) => email)
  const { people, unseen } = await timesOf(needs, person, ownTimeOf(read), emails, window)
  const found = rankSlots({
    // where to look was said, and may be outside the person's hours
    people: people.map((one) => ({ ...one, flexible: true })),
    unseen,
    within,
    durationMs: search.lengthMs,
    stepMs: QUARTER_MS,
    nearMs: window.from,
    soonest: search.soonest,
    most: search.most,
  })
  const plans = found.map(({ from, to }) => placedAt(plan, op, { from, to }, turn))
  const [only] = plans
  if (!only) return { kind: "refusal", reason: "no-free-slot" }
  if (plans.length === 1) return { kind: "plan", plan: only }
  return offered({ plans, found, unseen, guests, about: "which-slot" }, turn, person)
}

function placedAt(
  { readings }: Plan,
  op: CreateOperation,
  slot: { readonly from: number; readonly to: number },
  { facts }: TurnFacts,
): Plan {
  const moment = (ms: number) => ({ kind: "timed" as const, at: isoInstant(ms), timeZone: facts.timeZone })
  const to = { start: moment(slot.from), end: moment(slot.to) }
  const kept = readings.filter((reading) => reading !== "guests-not-asked" && reading !== "outside-working-hours")
  const outside = isOutsideHours(to, facts) ? (["outside-working-hours"] as const) : []
  return { operations: [{ ...op, to }], readings: [...kept, ...outside] }
}
