import "server-only"
import { type EventKey, type EventRef, eventKey } from "../domain/event"
import { noLongerThere } from "../domain/no-longer-there"
import { backoffMs, syncWindow, windowIsOld } from "../domain/sync-times"
import type { AssistantStore } from "../ports/assistant-store"
import type { CalendarProvider, Window } from "../ports/calendar-provider"
import type { Changes, SyncRefusal } from "../ports/calendar-sync"
import type { CalendarSyncs, Calendars } from "../ports/calendars"
import type { Clock } from "../ports/clock"
import type { GuardedStore } from "../ports/guarded-store"
import type { FollowedCalendar, Jobs } from "../ports/jobs"
import type { CachedVersion, Sighting, SyncRun, SyncStore } from "../ports/sync-store"
import { correctLate } from "./correct-late"
import { type Judged, judgeProposals } from "./judge-proposals"
import { sightEvents } from "./sight-events"

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
  const { full, changed, removed: told, redrawn = [] } = answer
  const named = changed.map((seen) => seen.value.ref.eventId)
  const which = full || redrawn.length > 0 ? null : { ids: [...named, ...told], series: told }
  const known = await deps.sync.cached(run, which)
  let sightings = changed
    .filter((seen) => known.get(seen.value.ref.eventId)?.version !== seen.version)
    .map((seen): Sighting => ({ seen, seenFrom: run.startedAt, confirmed: false }))
  const { gone, pruned } = missing(answer, known, window)
  const shrunk = gone.flatMap((id) => known.get(id)?.seriesId ?? []).map((id) => eventKey(refOf(id)))
  let removed = new Set<EventKey>(gone.map((id) => eventKey(refOf(id))))
  const forgotten = pruned.map((id) => eventKey(refOf(id)))

  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const judged = await judgeProposals(deps, run, provider, { sightings, removed, shrunk, window })
    const applied = await apply(deps, run, judged, forgotten, {
      cursor: answer.cursor,
      window,
      nextMs: judged.early ? 0 : deps.pollMs,
    })
    if (applied.kind === "superseded") return { kind: "over" }
    if (applied.kind === "applied") {
      await correctLate(
        deps,
        run,
        judged.sightings.map((each) => each.seen),
      )
      if (judged.early) await deps.jobs.enqueue("sync-calendar", calendarOf(run))
      const { sightings: changed, removed: gone } = judged
      return { kind: "synced", changed: changed.length, removed: gone.size, stale: applied.stale }
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

/** A new start brings no tombstones (providers.md section 1): what it does not name is gone, or has only left the window. */
function missing(
  { full, changed, removed, redrawn }: Changes,
  known: ReadonlyMap<string, CachedVersion>,
  window: Window,
): { gone: readonly string[]; pruned: readonly string[] } {
  const named = new Set(changed.map((seen) => seen.value.ref.eventId))
  const absent = noLongerThere(known, { full, named, removed, redrawn })
  const inWindow = (id: string) => {
    const { startsAt = window.from, endsAt = window.to } = known.get(id) ?? {}
    return Date.parse(endsAt) > Date.parse(window.from) && Date.parse(startsAt) < Date.parse(window.to)
  }
  const gone = new Set([...removed, ...absent.filter(inWindow)])
  return { gone: [...gone], pruned: absent.filter((id) => !gone.has(id)) }
}

/** In batches; what makes a proposal stale is written last, with the proposal and the cursor. */
async function apply(
  deps: SyncDeps,
  run: SyncRun,
  { sightings, removed, stale, staleBy }: Judged,
  forgotten: readonly EventKey[],
  end: { cursor: string; window: Window; nextMs: number },
) {
  const last = ({ seen }: Sighting) => Number(staleBy.has(eventKey(seen.value.ref)))
  const ordered = [...sightings].sort((a, b) => last(a) - last(b))
  for (let at = 0; ; at += BATCH) {
    const isLast = at + BATCH >= ordered.length
    const applied = await deps.sync.apply(run, {
      changed: ordered.slice(at, at + BATCH),
      removed: isLast ? [...removed, ...forgotten] : [],
      stale: isLast ? stale : [],
      end: isLast ? end : null,
    })
    if (isLast || applied.kind !== "applied") return applied
  }
}

/** The events in doubt by themselves; the others as they were seen. Null: they cannot be read just now. */
async function readAgain(
  deps: SyncDeps,
  provider: CalendarProvider,
  sightings: readonly Sighting[],
  keys: readonly EventKey[],
): Promise<{ sightings: Sighting[]; gone: readonly EventKey[] } | null> {
  const doubtful = new Set(keys)
  const kept = sightings.filter(({ seen }) => !doubtful.has(eventKey(seen.value.ref)))
  const read = await sightEvents(deps.sync, provider, keys)
  if (read.unread) return null
  return { sightings: [...kept, ...read.sightings], gone: read.gone }
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
