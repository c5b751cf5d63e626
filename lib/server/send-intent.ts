import "server-only"
import { type Change, judgeLoss } from "../domain/change"
import { type CalendarEvent, type EventRef, eventKey, parseEventKey } from "../domain/event"
import { careDigest } from "../domain/event-diff"
import type { Note, Outcome } from "../domain/outcome"
import { judgeReadBack } from "../domain/protocol/intent"
import type { Seen, Version } from "../domain/version"
import type { LogEntry } from "../ports/audit-log"
import type { CalendarProvider, WriteOptions, WriteOutcome } from "../ports/calendar-provider"
import { type ApprovedOperation, type CommitDeps, MOVED_WHILE_SPLITTING } from "./commit-operation"
import { conflictOf } from "./conflict-of"
import { type Flight, finishIntent } from "./finish-intent"
import { logOf } from "./log-of"
import { endOfReadBack, standingOf } from "./read-back"
import { found, lostRead, withKey } from "./read-outcome"

/** What is sent, on what, and why it may be. */
interface Sending {
  readonly op: ApprovedOperation
  readonly provider: CalendarProvider
  /** The read that this request's If-Match comes from. */
  readonly fresh: Seen<CalendarEvent>
  /** The refused intent that this one follows: its one successor (T4). */
  readonly after: string | null
  readonly notes: readonly Note[]
  /** Reads that led here, to be logged with the intent. */
  readonly reads: readonly LogEntry[]
}

/**
 * One intent, one conditional request. PREPARED and the consumed approval are committed before SENT, SENT before the request leaves, and the
 * outcome after its answer: whatever dies in between, recovery can tell by reading (reliability-security.md section 1).
 */
export async function sendIntent(deps: CommitDeps, sending: Sending): Promise<Outcome> {
  const { op, provider, fresh, after, notes } = sending
  const intentId = deps.ids.uuid()
  const flight: Flight = { ...op, intentId, claimId: deps.ids.uuid() }
  const prepared = await deps.guarded.prepare(
    {
      ...op,
      id: intentId,
      claimId: flight.claimId,
      seriesKey: seriesKeyOf(op, fresh.value),
      afterIntent: after,
      base: fresh,
      careDigest: careDigest(fresh.value),
      leaseMs: deps.times.leaseMs,
    },
    logOf.attempt(op, intentId, fresh, after),
    sending.reads,
  )
  if (prepared.kind !== "prepared") {
    await deps.store.endOperation(op.workspaceId, op.proposalId, op.position, "failed", prepared, [])
    return prepared
  }
  const { workspaceId } = op
  const sent = await deps.guarded.markSent({ workspaceId, id: intentId, claimId: flight.claimId }, deps.times.timeoutMs)
  if (sent !== "sent") {
    return finishIntent(deps, flight, { outcome: { kind: "notApplied", reason: "too-late-to-send" }, state: "failed" })
  }

  const options = { marker: intentId, notify: op.notify, timeoutMs: deps.times.timeoutMs }
  const answer = await send(provider, parseEventKey(op.key), op.change, fresh.version, options)
  switch (answer.kind) {
    case "applied": {
      const outcome: Outcome = { kind: "applied", event: answer.event, notes }
      return finishIntent(deps, flight, { outcome, state: "applied", event: answer.event })
    }
    case "conflict":
      return afterRefusal(deps, sending, flight)
    case "unknown":
      return lookForIt(deps, sending, flight, answer)
    case "deleted":
      return finishIntent(deps, flight, { outcome: { kind: "applied", event: null, notes }, state: "applied" })
    case "done":
      return readAfter(deps, sending, flight)
    default:
      return finishIntent(deps, flight, { outcome: withKey(answer, op.key), state: "failed" })
  }
}

/** One request, whatever the change. */
function send(
  provider: CalendarProvider,
  ref: EventRef,
  change: Change,
  seen: Version,
  options: WriteOptions,
): Promise<WriteOutcome> {
  switch (change.kind) {
    case "update":
      return provider.update(ref, change.patch, seen, options)
    case "delete":
      return provider.delete(ref, seen, options)
    case "create":
      return provider.create(ref.calendarId, change.draft, options)
    case "move":
      return provider.move(ref, change.toCalendarId, seen, options)
    case "respond":
      return provider.respond(ref, change, seen, options)
    case "split":
      return provider.split(ref, change.from, change.patch, seen, options)
    case "trim":
      return provider.update(ref, change.patch, seen, options)
    case "fence":
      return provider.update(ref, {}, seen, options)
    default:
      return change satisfies never
  }
}

/** It was carried out and its answer says no more. The event as it stands is what an undo goes by; without one there is no undo. */
async function readAfter(deps: CommitDeps, { op, provider, notes }: Sending, flight: Flight): Promise<Outcome> {
  const event = found(await provider.get(parseEventKey(op.key)))
  const reads = [logOf.read(op, "after-write", event, null)]
  const outcome: Outcome = { kind: "applied", event, notes }
  return finishIntent(deps, flight, { outcome, state: "applied", ...(event && { event }), reads })
}

/** The provider said 412 or 409: this request wrote nothing. What moved decides what follows. */
async function afterRefusal(deps: CommitDeps, sending: Sending, flight: Flight): Promise<Outcome> {
  const { op, provider, fresh, after, notes } = sending
  if (op.change.kind === "create") return createRefused(deps, sending, flight)
  const read = await provider.get(parseEventKey(op.key))
  const theirs = found(read)
  const reads = [logOf.read(op, "after-refusal", theirs, null)]
  if (!theirs) {
    return finishIntent(deps, flight, {
      outcome: lostRead(read, op.key, "refused-and-unreadable"),
      state: "failed",
      reads,
    })
  }
  const loss = judgeLoss(fresh.value, theirs.value, op.change)
  const { version } = theirs
  switch (loss.kind) {
    case "gone":
      return finishIntent(deps, flight, {
        outcome: { kind: "gone", key: op.key, how: "deleted" },
        state: "failed",
        reads,
      })
    case "asIntended":
      return finishIntent(deps, flight, {
        outcome: { kind: "unchanged", event: theirs, notes },
        state: "unchanged",
        event: theirs,
        reads,
      })
    case "irrelevant": {
      if (op.change.kind === "trim")
        return finishIntent(deps, flight, { outcome: MOVED_WHILE_SPLITTING, state: "failed", version, reads })
      if (after !== null) {
        return finishIntent(deps, flight, {
          outcome: { kind: "notApplied", reason: "kept-moving" },
          state: "failed",
          version,
          reads,
        })
      }
      const conflict = await conflictOf(provider, { ...op, base: fresh }, { theirs, relation: "irrelevant" })
      const ended = await finishIntent(deps, flight, {
        outcome: { kind: "conflict", conflict },
        state: "pending",
        version,
        reads,
      })
      if (ended.kind !== "conflict") return ended
      const adopted: Note = { kind: "version-adopted", when: "after-refusal", moved: loss.moved }
      return sendIntent(deps, {
        op,
        provider,
        fresh: theirs,
        after: flight.intentId,
        notes: [...notes, adopted],
        reads: [],
      })
    }
    case "collision":
    case "disjoint": {
      const conflict = await conflictOf(provider, op, { theirs, relation: loss.kind })
      return finishIntent(deps, flight, { outcome: { kind: "conflict", conflict }, state: "conflict", version, reads })
    }
  }
}

/** A create has no version that could have moved: it is there under its own marker, or it was refused. */
async function createRefused(
  deps: CommitDeps,
  { op, provider, fresh, notes }: Sending,
  flight: Flight,
): Promise<Outcome> {
  const intent = { id: flight.intentId, key: op.key, base: fresh, change: op.change }
  const now = await standingOf(provider, intent)
  const verdict = now && judgeReadBack(intent, now, true)
  if (verdict?.kind === "applied" && now)
    return finishIntent(deps, flight, await endOfReadBack(provider, op, verdict, now, notes))
  return finishIntent(deps, flight, { outcome: { kind: "notApplied", reason: "create-refused" }, state: "failed" })
}

/** The answer was lost: read once, now. What cannot be told yet is left to recovery, and the person hears that it is being looked for. */
async function lookForIt(
  deps: CommitDeps,
  { op, provider, fresh, notes }: Sending,
  flight: Flight,
  unknown: Extract<Outcome, { kind: "unknown" }>,
): Promise<Outcome> {
  const intent = { id: flight.intentId, key: op.key, base: fresh, change: op.change }
  const now = await standingOf(provider, intent)
  if (!now) return unknown
  const verdict = judgeReadBack(intent, now, false)
  return verdict.kind === "lookAgain"
    ? unknown
    : finishIntent(deps, flight, await endOfReadBack(provider, op, verdict, now, notes))
}

/** One intent at a time per series: an instance is named by its series, whether the plan or only the fresh read knows it. */
function seriesKeyOf(op: ApprovedOperation, fresh: CalendarEvent) {
  const seriesId = fresh.seriesId ?? op.base.value.seriesId
  return seriesId ? eventKey({ ...parseEventKey(op.key), eventId: seriesId }) : op.key
}
