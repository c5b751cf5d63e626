import { randomUUID } from "node:crypto"
import type pg from "pg"
import { askingTogether } from "../../../lib/adapters/postgres/booking-ask"
import { postgresBookingSetup } from "../../../lib/adapters/postgres/booking-setup"
import { postgresBookingStore } from "../../../lib/adapters/postgres/booking-store"
import type { postgresClient } from "../../../lib/adapters/postgres/client"
import { BOOKING_DEFAULTS } from "../../../lib/domain/booking"
import type { AuditLog } from "../../../lib/ports/audit-log"
import { openDesk } from "../../../lib/testing/booking/desk"
import { unsealedLog } from "../../../lib/testing/booking/twin"

/** Half an hour of a calendar, wanted by one of many callers. */
export interface Attempt {
  readonly calendar: number
  /** ISO instants. */
  readonly start: string
  readonly end: string
  readonly caller: number
}

export type Verdict = "won" | "lost"

/** A way of booking a slot, over the same client. Whatever is neither won nor lost is an exception. */
export interface Rival {
  readonly name: string
  /** Tables that it writes. */
  readonly tables: readonly string[]
  book(attempt: Attempt): Promise<Verdict>
}

export const CALENDARS = 16
export const CALLERS = 16

type Db = ReturnType<typeof postgresClient>

/** Ours as the app has it, with all it does: rank, rule, eviction, log rows, the reply kept under its key. */
export async function ours(db: Db): Promise<Rival> {
  const store = postgresBookingStore(db, askingTogether(db))
  const setup = postgresBookingSetup(db, unsealedLog as AuditLog)
  const desk = await openDesk(setup, "bench", { calendars: CALENDARS, agents: CALLERS, times: () => BOOKING_DEFAULTS })
  const { workspaceId, ownerId, calendarIds, agentIds } = desk
  return {
    name: "ours",
    tables: ["bookings", "taken_slots", "log", "log_unsealed", "idempotency_keys", "heads", "holds"],
    async book({ calendar, start, end, caller }) {
      const answered = await store.commit({
        workspaceId,
        ownerId,
        calendarId: calendarIds[calendar] ?? "",
        agentId: agentIds[caller] ?? "",
        idempotency: { key: randomUUID(), digest: "d".repeat(64) },
        id: randomUUID(),
        from: { slot: { start, end } },
        title: "A title",
      })
      const kind = answered.kind === "answered" ? answered.answer.kind : answered.kind
      if (kind === "committed") return "won"
      if (kind === "outranked") return "lost"
      throw new Error(`it was answered ${kind}`)
    },
  }
}

const TABLES = `
  create table bench_bookings (calendar int not null, id uuid primary key, starts_at timestamptz not null, ends_at timestamptz not null, agent text not null);
  create table bench_buckets (calendar int not null, bucket timestamptz not null, booking uuid not null, primary key (calendar, bucket));
  create table bench_apart (calendar int not null, id uuid primary key, starts_at timestamptz not null, ends_at timestamptz not null, agent text not null,
    exclude using gist (calendar with =, tstzrange(starts_at, ends_at) with &&));
  create table bench_bare (calendar int not null, id uuid primary key, starts_at timestamptz not null, ends_at timestamptz not null, agent text not null);
  create table bench_ranked (calendar int not null, bucket timestamptz not null, booking uuid not null, agent text not null, priority int not null, until timestamptz not null,
    primary key (calendar, bucket));
  create index bench_ranked_booking on bench_ranked (booking);
  create table bench_audit (id bigserial primary key, at timestamptz not null default clock_timestamp(), kind text not null, booking uuid not null, other jsonb)`

/** The rule on bucket rows, as well as they can do it in one round trip: lock what stands in order, judge, evict, insert; whoever inserted meanwhile sends it round again. */
const RANKED = `
  create function bench_ranked_book(p_calendar int, p_id uuid, p_from timestamptz, p_to timestamptz, p_agent text, p_priority int) returns text
  language plpgsql as $$
  declare v_now timestamptz; v_stays jsonb; v_evicted uuid[];
  begin
    loop
      perform 1 from bench_ranked where calendar = p_calendar and bucket >= p_from and bucket < p_to order by bucket for update;
      v_now := clock_timestamp();
      select to_jsonb(r) into v_stays from bench_ranked r
        where calendar = p_calendar and bucket >= p_from and bucket < p_to and not (priority > p_priority and v_now < until) order by priority, bucket limit 1;
      if found then
        insert into bench_audit (kind, booking, other) values ('outranked', p_id, v_stays);
        return 'lost';
      end if;
      begin
        select array_agg(distinct booking) into v_evicted from bench_ranked where calendar = p_calendar and bucket >= p_from and bucket < p_to;
        delete from bench_ranked where booking = any (v_evicted);
        insert into bench_ranked select p_calendar, b, p_id, p_agent, p_priority, v_now + interval '30 seconds' from generate_series(p_from, p_to - interval '5 minutes', interval '5 minutes') b order by b;
        insert into bench_bookings values (p_calendar, p_id, p_from, p_to, p_agent);
        insert into bench_audit (kind, booking, other) values ('committed', p_id, to_jsonb(v_evicted));
        return 'won';
      exception when unique_violation then null;
      end;
    end loop;
  end $$`

const RIGHTS = `
  grant select, insert, update, delete on bench_bookings, bench_buckets, bench_apart, bench_bare, bench_ranked, bench_audit to ifmatch_app;
  grant usage on sequence bench_audit_id_seq to ifmatch_app;
  grant execute on function bench_ranked_book(int, uuid, timestamptz, timestamptz, text, int) to ifmatch_app`

/** All but the first know no ranks and write no log: first come, first served. */
export async function rivals(db: Db, owner: pg.Client): Promise<readonly Rival[]> {
  for (const script of [TABLES, RANKED, RIGHTS]) await owner.query(script)
  return [
    {
      name: "ranked buckets",
      tables: ["bench_bookings", "bench_ranked", "bench_audit"],
      async book({ calendar, start, end, caller }) {
        const [row] = await db.$queryRaw<{ r: Verdict }[]>`
          select bench_ranked_book(${calendar}::int, ${randomUUID()}::uuid, ${start}::timestamptz, ${end}::timestamptz, ${`agent-${caller}`}, ${caller + 1}::int) as r`
        if (!row) throw new Error("it was not answered")
        return row.r
      },
    },
    {
      name: "bucket rows",
      tables: ["bench_bookings", "bench_buckets"],
      book: ({ calendar, start, end, caller }) =>
        unless(
          ["23505"],
          db.$executeRaw`
          with booking as (insert into bench_bookings values (${calendar}::int, ${randomUUID()}::uuid, ${start}::timestamptz, ${end}::timestamptz, ${`agent-${caller}`}) returning *)
          insert into bench_buckets select calendar, b, id from booking, generate_series(starts_at, ends_at - interval '5 minutes', interval '5 minutes') b order by b`,
        ),
    },
    {
      name: "exclusion",
      tables: ["bench_apart"],
      book: ({ calendar, start, end, caller }) =>
        unless(
          ["23P01"],
          db.$executeRaw`
          insert into bench_apart values (${calendar}::int, ${randomUUID()}::uuid, ${start}::timestamptz, ${end}::timestamptz, ${`agent-${caller}`})`,
        ),
    },
    {
      name: "bare insert",
      tables: ["bench_bare"],
      book: ({ calendar, start, end, caller }) =>
        unless(
          [],
          db.$executeRaw`
          insert into bench_bare values (${calendar}::int, ${randomUUID()}::uuid, ${start}::timestamptz, ${end}::timestamptz, ${`agent-${caller}`})`,
        ),
    },
  ]
}

/** These codes of PostgreSQL mean that somebody else has it. */
async function unless(codes: readonly string[], statement: Promise<unknown>): Promise<Verdict> {
  try {
    await statement
    return "won"
  } catch (error) {
    const code =
      (error as { meta?: { driverAdapterError?: { cause?: { originalCode?: string } } } }).meta?.driverAdapterError
        ?.cause?.originalCode ?? ""
    if (codes.includes(code)) return "lost"
    throw error
  }
}
