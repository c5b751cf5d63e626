import "server-only"
import type { CalendarEvent, EventPatch } from "../domain/event"
import type { Person } from "../domain/person"
import type { Seen } from "../domain/version"
import { type Acted, actOnEvent } from "./act-on-event"
import type { CommitDeps } from "./commit-operation"
import type { ProposeDeps } from "./propose"

/** A drag, a resize or an edit on the grid. */
export const editEvent = (
  deps: CommitDeps & ProposeDeps,
  person: Person,
  seen: Seen<CalendarEvent>,
  patch: EventPatch,
): Promise<Acted> => actOnEvent(deps, person, seen, { kind: "update", patch })
