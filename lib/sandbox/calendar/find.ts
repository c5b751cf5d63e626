import { Refusal } from "../refusal"
import type { Query, SandboxProvider } from "../store/database"
import { exceptionsOf, findRow, formerSeries, rowsInTime } from "../store/events"
import type { Content, EventRow, Occurrence, Target } from "./event"
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

/**
 * Instances in a range that the changed rows of a calendar had after `since` and have no more, cancelled: of series that were shortened, moved or deleted. What was
 * edited alone is a row of its own and not among them.
 */
export async function goneInstances(
  query: Query,
  changed: readonly EventRow[],
  since: number,
  range: CalendarRange,
): Promise<Target[]> {
  const [first] = changed
  const formers = first ? await formerSeries(query, first.calendarId, since) : new Map<string, Content[]>()
  const gone = await Promise.all(
    changed.map(async (row) => {
      const former = formers.get(row.id) ?? []
      const was = row.deleted && isRecurring(row) ? [...former, row.content] : former
      const exceptions = was.length === 0 ? [] : await exceptionsOf(query, row.calendarId, row.id)
      const told = new Set(exceptions.map((each) => each.originalStart))
      return was.flatMap((content) => dropped(row, content, range, told))
    }),
  )
  return gone.flat()
}

/** @param told what is not to be named again; added to */
function dropped(row: EventRow, content: Content, range: CalendarRange, told: Set<string | null>): Target[] {
  const master: EventRow = { ...row, content, status: "cancelled", deleted: true }
  const stands = (key: string) => !row.deleted && isRecurring(row) && occurrence(row, key) !== null
  return occurrences(content, range.fromMs, range.toMs).flatMap((o): Target[] => {
    if (!overlaps(o, range) || told.has(o.originalStart) || stands(o.originalStart)) return []
    told.add(o.originalStart)
    return [{ kind: "occurrence", master, occurrence: o }]
  })
}

const isRecurring = ({ content }: EventRow): boolean => content.recurrence.length > 0

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
