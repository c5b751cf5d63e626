import "server-only"
import { type CalendarEvent, type EventKey, eventKey, parseEventKey } from "../domain/event"
import { isOurs, judgeOpen, type StaleReason, type StaleStep } from "../domain/staleness"
import type { Seen } from "../domain/version"
import type { AssistantStore, StoredProposal } from "../ports/assistant-store"
import type { CalendarProvider } from "../ports/calendar-provider"
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
}

/** The same reading, with the series that were read for judging it, and what it means for proposals. */
export interface Judged extends Omit<CalendarReading, "shrunk"> {
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
  const sightings = [...reading.sightings, ...masters.sightings]
  const removed = new Set([...reading.removed, ...masters.gone])
  if (open.length === 0) return { sightings, removed, stale: [], staleBy: new Set(), early: false }
  const seen = await standing(deps, run, open, sightings, removed)
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

/** What was seen, and of what the proposals are about what is cached: what came between a plan's reading and its being stored was judged without it. */
async function standing(
  { sync }: JudgeDeps,
  run: SyncRun,
  open: readonly StoredProposal[],
  sightings: readonly Sighting[],
  removed: ReadonlySet<EventKey>,
): Promise<readonly Seen<CalendarEvent>[]> {
  const planned = open.flatMap((proposal) => proposal.operations.map((op) => parseEventKey(op.key)))
  const here = planned.filter((ref) => ref.connectionId === run.connectionId && ref.calendarId === run.calendarId)
  const fresh = sightings.map(({ seen }) => seen)
  const freshKeys = new Set(fresh.map(({ value }) => eventKey(value.ref)))
  const cached = await sync.cachedEvents(
    run,
    here.map((ref) => ref.eventId),
  )
  const others = cached.filter(({ value }) => !freshKeys.has(eventKey(value.ref)) && !removed.has(eventKey(value.ref)))
  return [...fresh, ...others]
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
