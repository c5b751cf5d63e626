import { isDeepStrictEqual } from "node:util"
import type pg from "pg"
import { postgresBookingSetup } from "../../adapters/postgres/booking-setup"
import { postgresBookingStore } from "../../adapters/postgres/booking-store"
import type { postgresClient } from "../../adapters/postgres/client"
import type { BookingTimes } from "../../domain/booking"
import { type BookingAction, type BookingReply, step } from "../../domain/protocol/booking"
import { type CalendarState, emptyCalendar } from "../../domain/protocol/booking-state"
import type { AuditLog } from "../../ports/audit-log"
import type { Answered, BookingStore } from "../../ports/booking-store"
import { HISTORY_AGENTS, HISTORY_OWNER, HISTORY_START, HISTORY_TIMES, type Told } from "./histories"

/*
 * The rule as a pure function and the rule in the database, side by side: one history on both, every answer and the state at the end compared.
 */

const CALENDAR = { ownerId: HISTORY_OWNER, calendarId: "main" }

/** Whom a history is about: agents from the first place on, and the calendar's times. */
export interface Ground {
  readonly agents: readonly string[]
  readonly times: BookingTimes
}
const HISTORIES: Ground = { agents: HISTORY_AGENTS, times: HISTORY_TIMES }

/** Takes the engine's clock in hand. For databases of tests only: the owner of the function alone can. */
export async function seizeClock(owner: pg.Client): Promise<(ms: number) => Promise<void>> {
  await owner.query(`create table if not exists test_clock (at timestamptz not null);
    grant select on test_clock to ifmatch_app;
    insert into test_clock values (now());
    create or replace function booking_clock() returns timestamptz language sql volatile as $$ select at from public.test_clock $$`)
  return async (ms) => void (await owner.query("update test_clock set at = $1", [new Date(ms).toISOString()]))
}

/** Its rows are no person's: nothing is to be sealed. */
export const unsealedLog: Pick<AuditLog, "seal"> = { seal: async (_workspaceId, entries) => [...entries] }

export interface Twin {
  /**
   * Answers the first difference, as a sentence; null: there was none.
   *
   * @param looks at what is stored as often
   */
  tell(told: readonly Told[], looks?: "at the end" | "after each"): Promise<string | null>
}

/**
 * @param setClock of `seizeClock`, on the same database
 * @param name begins the ids of this twin's workspaces
 */
export function twinOf(
  db: ReturnType<typeof postgresClient>,
  owner: pg.Client,
  setClock: (ms: number) => Promise<void>,
  ground: Ground = HISTORIES,
  name = "h",
): Twin {
  const store = postgresBookingStore(db)
  const setup = postgresBookingSetup(db, unsealedLog as AuditLog)
  let histories = 0

  const { holdMs, bumpMs, maxHolds } = ground.times
  const ranks = Object.fromEntries(ground.agents.map((agent, n) => [agent, n + 1]))

  async function open(workspaceId: string): Promise<void> {
    await owner.query(
      `with agents as (insert into agents (workspace_id, id, name) select $1, a, a from unnest($2::text[]) a),
        ranks as (insert into agent_ranks (workspace_id, owner_id, agent_id, rank) select $1, $3, a, n from unnest($2::text[]) with ordinality as l (a, n))
      insert into bookable_calendars (workspace_id, owner_id, id, name, hold_ms, bump_ms, max_holds) values ($1, $3, $4, 'Main', $5, $6, $7)`,
      [workspaceId, ground.agents, HISTORY_OWNER, CALENDAR.calendarId, holdMs, bumpMs, maxHolds],
    )
  }

  async function rank(workspaceId: string, { priorities }: Extract<BookingAction, { kind: "rank" }>) {
    const list = Object.keys(priorities).sort((a, b) => (priorities[a] ?? 0) - (priorities[b] ?? 0))
    const log = {
      actor: { kind: "person", id: HISTORY_OWNER },
      kind: "agents-ranked",
      subject: { kind: "member", id: HISTORY_OWNER },
    } as const
    await setup.rank(workspaceId, HISTORY_OWNER, list, log)
  }

  async function ask(workspaceId: string, action: BookingAction): Promise<BookingReply> {
    const at = { workspaceId, ...CALENDAR }
    switch (action.kind) {
      case "rank":
        await rank(workspaceId, action)
        return { kind: "done" }
      case "expire":
        await store.expireHolds(1_000_000)
        return { kind: "done" }
      case "block":
        return store.block({ ...at, ...action.block })
      case "unblock":
        await store.unblock({ ...at, source: action.source, id: action.id })
        return { kind: "done" }
      default:
        return answerOf(await request(store, at, action))
    }
  }

  return {
    async tell(told, looks = "at the end") {
      const workspaceId = `${name}${++histories}`
      await open(workspaceId)
      let state = emptyCalendar(CALENDAR, ground.times, ranks)
      let now = HISTORY_START
      await setClock(now)
      const named: [string | null, string | null][] = []
      for (const [n, { afterMs, action }] of told.entries()) {
        now += afterMs
        if (afterMs > 0) await setClock(now)
        const ours = step(state, action, now)
        const theirs = await ask(workspaceId, action)
        state = ours.state
        const [mine, real] = [apart(ours.reply), apart(theirs)]
        if (!isDeepStrictEqual(mine.rest, real.rest))
          return `action ${n} (${action.kind}): the function says ${JSON.stringify(mine.rest)}, the database ${JSON.stringify(real.rest)}`
        named.push([mine.id, real.id])
        const difference = looks === "after each" ? differenceOf(state, await stored(owner, workspaceId), named) : null
        if (difference) return `action ${n} (${action.kind}): ${difference}`
      }
      return differenceOf(state, await stored(owner, workspaceId), named)
    },
  }
}

type Asked = Extract<BookingAction, { kind: "hold" | "commit" | "release" | "cancel" }>

function request(
  store: BookingStore,
  at: { workspaceId: string; ownerId: string; calendarId: string },
  { kind, ...action }: Asked,
): Promise<Answered<BookingReply>> {
  const whole = { ...at, ...action, idempotency: null }
  return (store[kind] as (request: typeof whole) => Promise<Answered<BookingReply>>)(whole)
}

function answerOf(answered: Answered<BookingReply>): BookingReply {
  if (answered.kind !== "answered") throw new Error(`without a key there is no ${answered.kind}`)
  return answered.answer
}

/** An answer without the place of its log row, and that place. As JSON says it. */
function apart(reply: BookingReply): { rest: unknown; id: string | null } {
  const { auditEventId = null, ...rest } = { auditEventId: null, ...reply }
  return { rest: JSON.parse(JSON.stringify(rest)), id: auditEventId }
}

interface Stored {
  readonly holds: unknown
  readonly bookings: unknown
  readonly taken: unknown
  readonly blocks: unknown
  readonly log: readonly { readonly id: string }[]
}

async function stored(owner: pg.Client, workspaceId: string): Promise<Stored> {
  const { rows } = await owner.query<{ r: Stored }>(
    `select jsonb_build_object(
      'holds', coalesce((select jsonb_object_agg(h.id, booking_hold_view(h)) from holds h where workspace_id = $1), '{}'),
      'bookings', coalesce((select jsonb_object_agg(b.id, booking_view(b)) from bookings b where workspace_id = $1), '{}'),
      'taken', (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'id', id, 'slot', booking_slot(starts_at, ends_at)) order by starts_at), '[]') from taken_slots where workspace_id = $1),
      'blocks', (select coalesce(jsonb_agg(jsonb_build_object('source', source, 'id', id, 'slot', booking_slot(starts_at, ends_at)) order by source, id), '[]') from outside_blocks where workspace_id = $1),
      'log', (select coalesce(jsonb_agg(jsonb_build_object('id', id::text, 'kind', kind, 'actorId', actor_id, 'subjectId', subject_id, 'outcome', outcome, 'body', body - 'calendarId') order by id), '[]')
        from log where workspace_id = $1 and kind ~ '^(hold|booking|calendar)\\.')) as r`,
    [workspaceId],
  )
  const [row] = rows
  if (!row) throw new Error("no state was read")
  return row.r
}

function differenceOf(
  { holds, bookings, taken, blocks, log }: CalendarState,
  theirs: Stored,
  named: readonly (readonly [string | null, string | null])[],
): string | null {
  const order = <T>(items: readonly T[], key: (item: T) => string) =>
    [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  const ours: Omit<Stored, "log"> & { log: unknown } = {
    holds,
    bookings,
    taken: order(taken, ({ slot }) => slot.start),
    blocks: order(blocks, ({ source, id }) => `${source} ${id}`),
    log,
  }
  const ids = theirs.log.map(({ id }) => id)
  const real = { ...theirs, log: theirs.log.map(({ id: _, ...row }) => row) }
  for (const part of ["holds", "bookings", "taken", "blocks", "log"] as const) {
    const [mine, other] = [JSON.parse(JSON.stringify(ours[part])), real[part]]
    if (!isDeepStrictEqual(mine, other))
      return `${part} at the end: the function has ${JSON.stringify(mine)}, the database ${JSON.stringify(other)}`
  }
  const wrong = named.find(([mine, real]) => (mine === null ? real !== null : ids[Number(mine)] !== real))
  return wrong ? `an answer names the log row ${wrong[1]}, it should be the ${wrong[0]}. of ${ids.join(", ")}` : null
}
