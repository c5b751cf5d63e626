import { type EventRef, eventKey } from "../domain/event"
import { turnFacts } from "../domain/facts"
import type { StoredProposal } from "../ports/assistant-store"
import { propose } from "../server/propose"
import { readCalendars } from "../server/read-calendars"
import type { Scene, SceneDeps } from "./scene"

const DAY_MS = 86_400_000

/**
 * A proposal to move one event, by the real use case: everything but the words. Only the day it goes to is read, so that its cost does not grow
 * with the calendar.
 * @param to instants
 */
export async function proposeMove(
  deps: SceneDeps,
  { person }: Pick<Scene, "person">,
  ref: EventRef,
  to: { start: string; end: string },
): Promise<StoredProposal> {
  const day = Math.floor(Date.parse(to.start) / DAY_MS) * DAY_MS
  const window = { from: new Date(day).toISOString(), to: new Date(day + DAY_MS).toISOString() }
  const read = await readCalendars(deps.calendars, person, window)
  const turn = turnFacts(read.events, person, new Date(deps.clock.now()).toISOString(), [])
  const target = turn.idOf(eventKey(ref))
  if (!target) throw new Error("the event was not found on its calendar")
  const moment = (at: string) => ({ kind: "timed" as const, at, timeZone: person.timeZone })
  const moved = { start: moment(to.start), end: moment(to.end) }
  const plan = { operations: [{ kind: "move" as const, target, scope: "this" as const, to: moved }], readings: [] }
  const answer = await propose(deps, person, plan, turn, read)
  if (answer.kind !== "proposed") throw new Error(`no proposal: ${answer.reason}`)
  return answer.proposal
}
