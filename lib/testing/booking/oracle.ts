import type pg from "pg"
import type { RaceReport } from "./races"

/*
 * An independent look at what a run has left: plain SQL over bookings, holds and the log, which knows nothing of how the engine decides. Races keep to their own
 * hour, so pairs are looked for within it.
 */

/** What callers were told must be there: what they booked, the row of the log they were given, the winner they were shown. */
export async function brokenPromises(owner: pg.Client, workspaceId: string, report: RaceReport): Promise<string[]> {
  const count = async (sql: string, ids: readonly unknown[]) =>
    Number((await owner.query(sql, [workspaceId, ids])).rows[0]?.n)
  const found: string[] = []
  const expect = (what: string, wanted: number, there: number) => {
    if (there !== wanted) found.push(`${wanted - there} of ${wanted} ${what} are not there`)
  }
  const { committed, held, losses } = report
  const logged = `select count(distinct subject_id) n from log where workspace_id = $1 and subject_id = any ($2::text[]) and kind = `
  expect(
    "bookings told",
    committed.length,
    await count("select count(*) n from bookings where workspace_id = $1 and id = any ($2::uuid[])", committed),
  )
  expect("rows of bookings told", committed.length, await count(`${logged} 'booking.committed'`, committed))
  expect("rows of holds told", held.length, await count(`${logged} 'hold.created'`, held))
  const rows = losses.map(({ auditEventId }) => auditEventId)
  expect(
    "rows of losses told",
    rows.length,
    await count(
      "select count(*) n from log where workspace_id = $1 and id = any ($2::bigint[]) and outcome is not null",
      rows,
    ),
  )
  const winners = new Map(losses.flatMap(({ winner }) => (winner ? [[winner.id, winner] as const] : [])))
  const named = [...winners.values()].map(({ id, agentId, priority }) => `${id} ${agentId} ${priority}`)
  expect(
    "winners told",
    named.length,
    await count(
      `select count(*) n from (select id, agent_id, priority from bookings where workspace_id = $1 union all select id, agent_id, priority from holds where workspace_id = $1) w
        join unnest($2::text[]) named on split_part(named, ' ', 1)::uuid = w.id and named = w.id || ' ' || w.agent_id || ' ' || w.priority`,
      named,
    ),
  )
  return found
}

/** Each a sentence about rows that must not be, with a query that counts them. */
const NEVER: Readonly<Record<string, string>> = {
  "pairs of bookings that stood on one bucket at one time": `
    select count(*) n from bookings a join bookings b on b.workspace_id = a.workspace_id and b.owner_id = a.owner_id and b.calendar_id = a.calendar_id and a.id < b.id
      and date_trunc('hour', a.starts_at) = date_trunc('hour', b.starts_at) and a.starts_at < b.ends_at and b.starts_at < a.ends_at
      and a.committed_at < coalesce(b.ended_at, 'infinity') and b.committed_at < coalesce(a.ended_at, 'infinity')
    where a.workspace_id = $1`,
  "live bookings that stand on one bucket": `
    select count(*) n from (select starts_at < max(ends_at) over (partition by owner_id, calendar_id order by starts_at, id rows between unbounded preceding and 1 preceding) as over
      from bookings where workspace_id = $1 and state = 'live') o where over`,
  "bookings whose buckets are not exactly their own": `
    select count(*) n from (select id, starts_at, ends_at from bookings where workspace_id = $1 and state = 'live') b
      full join (select id, starts_at, ends_at from taken_slots where workspace_id = $1 and kind = 'booking') t on t.id = b.id and t.starts_at = b.starts_at and t.ends_at = b.ends_at
    where b.id is null or t.id is null`,
  "holds whose buckets are not exactly their own": `
    select count(*) n from (select id, starts_at, ends_at from holds where workspace_id = $1 and state = 'live') h
      full join (select id, starts_at, ends_at from taken_slots where workspace_id = $1 and kind = 'hold') t on t.id = h.id and t.starts_at = h.starts_at and t.ends_at = h.ends_at
    where h.id is null or t.id is null`,
  "bookings evicted by no better rank": `
    select count(*) n from bookings where workspace_id = $1 and state = 'evicted' and ended_by ->> 'kind' = 'booking' and (ended_by ->> 'priority')::int >= priority`,
  "bookings evicted when they were frozen": `
    select count(*) n from bookings where workspace_id = $1 and state = 'evicted' and ended_at >= bump_until`,
  "holds displaced by who may not": `
    select count(*) n from holds where workspace_id = $1 and state = 'displaced' and ended_by ->> 'agentId' <> agent_id
      and case ended_by ->> 'kind' when 'hold' then (ended_by ->> 'priority')::int >= priority else (ended_by ->> 'priority')::int > priority end`,
  "losers shown a winner that could have been evicted": `
    select count(*) n from log l join bookings b on b.workspace_id = l.workspace_id and b.id = (l.body #>> '{winner,id}')::uuid
    where l.workspace_id = $1 and l.kind = 'booking.outranked' and l.body #>> '{winner,kind}' = 'booking' and not l.body ? 'holdId'
      and b.priority > (l.body ->> 'priority')::int and date_trunc('milliseconds', l.at) < b.bump_until`,
  "bookings without their row": `
    select count(*) n from bookings b where workspace_id = $1 and not exists (select from log l where l.workspace_id = $1 and l.subject_id = b.id::text and l.kind = 'booking.committed')`,
  "endings of bookings without their row": `
    select count(*) n from bookings b where workspace_id = $1 and state <> 'live'
      and not exists (select from log l where l.workspace_id = $1 and l.subject_id = b.id::text and l.kind = 'booking.' || b.state)`,
  "endings of holds without their row": `
    select count(*) n from holds h where workspace_id = $1 and state in ('displaced', 'expired', 'released')
      and not exists (select from log l where l.workspace_id = $1 and l.subject_id = h.id::text and l.kind = case h.state when 'displaced' then 'hold.invalidated' else 'hold.' || h.state end)`,
}

/** What is wrong with what stands now, and with how it came to be. */
export async function wrongInDatabase(owner: pg.Client, workspaceId: string): Promise<string[]> {
  const found: string[] = []
  for (const [what, sql] of Object.entries(NEVER)) {
    const n = Number((await owner.query(sql, [workspaceId])).rows[0]?.n)
    if (n > 0) found.push(`${n} ${what}`)
  }
  return found
}
