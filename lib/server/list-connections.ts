import "server-only"
import type { Calendar } from "../domain/event"
import type { Person } from "../domain/person"
import type { Calendars, ConnectionSummary } from "../ports/calendars"
import { choiceOf, type OwnCalendar, problemOf, type ReadProblem } from "./read-calendars"

export interface ListedConnection extends ConnectionSummary {
  readonly calendars: readonly (Calendar & OwnCalendar["choice"])[] | null
  readonly problem: ReadProblem["kind"] | null
}

/** Every account of a person with its calendars, those put away too, and what they chose for each. */
export async function listConnections(
  { calendars }: { readonly calendars: Calendars },
  { workspaceId, userId }: Person,
): Promise<readonly ListedConnection[]> {
  const [connections, choices] = await Promise.all([
    calendars.connections(workspaceId, userId),
    calendars.choices(workspaceId, userId),
  ])
  return Promise.all(
    connections.map(async (connection): Promise<ListedConnection> => {
      const account = connection.status === "live" ? await calendars.open(workspaceId, userId, connection.id) : null
      const answer = account ? await account.calendars() : { kind: "reconnect" as const }
      if (answer.kind !== "calendars") return { ...connection, calendars: null, problem: problemOf(answer.kind) }
      const own = answer.calendars.map((each) => ({ ...each, ...choiceOf(choices, connection.id, each.id) }))
      return { ...connection, calendars: own, problem: null }
    }),
  )
}
