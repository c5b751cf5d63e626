import "server-only"
import { changed as after } from "../domain/change"
import { type CalendarEvent, type EventKey, eventKey, parseEventKey } from "../domain/event"
import { epochMs } from "../domain/plan"
import { isOurs, judgeOpen, type StaleReason, type StaleStep } from "../domain/staleness"
import type { Seen } from "../domain/version"
import { isoInstant } from "../domain/zoned-time"
import type { AssistantStore, StoredOperation, StoredProposal } from "../ports/assistant-store"
import type { CalendarProvider, Window } from "../ports/calendar-provider"
import type { Sighting, SyncRun, SyncStep, SyncStore } from "../ports/sync-store"
import { whoChanged } from "./conflict-of"
import { logOf } from "./log-of"
import { sightEvents } from "./sight-events"

export interface JudgeDeps {
  readonly sync: Pick<SyncStore, "now" | "cachedEvents" | "ownWrites">
  readonly store: Pick<AssistantStore, "openProposals">
}

/** What one reading of a calendar has found. */
export interface CalendarReading {
  readonly sightings: readonly Sighting[]
  readonly removed: ReadonlySet<EventKey>
  /** Series of which an instance is gone. */
  readonly shrunk: readonly EventKey[]
  /** What is followed of the calendar. */
  readonly window: Window
}

/** The same reading, with what was read by itself for judging it, and what it means for proposals. */
export interface Judged extends Pick<CalendarReading, "sightings" | "removed"> {
  readonly stale: SyncStep["stale"]
  /** Because of these events. */
  readonly staleBy: ReadonlySet<EventKey>
  /** A proposal is younger than this reading and differs from it: only a later reading can tell who is right. */
  readonly early: boolean
}

/**
 * What a change at the provider means for the person's proposals that wait for a yes: which of them no longer stand on what is there, and why. Our own writes make none stale.
 * Reads only; the caller writes the reading and what is stale by it in one transaction.
 */
export async function judgeProposals(
  deps: JudgeDeps,
  run: SyncRun,
  provider: CalendarProvider,
  reading: CalendarReading,
): Promise<Judged> {
  const proposals = await deps.store.openProposals(run.workspaceId, run.userId)
  const open = proposals.filter((proposal) => proposal.state === "open")
  const masters = await sightMasters(deps, provider, open, reading)
  const listed = {
    sightings: [...reading.sightings, ...masters.sightings],
    removed: new Set([...reading.removed, ...masters.gone]),
  }
  if (open.length === 0) return { ...listed, stale: [], staleBy: new Set(), early: false }
  const planned = open.flatMap((proposal) => proposal.operations)
  const cached = await cachedOf(deps, run, planned, listed)
  const lost = await sightLost(deps, run, provider, planned, cached, { ...listed, window: reading.window })
  const sightings = [...listed.sightings, ...lost.sightings]
  const removed = new Set([...listed.removed, ...lost.gone])
  const seen = [...sightings.map((each) => each.seen), ...cached]
  const changed = await byOutsiders(deps, run, seen)
  const { stale, early } = judgeOpen(open, { changed, removed, startedAt: run.startedAt })
  return {
    sightings,
    removed,
    stale: await Promise.all(
      stale.map(async ({ proposal, steps }) => staleRow(proposal, steps, await reasonOf(provider, steps, seen))),
    ),
    staleBy: new Set(stale.flatMap(({ steps }) => steps.map((step) => step.key))),
    early,
  }
}

/** Lists bring instances, no series: of a series that somebody plans to change the master is read too when one of its instances has changed or is gone. */
async function sightMasters(
  { sync }: JudgeDeps,
  provider: CalendarProvider,
  open: readonly StoredProposal[],
  { sightings, shrunk, removed }: CalendarReading,
): Promise<Pick<CalendarReading, "sightings"> & { readonly gone: readonly EventKey[] }> {
  const changed = sightings.map(({ seen }) => seen.value.seriesId && seriesKeyOf(seen.value))
  const series = new Set([...changed, ...shrunk])
  const touched = open
    .flatMap((proposal) => proposal.operations)
    .filter((op) => op.base.value.shape === "series" && !removed.has(op.key))
    .map((op) => op.key)
    .filter((key) => series.has(key))
  if (touched.length === 0) return { sightings: [], gone: [] }
  return sightEvents(sync, provider, [...new Set(touched)])
}

const seriesKeyOf = (event: CalendarEvent): EventKey =>
  eventKey({ ...event.ref, eventId: event.seriesId ?? event.ref.eventId })

type Listed = Pick<CalendarReading, "sightings" | "removed">

/*
 * What came between a plan's reading and its being stored was judged without it. So it is judged with the next reading, which begins soon then (`sync_due`): not only by what that brings,
 * but by what is known of its events and of where something is to go.
 */

/** What is cached of the plans' own events, and of their target slots, where this reading brings nothing newer. */
async function cachedOf(
  { sync }: JudgeDeps,
  run: SyncRun,
  planned: readonly StoredOperation[],
  { sightings, removed }: Listed,
): Promise<readonly Seen<CalendarEvent>[]> {
  const newer = new Set([...sightings.map(({ seen }) => eventKey(seen.value.ref)), ...removed])
  const ids = planned.filter((op) => isHere(run, parseEventKey(op.key))).map((op) => parseEventKey(op.key).eventId)
  const slots = planned.filter((op) => op.slot.calendars.some((calendar) => isHere(run, calendar))).map(slotOf)
  const cached = await sync.cachedEvents(run, ids, slots)
  return cached.filter(({ value }) => !newer.has(eventKey(value.ref)))
}

/** The plans' events that should be among what is followed and are not: gone, or moved away, which they are asked about by themselves. */
async function sightLost(
  { sync }: JudgeDeps,
  run: SyncRun,
  provider: CalendarProvider,
  planned: readonly StoredOperation[],
  cached: readonly Seen<CalendarEvent>[],
  { sightings, removed, window }: Omit<CalendarReading, "shrunk">,
): Promise<{ readonly sightings: readonly Sighting[]; readonly gone: readonly EventKey[] }> {
  const known = new Set([...sightings.map(({ seen }) => seen), ...cached].map(({ value }) => eventKey(value.ref)))
  const lost = planned
    .filter((op) => op.change.kind !== "create" && op.base.value.shape !== "series")
    .filter((op) => isHere(run, parseEventKey(op.key)) && isIn(window, op.base.value))
    .map((op) => op.key)
    .filter((key) => !known.has(key) && !removed.has(key))
  return lost.length === 0 ? { sightings: [], gone: [] } : sightEvents(sync, provider, [...new Set(lost)])
}

const isHere = (run: SyncRun, at: { readonly connectionId: string; readonly calendarId: string }): boolean =>
  at.connectionId === run.connectionId && at.calendarId === run.calendarId

const isIn = ({ from, to }: Window, { start, end }: CalendarEvent): boolean =>
  epochMs(end) > Date.parse(from) && epochMs(start) < Date.parse(to)

function slotOf({ base, change }: StoredOperation): Window {
  const { start, end } = after(base.value, change)
  return { from: isoInstant(epochMs(start)), to: isoInstant(epochMs(end)) }
}

async function byOutsiders(
  { sync }: JudgeDeps,
  { workspaceId }: SyncRun,
  seen: readonly Seen<CalendarEvent>[],
): Promise<readonly Seen<CalendarEvent>[]> {
  const keys = new Set(seen.flatMap(({ value }) => [eventKey(value.ref), seriesKeyOf(value)]))
  const markers = seen.flatMap(({ value }) => value.marker ?? [])
  const writes = await sync.ownWrites(workspaceId, [...keys], markers)
  return writes.length === 0 ? seen : seen.filter((each) => !isOurs(each, writes))
}

/** Who deleted something, or put something in a slot, nobody can tell. */
async function reasonOf(
  provider: CalendarProvider,
  [step]: readonly StaleStep[],
  seen: readonly Seen<CalendarEvent>[],
): Promise<StaleReason> {
  const event = seen.find(({ value }) => eventKey(value.ref) === step?.key)
  const by = step?.why === "changed" && event ? await whoChanged(provider, event.value) : "someone"
  return { why: step?.why ?? "changed", by }
}

const staleRow = (
  proposal: StoredProposal,
  steps: readonly StaleStep[],
  reason: StaleReason,
): SyncStep["stale"][number] => ({
  proposalId: proposal.id,
  reason,
  log: logOf.stale(
    proposal,
    steps.map((step) => step.key),
    [...new Set(steps.map((step) => step.why))],
  ),
})
