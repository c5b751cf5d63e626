import { Refusal } from "../refusal"
import type { Query, SandboxProvider } from "../store/database"
import { exceptionsOf, findRow, rowsInTime } from "../store/events"
import type { EventRow, Occurrence, Target } from "./event"
import { occurrence, occurrences } from "./expand"
import { instanceId, parseInstanceId } from "./ids"
import { type CalendarRange, overlaps } from "./range"
import { atMs } from "./when"

/** What `id` names in a calendar: deleted rows are found too. @throws {Refusal} not-found */
export async function getTarget(
  query: Query,
  provider: SandboxProvider,
  calendarId: string,
  id: string,
): Promise<Target> {
  const row = await findRow(query, calendarId, id)
  if (row) return { kind: kindOf(row), row }
  const parsed = parseInstanceId(provider, id)
  const master = parsed && (await findRow(query, calendarId, parsed.masterId))
  const found = master && occurrence(master, parsed.key)
  if (!found || master.content.recurrence.length === 0) throw new Refusal("not-found")
  return { kind: "occurrence", master, occurrence: found }
}

export const kindOf = (row: EventRow): "single" | "series" | "exception" =>
  row.originalStart !== null ? "exception" : row.content.recurrence.length > 0 ? "series" : "single"

/** The row that carries a target's version: an untouched instance has its series' (providers.md section 1). */
export const versionRow = (target: Target): EventRow => (target.kind === "occurrence" ? target.master : target.row)

/**
 * An instance as a row of its own: what it looks like, and what it becomes when it is edited alone.
 * Its version, sequence and times of change are its series'.
 */
export function asRow(provider: SandboxProvider, target: Target): EventRow {
  if (target.kind !== "occurrence") return target.row
  const { master, occurrence: o } = target
  return {
    ...master,
    id: instanceId(provider, master.id, o.originalStart),
    masterId: master.id,
    originalStart: o.originalStart,
    transactionId: null,
    content: { ...master.content, recurrence: [], start: o.start, end: o.end },
  }
}

/** Instances of one series in a range: exceptions in their place, untouched ones expanded. Deleted ones only when asked for. */
export async function instancesOf(
  query: Query,
  master: EventRow,
  range: CalendarRange,
  showDeleted: boolean,
): Promise<Target[]> {
  const exceptions = await exceptionsOf(query, master.calendarId, master.id)
  return expandSeries(master, exceptions, range, showDeleted)
}

/** Everything in a range of one calendar with its series taken apart, in order of start. */
export async function expandedInTime(
  query: Query,
  calendarId: string,
  range: CalendarRange,
  showDeleted: boolean,
): Promise<Target[]> {
  const rows = await rowsInTime(query, calendarId, range.fromMs, range.toMs)
  const exceptionsIn = (series: EventRow) => rows.filter((row) => row.masterId === series.id)
  const masters = new Set(rows.filter((row) => kindOf(row) === "series").map((row) => row.id))
  const found = rows.flatMap((row): Target[] => {
    if (kindOf(row) === "series") return expandSeries(row, exceptionsIn(row), range, showDeleted)
    const alone = row.masterId === null || !masters.has(row.masterId)
    return alone && overlaps(row.content, range) && (showDeleted || shown(row)) ? [{ kind: kindOf(row), row }] : []
  })
  return found.sort(byStart)
}

const startMs = (target: Target): number =>
  atMs(target.kind === "occurrence" ? target.occurrence.start : target.row.content.start, "UTC")
const byStart = (a: Target, b: Target): number => startMs(a) - startMs(b)

function expandSeries(
  master: EventRow,
  exceptions: readonly EventRow[],
  range: CalendarRange,
  showDeleted: boolean,
): Target[] {
  if (master.deleted) return []
  const touched = new Set(exceptions.map((row) => row.originalStart))
  const untouched: Occurrence[] = occurrences(master.content, range.fromMs, range.toMs).filter(
    (o) => !touched.has(o.originalStart) && overlaps(o, range),
  )
  const visible = exceptions.filter((row) => overlaps(row.content, range) && (showDeleted || shown(row)))
  const targets: Target[] = [
    ...untouched.map((o): Target => ({ kind: "occurrence", master, occurrence: o })),
    ...visible.map((row): Target => ({ kind: "exception", row })),
  ]
  return targets.sort(byStart)
}

const shown = (row: EventRow): boolean => !row.deleted
