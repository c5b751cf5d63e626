import { changed as after, type Change, standsAs } from "./change"
import { type CalendarEvent, type EventKey, eventKey, parseEventKey } from "./event"
import { careDigest } from "./event-diff"
import { newlyTaken, type SlotView, slotTaken } from "./slot"
import type { Seen } from "./version"

/** A write of ours, as far as it is known, for telling our own traces from other people's. */
export interface OwnWrite {
  readonly id: string
  readonly key: EventKey
  /** Null while it is under way. */
  readonly outcome: string | null
  readonly change: Change
  readonly proposalId: string
  readonly position: number
  /** The version it left behind, when that is known. */
  readonly leftVersion: string | null
}

/**
 * Whose doing is what was seen? `ours`: our mark is on it and it stands as we meant it, or it is the very version that a write of ours left behind.
 * The mark stays in an event for good, so by itself it proves nothing: an event that bears it and no longer stands as meant was changed since. A write that is still under
 * way counts too: sync may overtake its outcome.
 */
export function isOurs(seen: Seen<CalendarEvent>, writes: readonly OwnWrite[]): boolean {
  const key = eventKey(seen.value.ref)
  const seriesKey = seen.value.seriesId && eventKey({ ...seen.value.ref, eventId: seen.value.seriesId })
  return writes.some((write) => {
    const left = whereItLeft(write)
    // the instances of a split's new series have names of their own, and its version until somebody changes one
    const known = left === key || left === seriesKey || write.change.kind === "split"
    if (write.leftVersion === seen.version && known) return true
    // a new event has the name that its provider gave it, and our mark
    const same = left === key || write.change.kind === "create" || write.change.kind === "split"
    return same && seen.value.marker === write.id && standsAs(seen.value, write.change)
  })
}

/** The key of the event after the write: another one when it went to another calendar. */
const whereItLeft = ({ key, change }: OwnWrite): EventKey =>
  change.kind === "move" ? eventKey({ ...parseEventKey(key), calendarId: change.toCalendarId }) : key

/** A write that was given up for lost, and whose mark has turned up after all. */
export const turnedUp = (seen: Seen<CalendarEvent>, writes: readonly OwnWrite[]): OwnWrite | null =>
  writes.find((write) => write.id === seen.value.marker && write.outcome === "notApplied") ?? null

/** A step of a proposal that nobody has said yes to yet. */
export interface PlannedStep {
  readonly key: EventKey
  readonly base: Seen<CalendarEvent>
  readonly change: Change
  readonly slot: SlotView
}

export interface StaleStep {
  readonly key: EventKey
  /** `changed`: its event is no longer what the plan was made on. `gone`: it is not there any more. `slot`: something was put where it is to go. */
  readonly why: "changed" | "gone" | "slot"
}

/** Why a proposal is stale, for its card. `by` is "you" only when nobody else can have done it. */
export interface StaleReason {
  readonly why: StaleStep["why"]
  readonly by: "you" | "someone"
}

/**
 * Which steps of a plan no longer stand on what is there (design.md, step 6). `changed` holds what outsiders changed, never our own writes; only fields
 * that people care about count (B3), and in the target slot only what was not there before (B2).
 */
export function staleSteps(
  steps: readonly PlannedStep[],
  changed: readonly Seen<CalendarEvent>[],
  removed: ReadonlySet<EventKey>,
): StaleStep[] {
  const now = new Map(changed.map((seen) => [eventKey(seen.value.ref), seen.value]))
  const together = steps.map((step) => step.base.value.ref)
  return steps.flatMap((step): StaleStep[] => {
    const event = now.get(step.key)
    if (removed.has(step.key)) return [{ key: step.key, why: "gone" }]
    if (event && careDigest(event) !== careDigest(step.base.value)) return [{ key: step.key, why: "changed" }]
    const looked = new Set(step.slot.calendars.map((c) => `${c.connectionId} ${c.calendarId}`))
    const there = [...now.values()].filter((e) => looked.has(`${e.ref.connectionId} ${e.ref.calendarId}`))
    const taken = slotTaken(there, after(step.base.value, step.change), together)
    return newlyTaken(step.slot.taken, taken) ? [{ key: step.key, why: "slot" }] : []
  })
}

/** A proposal that waits for a yes. `createdAt`: ISO, by the clock of a reading's `startedAt`. */
export interface OpenProposal {
  readonly createdAt: string
  readonly operations: readonly PlannedStep[]
}

interface JudgedOpen<P> {
  readonly stale: readonly { readonly proposal: P; readonly steps: readonly StaleStep[] }[]
  /** One is not older than the reading and differs from it: only a later reading can tell who is right. */
  readonly early: boolean
}

/** What a reading means for open proposals. Stale are those that were there before it began and do not stand on it any more. */
export function judgeOpen<P extends OpenProposal>(
  open: readonly P[],
  reading: {
    readonly changed: readonly Seen<CalendarEvent>[]
    readonly removed: ReadonlySet<EventKey>
    readonly startedAt: string
  },
): JudgedOpen<P> {
  const differing = open
    .map((proposal) => ({ proposal, steps: staleSteps(proposal.operations, reading.changed, reading.removed) }))
    .filter(({ steps }) => steps.length > 0)
  const since = Date.parse(reading.startedAt)
  const isOlder = ({ proposal }: { readonly proposal: P }) => Date.parse(proposal.createdAt) < since
  return { stale: differing.filter(isOlder), early: !differing.every(isOlder) }
}
