import type { Content, EventRow } from "../calendar/event"
import { atMs } from "../calendar/when"
import type { Query } from "./database"

const COLUMNS = `calendar_id as "calendarId", id, uid, master_id as "masterId", original_start as "originalStart", status, deleted,
  version, updated_micros as "updatedMicros", created_micros as "createdMicros", sequence, transaction_id as "transactionId", content, own`

const DAY_MS = 86_400_000

export async function findRow(query: Query, calendarId: string, id: string): Promise<EventRow | null> {
  const rows = await query<EventRow>(`select ${COLUMNS} from events where calendar_id = $1 and id = $2`, [
    calendarId,
    id,
  ])
  return rows[0] ?? null
}

/** The exceptions of a series in one calendar, cancelled ones too. */
export const exceptionsOf = (query: Query, calendarId: string, masterId: string): Promise<EventRow[]> =>
  query<EventRow>(`select ${COLUMNS} from events where calendar_id = $1 and master_id = $2 order by original_start`, [
    calendarId,
    masterId,
  ])

/**
 * What may have an instance in `[fromMs, toMs)`: single events there (and a day around, for all-day events lie differently in
 * every zone), every series begun by then, and every exception (one that moved out of the range still hides its original).
 */
export const rowsInTime = (query: Query, calendarId: string, fromMs: number, toMs: number): Promise<EventRow[]> =>
  query<EventRow>(
    `select ${COLUMNS} from events where calendar_id = $1 and
       (master_id is not null or (starts_at < $3 and (recurring or ends_at > $2 or starts_at >= $2))) order by starts_at, id`,
    [calendarId, pgInstant(fromMs - DAY_MS), pgInstant(toMs + DAY_MS)],
  )

export const rowsSince = (query: Query, calendarId: string, version: number): Promise<EventRow[]> =>
  query<EventRow>(`select ${COLUMNS} from events where calendar_id = $1 and version > $2 order by version`, [
    calendarId,
    version,
  ])

/** What the series of a calendar were up to each change of their times after `version`, by id. */
export async function formerSeries(
  query: Query,
  calendarId: string,
  version: number,
): Promise<ReadonlyMap<string, readonly Content[]>> {
  const rows = await query<{ id: string; contents: Content[] }>(
    "select id, jsonb_agg(content order by until_version) as contents from former_series where calendar_id = $1 and until_version > $2 group by id",
    [calendarId, version],
  )
  return new Map(rows.map(({ id, contents }) => [id, contents]))
}

export async function newestVersion(query: Query, calendarId: string): Promise<number> {
  const rows = await query<{ version: number | null }>(
    "select max(version) as version from events where calendar_id = $1",
    [calendarId],
  )
  return rows[0]?.version ?? 0
}

export async function findByTransaction(
  query: Query,
  calendarId: string,
  transactionId: string,
): Promise<EventRow | null> {
  const rows = await query<EventRow>(`select ${COLUMNS} from events where calendar_id = $1 and transaction_id = $2`, [
    calendarId,
    transactionId,
  ])
  return rows[0] ?? null
}

/** The copies of one event or instance in other calendars of the same provider. */
export const otherCopies = (query: Query, row: EventRow): Promise<EventRow[]> =>
  query<EventRow>(
    `select ${COLUMNS} from events where uid = $1 and original_start is not distinct from $2 and calendar_id <> $3`,
    [row.uid, row.originalStart, row.calendarId],
  )

export async function saveRow(query: Query, row: EventRow): Promise<EventRow> {
  const { content } = row
  await query(
    `insert into events (calendar_id, id, uid, master_id, original_start, status, deleted, recurring, starts_at, ends_at, version,
       updated_micros, created_micros, sequence, transaction_id, content, own)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     on conflict (calendar_id, id) do update set status = $6, deleted = $7, recurring = $8, starts_at = $9, ends_at = $10,
       version = $11, updated_micros = $12, sequence = $14, content = $16, own = $17`,
    [
      row.calendarId,
      row.id,
      row.uid,
      row.masterId,
      row.originalStart,
      row.status,
      row.deleted,
      content.recurrence.length > 0,
      pgInstant(atMs(content.start, "UTC")),
      pgInstant(atMs(content.end, "UTC")),
      row.version,
      row.updatedMicros,
      row.createdMicros,
      row.sequence,
      row.transactionId,
      JSON.stringify(content),
      JSON.stringify(row.own),
    ],
  )
  return row
}

export const dropRows = async (query: Query, rows: readonly EventRow[]): Promise<void> => {
  for (const row of rows) await query("delete from events where calendar_id = $1 and id = $2", [row.calendarId, row.id])
}

const pgInstant = (ms: number): string =>
  Number.isFinite(ms) ? new Date(ms).toISOString() : ms < 0 ? "-infinity" : "infinity"
