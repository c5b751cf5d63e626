import "server-only"
import { type TurnFacts, turnFacts } from "../domain/facts"
import type { Person } from "../domain/person"
import { withOrder } from "./order-of"
import type { ProposeDeps } from "./propose"
import { type CalendarRead, readCalendars } from "./read-calendars"
import { readPreferences } from "./read-preferences"

const DAY_MS = 86_400_000
/** How far around now the assistant looks: a week back, six ahead. */
const LOOK_BACK_MS = 7 * DAY_MS
const LOOK_AHEAD_MS = 42 * DAY_MS
const MENTIONED = 5

export interface CalendarsSeen {
  readonly kind: "looked"
  readonly turn: TurnFacts
  readonly read: CalendarRead
  /** The open proposal that `turn.facts.proposed` is of. */
  readonly standing: string | null
}

export type Looked =
  | CalendarsSeen
  /** Nothing is connected, or nothing of it can be read just now. */
  | { readonly kind: "refusal"; readonly reason: "no-calendar" | "unreadable" }

/** What a chat turn stands on: a read of everything the person has. */
export async function lookAround(deps: ProposeDeps, person: Person): Promise<Looked> {
  const now = deps.clock.now()
  const window = { from: new Date(now - LOOK_BACK_MS).toISOString(), to: new Date(now + LOOK_AHEAD_MS).toISOString() }
  const { workspaceId, userId } = person
  const [read, touched, standing, { preferences }] = await Promise.all([
    readCalendars(deps.calendars, person, window, "recall"),
    deps.store.lastTouched(workspaceId, userId, MENTIONED),
    deps.store.standingOrder(workspaceId, userId),
    readPreferences(deps, person),
  ])
  if (read.calendars.length === 0)
    return { kind: "refusal", reason: read.problems.length > 0 ? "unreadable" : "no-calendar" }
  const turn = turnFacts(read.events, person, new Date(now).toISOString(), touched, window.to, preferences)
  return {
    kind: "looked",
    read,
    turn: standing ? withOrder(turn, standing.order) : turn,
    standing: standing?.proposalId ?? null,
  }
}
