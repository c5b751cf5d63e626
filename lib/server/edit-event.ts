import "server-only"
import type { CalendarEvent, EventPatch } from "../domain/event"
import { careDiff } from "../domain/event-diff"
import type { Person } from "../domain/person"
import type { Reading, Scope } from "../domain/plan"
import { losesOwnDates, shiftSeries } from "../domain/series"
import { UNGUARDED_SLOT } from "../domain/slot"
import { originalStartOf } from "../domain/split-series"
import type { Seen } from "../domain/version"
import type { NoProposal } from "../domain/wording-answers"
import type { StoredOperation } from "../ports/assistant-store"
import { type Acted, actOnEvent, carryOutAsPerson, whyNot } from "./act-on-event"
import type { CommitDeps } from "./commit-operation"
import { told, whyNotQuiet } from "./guests-told"
import { operationOf } from "./operation-of"
import { planFollowing } from "./plan-following"
import type { ProposeDeps } from "./propose"
import { found } from "./read-outcome"
import { storeProposal } from "./store-proposal"

export type Edited =
  | Acted
  /** What it costs was not on screen, so it waits for a yes of its own. */
  | { readonly proposalId: string; readonly applied: null }
  | { readonly kind: "refused"; readonly reason: NoProposal | "unreadable" }

/** A drag, a resize or an edit on the grid: of what was pulled, of it and all later ones of its series, or of all of them. @param tell as in `actOnEvent` */
export async function editEvent(
  deps: CommitDeps & ProposeDeps,
  person: Person,
  seen: Seen<CalendarEvent>,
  patch: EventPatch,
  scope: Scope = "this",
  tell = true,
): Promise<Edited> {
  const { ref, seriesId } = seen.value
  if (scope === "this" || seriesId === null || seriesId === ref.eventId)
    return actOnEvent(deps, person, seen, { kind: "update", patch }, tell)
  const reason = whyNot(seen.value, "update") ?? (await whyNotQuiet(deps.calendars, person, seen.value, tell))
  if (reason) return { kind: "forbidden", reason }
  const provider = await deps.calendars.open(person.workspaceId, person.userId, ref.connectionId)
  if (!provider) return { kind: "refused", reason: "unreadable" }
  // the series was not on screen, the instance was: it must still be what was pulled
  const instance = found(await provider.get(ref))
  if (!instance) return { kind: "refused", reason: "event-gone" }
  if (careDiff(seen.value, instance.value).length > 0) return { kind: "forbidden", reason: "plan-changed" }
  const series = { ...ref, eventId: seriesId }
  const { value } = instance
  if (scope === "series") return editSeries(deps, person, found(await provider.get(series)), value, patch, tell)

  const following = await planFollowing(provider, series, originalStartOf(value), patch)
  if (following.kind === "refused") return following
  if (following.kind === "whole") return editSeries(deps, person, following.series, value, patch, tell)
  const { loses } = following
  const operations = following.operations.map((op) => ({ ...op, notify: told(op.base.value, op.change, tell) }))
  return loses.length === 0 ? carryOutAsPerson(deps, person, operations) : waitingFor(deps, person, operations, loses)
}

async function waitingFor(
  deps: ProposeDeps,
  person: Person,
  operations: readonly StoredOperation[],
  readings: readonly Reading[],
): Promise<Edited> {
  const waiting = await storeProposal(deps, person, { origin: "person", operations, readings, undoOf: null })
  return { proposalId: waiting.id, applied: null }
}

async function editSeries(
  deps: CommitDeps & ProposeDeps,
  person: Person,
  series: Seen<CalendarEvent> | null,
  instance: CalendarEvent,
  { start, end, ...texts }: EventPatch,
  tell: boolean,
): Promise<Edited> {
  if (!series) return { kind: "refused", reason: "event-gone" }
  const to = { start: start ?? instance.start, end: end ?? instance.end }
  const shifted = start || end ? shiftSeries(series.value, instance, to) : {}
  if (!shifted) return { kind: "refused", reason: "series-day" }
  const change = { kind: "update" as const, patch: { ...texts, ...shifted } }
  const operations = [operationOf(0, series, change, UNGUARDED_SLOT, told(series.value, change, tell))]
  const connections = await deps.calendars.connections(person.workspaceId, person.userId)
  const provider = connections.find(({ id }) => id === series.value.ref.connectionId)?.provider
  return losesOwnDates(series.value, change, provider)
    ? waitingFor(deps, person, operations, ["own-dates-lost"])
    : carryOutAsPerson(deps, person, operations)
}
