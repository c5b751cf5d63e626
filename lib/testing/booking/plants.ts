import type pg from "pg"

/** In the function `in`, one text for another. */
export interface Edit {
  readonly in: string
  readonly from: string
  readonly to: string
}

/**
 * Bugs put into the engine's functions of a test database: a text of a function replaced by another, and what stands behind it taken away, so that the bug itself shows
 * and not the backstop. `script` runs first.
 */
interface Plant {
  readonly edits: readonly Edit[]
  readonly script?: string
}

const LOCK = "perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);"
const MET = "(select array_agg(t order by t.starts_at) from taken_slots t\n            where"
const NO_BACKSTOP = `alter table taken_slots drop constraint taken_slots_apart; alter table taken_slots drop constraint taken_slots_pkey;
  create index taken_slots_when on taken_slots (workspace_id, calendar_no, starts_at)`

export const BOOKING_PLANTS = {
  /** Looks, and writes what it saw fit: nothing keeps two apart. */
  "check-then-write": { edits: [{ in: "booking_take", from: LOCK, to: "" }], script: NO_BACKSTOP },
  /** The lock and the look in one statement: the look is at what stood before the wait. */
  "lock-and-check-in-one": {
    edits: [
      {
        in: "booking_take",
        from: LOCK,
        to: "insert into heads (workspace_id, kind, id) values (p_ws, 'slots', c.owner_id || '/' || c.id) on conflict do nothing;",
      },
      {
        in: "booking_take",
        from: MET,
        to: `(with locked as materialized (select 1 from heads where workspace_id = p_ws and kind = 'slots' and id = c.owner_id || '/' || c.id for update)
        select array_agg(t order by t.starts_at) from locked left join taken_slots t on
          t.workspace_id = p_ws and t.calendar_no = c.no and t.starts_at < v_to and t.ends_at > v_from where t.id is not null and`,
      },
    ],
    script: NO_BACKSTOP,
  },
  /** An evicted booking keeps what lies outside its evictor. */
  "rest-left": {
    edits: [
      {
        in: "booking_evict",
        from: "delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and starts_at = t.starts_at and id = t.id;",
        to: `update taken_slots set ends_at = (p_by #>> '{slot,start}')::timestamptz
          where workspace_id = p_ws and calendar_no = c.no and id = t.id and starts_at < (p_by #>> '{slot,start}')::timestamptz;
        if not found then delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and id = t.id; end if;`,
      },
    ],
  },
  "no-bump-window": {
    edits: [{ in: "booking_take", from: "t.priority > v_mine and v_now < t.until", to: "t.priority > v_mine" }],
  },
  "priority-reversed": {
    edits: [
      {
        in: "booking_take",
        from: "t.priority > v_mine and v_now < t.until",
        to: "t.priority < v_mine and v_now < t.until",
      },
    ],
  },
  "equals-steal-holds": {
    edits: [{ in: "booking_take", from: "else t.priority <= v_mine end", to: "else t.priority < v_mine end" }],
  },
  /** Log rows are noted, and written by a second call: `booking_log_now`. */
  "log-apart": {
    script: `create table log_later (workspace_id text, entry jsonb);
      create function booking_log_now(p_ws text) returns bigint language sql security definer as $$
        with taken as (delete from public.log_later where workspace_id = p_ws returning entry) select count(public.log_append(p_ws, entry)) from taken $$;
      grant execute on function booking_log_now(text) to ifmatch_app;`,
    edits: [
      {
        in: "booking_log",
        from: "return log_insert(p_ws, p_actor_kind, p_actor, p_kind, split_part(p_kind, '.', 1), p_subject, c.owner_id, null, null, p_outcome,",
        to: `insert into log_later (workspace_id, entry) values (p_ws, jsonb_build_object('actor', jsonb_build_object('kind', p_actor_kind, 'id', p_actor), 'kind', p_kind,
          'subject', jsonb_build_object('kind', split_part(p_kind, '.', 1), 'id', p_subject), 'userId', c.owner_id, 'outcome', p_outcome, 'body',`,
      },
      {
        in: "booking_log",
        from: "p_body || jsonb_build_object('calendarId', c.id));",
        to: "p_body || jsonb_build_object('calendarId', c.id))); return '0';",
      },
    ],
  },
  /** Four milliseconds under the lock. */
  slow: { edits: [{ in: "booking_take", from: LOCK, to: `${LOCK} perform pg_sleep(0.004);` }] },
  /** Two requests with one key may run at once. */
  "key-unlocked": {
    script: `alter table idempotency_keys drop constraint idempotency_keys_pkey; create index idempotency_keys_which on idempotency_keys (workspace_id, asker, key)`,
    edits: [
      { in: "booking_decide", from: "not pg_try_advisory_xact_lock(", to: "false and not pg_try_advisory_xact_lock(" },
    ],
  },
  /** The reply is kept by a second call: `booking_keep_now`. */
  "key-apart": {
    script: `create function booking_keep_now(p_ws text, p_asker text, p_key text, p_digest text, p_reply jsonb) returns void language sql security definer as $$
        insert into public.idempotency_keys (workspace_id, asker, key, digest, reply, created_at) values (p_ws, p_asker, p_key, p_digest, p_reply, clock_timestamp())
          on conflict do nothing $$;
      grant execute on function booking_keep_now(text, text, text, text, jsonb) to ifmatch_app;`,
    edits: [{ in: "booking_decide", from: "if v_asker is not null and v_answer", to: "if false and v_answer" }],
  },
  "digest-ignored": {
    edits: [{ in: "booking_decide", from: "if v_known.digest <> p ->> 'digest' then", to: "if false then" }],
  },
} as const satisfies Record<string, Plant>

export type BookingPlant = keyof typeof BOOKING_PLANTS

export function bookingPlant(name: string | undefined, known: readonly BookingPlant[]): BookingPlant | null {
  if (name === undefined) return null
  const found = known.find((each) => each === name)
  if (!found) throw new Error(`no plant ${name}; there is: ${known.join(", ")}`)
  return found
}

/** @throws when the text to be replaced is not there exactly once: the plant is then no longer what it says. */
export async function plantBooking(owner: pg.Client, name: BookingPlant): Promise<void> {
  const { edits, script }: Plant = BOOKING_PLANTS[name]
  if (script) await owner.query(script)
  for (const name of new Set(edits.map((edit) => edit.in)))
    await editFunction(
      owner,
      name,
      edits.filter((edit) => edit.in === name),
    )
}

/** @throws as `plantBooking` */
export async function editFunction(
  owner: pg.Client,
  name: string,
  edits: readonly Pick<Edit, "from" | "to">[],
): Promise<void> {
  const { rows } = await owner.query<{ text: string }>("select pg_get_functiondef($1::regproc) as text", [name])
  await owner.query(edits.reduce((text, { from, to }) => replacedOnce(text, from, to), rows[0]?.text ?? ""))
}

function replacedOnce(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`not there exactly once: ${from}`)
  return text.replace(from, () => to)
}
