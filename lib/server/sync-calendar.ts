import "server-only"
import { type CalendarEvent, type EventKey, type EventRef, eventKey, parseEventKey } from "../domain/event"
import { isOurs, type StaleReason, type StaleStep, staleSteps } from "../domain/staleness"
import { backoffMs, syncWindow, windowIsOld } from "../domain/sync-times"
import type { Seen } from "../domain/version"
import type { AssistantStore, StoredProposal } from "../ports/assistant-store"
import type { CalendarProvider, Window } from "../ports/calendar-provider"
import type { Changes, SyncRefusal } from "../ports/calendar-sync"
import type { CalendarSyncs, Calendars } from "../ports/calendars"
import type { Clock } from "../ports/clock"
import type { GuardedStore } from "../ports/guarded-store"
import type { FollowedCalendar, Jobs } from "../ports/jobs"
import type { CachedVersion, Sighting, SyncRun, SyncStore } from "../ports/sync-store"
import { whoChanged } from "./conflict-of"
import { correctLate } from "./correct-late"
import { logOf } from "./log-of"
import { found } from "./read-outcome"

export interface SyncDeps {
  readonly sync: SyncStore
  readonly syncs: CalendarSyncs
  readonly calendars: Calendars
  readonly store: AssistantStore
  readonly guarded: GuardedStore
  readonly jobs: Jobs
  readonly clock: Clock
  /** How often a calendar is read again although nobody has called. */
  readonly pollMs: number
}

export type SyncEnd =
  | { readonly kind: "synced"; readonly changed: number; readonly removed: number; readonly stale: readonly string[] }
  /** No answer; it is tried again after `waitMs`. */
  | { readonly kind: "later"; readonly waitMs: number; readonly why: SyncRefusal["kind"] | "kept-moving" }
  /** The cursor was of no use any more: a new start is ordered. */
  | { readonly kind: "anew" }
  /** Not followed any more, or somebody began later. */
  | { readonly kind: "over" }

/** So many events are written in one transaction. */
const BATCH = 1_000
const TRIES = 3

/**
 * Reads again what has changed in one calendar and writes it down: cache, heads, and the open proposals that no longer stand on what is there, in one
 * transaction with their log rows (design.md, step 6).
 *
 * Guarantees: never goes back to a state that a write of ours has replaced (in doubt the event itself is read, and that wins); our own writes make nothing stale,
 * also when they are seen before their outcome is known. Nothing of it is ever the base of a write. The caller holds nothing; two at once are fenced by `run`.
 */
export async function syncCalendar(deps: SyncDeps, calendar: FollowedCalendar): Promise<SyncEnd> {
  const { workspaceId, userId, connectionId, calendarId } = calendar
  const run = await deps.sync.begin(calendar)
  if (!run) return { kind: "over" }
  const [sync, provider] = await Promise.all([
    deps.syncs.open(workspaceId, userId, connectionId),
    deps.calendars.open(workspaceId, userId, connectionId),
  ])
  if (!sync || !provider) return later(deps, run, { kind: "reconnect", connectionId })

  const now = deps.clock.now()
  const goOn = run.cursor !== null && run.window !== null && !windowIsOld(run.window.from, now)
  const window = goOn && run.window ? run.window : syncWindow(now)
  const answer = await sync.changes(calendarId, goOn ? run.cursor : null, window)
  if (answer.kind === "cursorLost") {
    await deps.sync.fail(run, 0, true)
    await deps.jobs.enqueue("sync-calendar", calendar)
    return { kind: "anew" }
  }
  if (answer.kind !== "changes") return later(deps, run, answer)
  return write(deps, run, provider, answer, window)
}

/** Compares what was read with what was known, and writes the difference. */
async function write(
  deps: SyncDeps,
  run: SyncRun,
  provider: CalendarProvider,
  answer: Changes,
  window: Window,
): Promise<SyncEnd> {
  const refOf = (eventId: string): EventRef => ({
    connectionId: run.connectionId,
    calendarId: run.calendarId,
    eventId,
  })
  const named = answer.changed.map((seen) => seen.value.ref.eventId)
  const known = await deps.sync.cached(run, answer.full || answer.redrawn?.length ? null : named)
  let sightings = answer.changed
    .filter((seen) => known.get(seen.value.ref.eventId)?.version !== seen.version)
    .map((seen): Sighting => ({ seen, seenFrom: run.startedAt, confirmed: false }))
  const { gone, pruned } = missing(answer, known, window)
  let removed = new Set<EventKey>(gone.map((id) => eventKey(refOf(id))))
  const forgotten = pruned.map((id) => eventKey(refOf(id)))

  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const open = await openSteps(deps, run)
    const masters = await mastersOf(deps, provider, open, sightings, removed)
    const all = [...sightings, ...masters.sightings]
    const allRemoved = new Set([...removed, ...masters.gone])
    const { stale, early } = await judge(deps, run, provider, open, all, allRemoved)
    const applied = await apply(deps, run, all, [...allRemoved, ...forgotten], stale, {
      cursor: answer.cursor,
      window,
      nextMs: early ? 0 : deps.pollMs,
    })
    if (applied.kind === "superseded") return { kind: "over" }
    if (applied.kind === "applied") {
      await correctLate(
        deps,
        run,
        all.map((each) => each.seen),
      )
      if (early) await deps.jobs.enqueue("sync-calendar", calendarOf(run))
      return { kind: "synced", changed: all.length, removed: allRemoved.size, stale: applied.stale }
    }
    const again = await readAgain(deps, provider, sightings, applied.keys)
    if (!again) break
    sightings = again.sightings
    removed = new Set([...removed, ...again.gone])
  }
  return later(deps, run, { kind: "kept-moving" })
}

const calendarOf = ({ workspaceId, userId, connectionId, calendarId }: SyncRun): FollowedCalendar => ({
  workspaceId,
  userId,
  connectionId,
  calendarId,
})

/**
 * A new start brings no tombstones (providers.md section 1): what it does not name is gone, or has only left the window. The same of a series that was told as a whole.
 */
function missing(
  answer: Changes,
  known: ReadonlyMap<string, CachedVersion>,
  window: Window,
): { gone: readonly string[]; pruned: readonly string[] } {
  const named = new Set(answer.changed.map((seen) => seen.value.ref.eventId))
  const redrawn = new Set(answer.redrawn)
  const isTold = ([id, { seriesId }]: [string, CachedVersion]) =>
    answer.full || redrawn.has(id) || (seriesId !== null && redrawn.has(seriesId))
  const absent = [...known].filter((each) => isTold(each) && !named.has(each[0]))
  const inWindow = ([, { startsAt, endsAt }]: (typeof absent)[number]) =>
    Date.parse(endsAt) > Date.parse(window.from) && Date.parse(startsAt) < Date.parse(window.to)
  return {
    gone: [...new Set([...answer.removed, ...absent.filter(inWindow).map(([id]) => id)])],
    pruned: absent.filter((each) => !inWindow(each)).map(([id]) => id),
  }
}

/** Proposals that wait for a yes. */
async function openSteps(deps: SyncDeps, { workspaceId, userId }: SyncRun): Promise<readonly StoredProposal[]> {
  const proposals = await deps.store.openProposals(workspaceId, userId)
  return proposals.filter((proposal) => proposal.state === "open")
}

/** Lists bring instances, no series: of a series that somebody plans to change the master is read too when one of its instances has changed. */
async function mastersOf(
  deps: SyncDeps,
  provider: CalendarProvider,
  open: readonly StoredProposal[],
  sightings: readonly Sighting[],
  removed: ReadonlySet<EventKey>,
): Promise<{ readonly sightings: readonly Sighting[]; readonly gone: readonly EventKey[] }> {
  const series = new Set(sightings.map(({ seen }) => seen.value.seriesId && seriesKeyOf(seen.value)))
  const touched = open
    .flatMap((proposal) => proposal.operations)
    .filter((op) => op.base.value.shape === "series" && !removed.has(op.key))
    .map((op) => op.key)
    .filter((key) => series.has(key))
  if (touched.length === 0) return { sightings: [], gone: [] }
  return readEach(deps, provider, [...new Set(touched)])
}

const seriesKeyOf = (event: CalendarEvent): EventKey =>
  eventKey({ ...event.ref, eventId: event.seriesId ?? event.ref.eventId })

interface Judged {
  readonly stale: readonly { proposal: StoredProposal; steps: readonly StaleStep[]; reason: StaleReason }[]
  /** A proposal is younger than this reading and differs from it: only a later reading can tell who is right. */
  readonly early: boolean
}

async function judge(
  deps: SyncDeps,
  run: SyncRun,
  provider: CalendarProvider,
  open: readonly StoredProposal[],
  sightings: readonly Sighting[],
  removed: ReadonlySet<EventKey>,
): Promise<Judged> {
  if (open.length === 0) return { stale: [], early: false }
  const planned = open.flatMap((proposal) => proposal.operations.map((op) => parseEventKey(op.key)))
  const here = planned.filter((ref) => ref.connectionId === run.connectionId && ref.calendarId === run.calendarId)
  const fresh = sightings.map(({ seen }) => seen)
  const freshKeys = new Set(fresh.map(({ value }) => eventKey(value.ref)))
  // what was seen in the moment between a plan's reading and its being stored was judged without it
  const standing = await deps.sync.cachedEvents(
    run,
    here.map((ref) => ref.eventId),
  )
  const others = standing.filter(
    ({ value }) => !freshKeys.has(eventKey(value.ref)) && !removed.has(eventKey(value.ref)),
  )
  const seen = [...fresh, ...others]
  const outside = await outsiders(deps, run, seen)
  const differing = open
    .map((proposal) => ({ proposal, steps: staleSteps(proposal.operations, outside, removed) }))
    .filter(({ steps }) => steps.length > 0)
  const since = Date.parse(run.startedAt)
  const stale = differing.filter(({ proposal }) => Date.parse(proposal.createdAt) < since)
  return {
    stale: await Promise.all(
      stale.map(async ({ proposal, steps }) => ({ proposal, steps, reason: await reasonOf(provider, steps, seen) })),
    ),
    early: differing.some(({ proposal }) => Date.parse(proposal.createdAt) >= since),
  }
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

async function outsiders(
  deps: SyncDeps,
  { workspaceId }: SyncRun,
  seen: readonly Seen<CalendarEvent>[],
): Promise<readonly Seen<CalendarEvent>[]> {
  const keys = new Set(seen.flatMap(({ value }) => [eventKey(value.ref), seriesKeyOf(value)]))
  const markers = seen.flatMap(({ value }) => value.marker ?? [])
  const writes = await deps.sync.ownWrites(workspaceId, [...keys], markers)
  return writes.length === 0 ? seen : seen.filter((each) => !isOurs(each, writes))
}

/** In batches; what makes a proposal stale is written last, with the proposal and the cursor. */
async function apply(
  deps: SyncDeps,
  run: SyncRun,
  sightings: readonly Sighting[],
  removed: readonly EventKey[],
  stale: Judged["stale"],
  end: { cursor: string; window: Window; nextMs: number },
) {
  const steps = new Set(stale.flatMap(({ steps }) => steps.map((step) => step.key)))
  const last = ({ seen }: Sighting) => Number(stale.length > 0 && steps.has(eventKey(seen.value.ref)))
  const ordered = [...sightings].sort((a, b) => last(a) - last(b))
  for (let at = 0; ; at += BATCH) {
    const isLast = at + BATCH >= ordered.length
    const applied = await deps.sync.apply(run, {
      changed: ordered.slice(at, at + BATCH),
      removed: isLast ? removed : [],
      stale: isLast ? stale.map(staleRow) : [],
      end: isLast ? end : null,
    })
    if (isLast || applied.kind !== "applied") return applied
  }
}

const staleRow = ({ proposal, steps, reason }: Judged["stale"][number]) => ({
  proposalId: proposal.id,
  reason,
  log: logOf.stale(
    proposal,
    steps.map((step) => step.key),
    [...new Set(steps.map((step) => step.why))],
  ),
})

/** The events in doubt by themselves; the others as they were seen. Null: they cannot be read just now. */
async function readAgain(
  deps: SyncDeps,
  provider: CalendarProvider,
  sightings: readonly Sighting[],
  keys: readonly EventKey[],
): Promise<{ sightings: Sighting[]; gone: readonly EventKey[] } | null> {
  const doubtful = new Set(keys)
  const kept = sightings.filter(({ seen }) => !doubtful.has(eventKey(seen.value.ref)))
  const read = await readEach(deps, provider, keys)
  if (read.unread) return null
  return { sightings: [...kept, ...read.sightings], gone: read.gone }
}

/** One after the other: a mailbox takes four requests at once, and a person may want one of them. */
async function readEach(
  deps: SyncDeps,
  provider: CalendarProvider,
  keys: readonly EventKey[],
): Promise<{ sightings: Sighting[]; gone: EventKey[]; unread: boolean }> {
  const seenFrom = await deps.sync.now()
  const sightings: Sighting[] = []
  const gone: EventKey[] = []
  let unread = false
  for (const key of keys) {
    const read = await provider.get(parseEventKey(key))
    const seen = found(read)
    if (seen) sightings.push({ seen, seenFrom, confirmed: true })
    else if (read.kind === "gone") gone.push(key)
    else unread = true
  }
  return { sightings, gone, unread }
}

async function later(
  deps: SyncDeps,
  run: SyncRun,
  refusal: SyncRefusal | { readonly kind: "kept-moving" },
): Promise<SyncEnd> {
  const asked = refusal.kind === "throttled" ? refusal.retryAfterMs : 0
  const waitMs = Math.max(
    backoffMs(run.failures + 1, asked, Math.random()),
    refusal.kind === "reconnect" ? deps.pollMs : 0,
  )
  await deps.sync.fail(run, waitMs, false)
  const { workspaceId, userId, connectionId } = run
  if (refusal.kind === "gone") await deps.jobs.enqueue("follow-account", { workspaceId, userId, connectionId })
  return { kind: "later", waitMs, why: refusal.kind }
}
