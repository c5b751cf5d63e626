-- AlterTable
ALTER TABLE "bookings" ADD COLUMN     "calendar_attempt" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "calendar_due_at" TIMESTAMPTZ(6);

-- AlterTable
ALTER TABLE "bookable_calendars" ADD COLUMN     "write_at_once" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "booking_events" (
    "workspace_id" TEXT NOT NULL,
    "event_key" TEXT NOT NULL,
    "booking_id" UUID NOT NULL,
    "event" JSONB NOT NULL,
    "version" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'stands',

    CONSTRAINT "booking_events_pkey" PRIMARY KEY ("workspace_id","event_key")
);

-- CreateTable
CREATE TABLE "booking_questions" (
    "workspace_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "owner_id" TEXT NOT NULL,
    "booking_id" UUID NOT NULL,
    "about" TEXT NOT NULL,
    "event_key" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(6),
    "ends_at" TIMESTAMPTZ(6),
    "asked_at" TIMESTAMPTZ(6) NOT NULL,
    "choice" TEXT,
    "answered_at" TIMESTAMPTZ(6),

    CONSTRAINT "booking_questions_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE INDEX "booking_events_workspace_id_booking_id_idx" ON "booking_events"("workspace_id", "booking_id");

-- CreateIndex
CREATE UNIQUE INDEX "booking_questions_workspace_id_booking_id_about_event_key_key" ON "booking_questions"("workspace_id", "booking_id", "about", "event_key");

-- CreateIndex
CREATE INDEX "outside_blocks_workspace_id_source_id_idx" ON "outside_blocks"("workspace_id", "source", "id");

-- Bookings in people's calendars (decision 016). The rule of the engine is not touched: what a booking is to a calendar hangs on triggers, so that whoever ends one orders
-- what follows from it in the same transaction.
-- Heads of slots are locked after those of events and intents, a person's in the order of their names.

alter table booking_events add constraint booking_events_state check (state in ('stands', 'removed', 'kept'));
alter table booking_questions add constraint booking_questions_about check (about in ('overlap', 'moved'));
alter table booking_questions add constraint booking_questions_choice check (choice in ('keep', 'cancel') and (choice is null) = (answered_at is null));
create index bookings_calendar_due on bookings (calendar_due_at) where calendar_due_at is not null;

-- ---------------------------------------------------------------- names

-- As encodeURIComponent writes it (lib/domain/event.ts).
create function event_key_part(p text) returns text language sql immutable as $$
  select coalesce(string_agg(case when c ~ '^[A-Za-z0-9_.!~*''()-]$' then c
    else regexp_replace(upper(encode(convert_to(c, 'UTF8'), 'hex')), '(..)', '%\1', 'g') end, '' order by n), '')
  from regexp_split_to_table(p, '') with ordinality as part (c, n)
$$;

create function event_key_of(p_ref jsonb) returns text language sql immutable as $$
  select event_key_part(p_ref ->> 'connectionId') || '/' || event_key_part(p_ref ->> 'calendarId') || '/' || event_key_part(p_ref ->> 'eventId')
$$;

-- Steps of a booking are proposals called `booking.<id>.<attempt>`. Null: it is somebody else's.
create function booking_of_proposal(p_id text) returns uuid language sql immutable as $$
  select case when p_id ~ '^booking\.[0-9a-f-]{36}\.[0-9]+$' then split_part(p_id, '.', 2)::uuid end
$$;

-- Does it take time, as the target slot of a plan counts it (lib/domain/slot.ts)? What is only read here was put there by nobody's plan, and masters of series are no events.
create function event_takes_time(p_event jsonb) returns boolean language sql immutable as $$
  select (p_event ->> 'busy')::boolean and p_event ->> 'status' <> 'cancelled' and p_event #>> '{start,kind}' = 'timed' and p_event ->> 'shape' <> 'series'
    and p_event ->> 'unmovable' is distinct from 'read-only-calendar'
$$;

-- Is it a booking's own? By its name, or, while nobody knows that yet, by the mark of the intent that makes it. A copy that somebody made of it is an event like any other.
create function event_is_bookings(p_ws text, p_key text, p_event jsonb) returns boolean language sql stable as $$
  select exists (select from booking_events e where e.workspace_id = p_ws and e.event_key = p_key and e.state = 'stands')
    or exists (select from intents i where i.workspace_id = p_ws
      and i.id = case when p_event ->> 'marker' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (p_event ->> 'marker')::uuid end
      and booking_of_proposal(i.proposal_id) is not null
      and not exists (select from booking_events e where e.workspace_id = p_ws and e.booking_id = booking_of_proposal(i.proposal_id)))
$$;

-- All of a person's, before any of them is looked at.
create function booking_lock_all(p_ws text, p_owner text) returns void language plpgsql as $$
declare v_id text;
begin
  for v_id in select k.owner_id || '/' || k.id from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p_owner order by 1 loop
    perform lock_head(p_ws, 'slots', v_id);
  end loop;
end $$;

-- ---------------------------------------------------------------- when a booking's event is due

-- Only calendars of accounts have a slash in their names; races and tests have calendars that lie nowhere.
create function booking_calendar_orders() returns trigger language plpgsql as $$
begin
  if new.calendar_id not like '%/%' then return new; end if;
  if tg_op = 'INSERT' then
    select case when k.write_at_once then new.committed_at else new.bump_until end into new.calendar_due_at from bookable_calendars k
      where k.workspace_id = new.workspace_id and k.owner_id = new.owner_id and k.id = new.calendar_id;
  elsif new.state <> 'live' and old.state = 'live' then
    -- what nobody has begun to write leaves nothing to take away
    new.calendar_due_at := case when new.calendar_attempt > 0 then new.ended_at end;
  end if;
  return new;
end $$;
create trigger bookings_calendar_made before insert on bookings for each row execute function booking_calendar_orders();
create trigger bookings_calendar_ended before update of state on bookings for each row execute function booking_calendar_orders();

-- Bookings whose turn it is; of several pollers one gets each. It comes again after p_every_ms unless something else is said of it.
create function booking_calendar_due(p_limit int, p_every_ms bigint) returns setof bookings
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  return query
    update bookings b set calendar_due_at = booking_clock() + p_every_ms * interval '1 ms'
    from (select d.workspace_id, d.id from bookings d where d.calendar_due_at <= booking_clock() order by d.calendar_due_at limit p_limit for update skip locked) due
    where b.workspace_id = due.workspace_id and b.id = due.id returning b.*;
end $$;

-- The next attempt, of which there is one at a time: false when the booking is another by now, or somebody else has begun it.
create function booking_calendar_begin(p_ws text, p_id uuid, p_state text, p_attempt int, p_wait_ms bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update bookings set calendar_attempt = p_attempt + 1, calendar_due_at = booking_clock() + p_wait_ms * interval '1 ms'
    where workspace_id = p_ws and id = p_id and state = p_state and calendar_attempt = p_attempt;
  return found;
end $$;

-- When it is to be looked at again; p_wait_ms null: never, unless something happens. Only if nothing has since it was read.
create function booking_calendar_rest(p_ws text, p_id uuid, p_state text, p_attempt int, p_event_state text, p_wait_ms bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update bookings b set calendar_due_at = booking_clock() + p_wait_ms * interval '1 ms'
    where b.workspace_id = p_ws and b.id = p_id and b.state = p_state and b.calendar_attempt = p_attempt
      and p_event_state is not distinct from (select e.state from booking_events e where e.workspace_id = p_ws and e.booking_id = p_id order by e.state desc limit 1);
end $$;

-- ---------------------------------------------------------------- questions

-- Put once about one booking and one event; again when that event stands elsewhere by now. The caller holds the calendar's head.
create function booking_ask_person(p_ws text, c bookable_calendars, b bookings, p_about text, p_key text, p_from timestamptz, p_to timestamptz, p_now timestamptz) returns void
language plpgsql as $$
declare v_id uuid;
begin
  insert into booking_questions as q (workspace_id, id, owner_id, booking_id, about, event_key, starts_at, ends_at, asked_at)
    values (p_ws, gen_random_uuid(), c.owner_id, b.id, p_about, p_key, p_from, p_to, p_now)
    on conflict (workspace_id, booking_id, about, event_key) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at, asked_at = excluded.asked_at, choice = null,
      answered_at = null where (q.starts_at, q.ends_at) is distinct from (excluded.starts_at, excluded.ends_at)
    returning q.id into v_id;
  if v_id is null then return; end if;
  perform booking_log(p_ws, c, 'system', 'outside', 'booking.asked', b.id::text, null, booking_slot(b.starts_at, b.ends_at)
    || jsonb_build_object('agentId', b.agent_id, 'priority', b.priority, 'questionId', v_id, 'about', p_about)
    || case when p_from is null then '{}' else jsonb_build_object('outside', booking_slot(p_from, p_to)) end);
end $$;

-- As before; of an event that lands on what is frozen the person is asked.
create or replace function booking_block(p_ws text, p_owner text, p_calendar text, p_source text, p_id text, p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare c bookable_calendars; v_now timestamptz; v_met taken_slots[]; v_going taken_slots[]; v_ended jsonb; v_row text; b bookings;
begin
  select k.* into c from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p_owner and k.id = p_calendar;
  if not found then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;
  perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);
  v_now := booking_clock();
  perform booking_expire(p_ws, c, v_now);
  insert into outside_blocks (workspace_id, calendar_no, source, id, starts_at, ends_at) values (p_ws, c.no, p_source, p_id, p_from, p_to)
    on conflict (workspace_id, calendar_no, source, id) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at;
  select array_agg(t order by t.starts_at), array_agg(t order by t.starts_at) filter (where t.kind = 'hold' or v_now < t.until),
      jsonb_build_object('evicted', coalesce(jsonb_agg(t.id order by t.starts_at) filter (where t.kind = 'booking' and v_now < t.until), '[]'),
        'displaced', coalesce(jsonb_agg(t.id order by t.starts_at) filter (where t.kind = 'hold'), '[]'),
        'frozen', coalesce(jsonb_agg(t.id order by t.starts_at) filter (where t.kind = 'booking' and v_now >= t.until), '[]'))
    into v_met, v_going, v_ended from taken_slots t
    where t.workspace_id = p_ws and t.calendar_no = c.no and t.starts_at > p_from - interval '24 hours' and t.starts_at < p_to and t.ends_at > p_from;
  if v_met is not null then
    v_row := booking_log(p_ws, c, 'system', 'outside', 'calendar.blocked', c.owner_id || '/' || c.id, null,
      booking_slot(p_from, p_to) || jsonb_build_object('source', p_source, 'pattern', 'external-event-overlap') || v_ended);
  end if;
  if v_going is not null then
    perform booking_evict(p_ws, c, v_going, v_now, 'system', 'outside', jsonb_build_object('kind', 'outside', 'slot', booking_slot(p_from, p_to)));
  end if;
  if p_source = 'event' then
    for b in select k.* from jsonb_array_elements_text(v_ended -> 'frozen') f join bookings k on k.workspace_id = p_ws and k.id = f::uuid order by k.starts_at loop
      perform booking_ask_person(p_ws, c, b, 'overlap', p_id, p_from, p_to, v_now);
    end loop;
  end if;
  return jsonb_build_object('kind', 'blocked', 'auditEventId', v_row) || v_ended;
end $$;

-- The person's answer, once. `keep` leaves all as it is; `cancel` cancels the booking, and its event goes as after any cancelling.
create function booking_answer(p_ws text, p_question uuid, p_user text, p_choice text, p_log jsonb) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare q booking_questions; b bookings;
begin
  select * into q from booking_questions where workspace_id = p_ws and id = p_question and owner_id = p_user;
  if not found then return 'notFound'; end if;
  select * into b from bookings where workspace_id = p_ws and id = q.booking_id;
  perform lock_head(p_ws, 'slots', b.owner_id || '/' || b.calendar_id);
  update booking_questions set choice = p_choice, answered_at = booking_clock() where workspace_id = p_ws and id = p_question and choice is null;
  if not found then return 'superseded'; end if;
  perform log_append(p_ws, p_log);
  if p_choice = 'cancel' then
    perform booking_cancel(p_ws, jsonb_build_object('ownerId', b.owner_id, 'calendarId', b.calendar_id, 'bookingId', b.id, 'by', jsonb_build_object('kind', 'person', 'id', p_user)));
  end if;
  return 'answered';
end $$;

-- ---------------------------------------------------------------- what the person does to a booking's event

-- Dragged: the booking follows, in whole buckets, when nothing that stays is in the way; the person outranks all agents, so holds and what can still be bumped go. Else it is asked
-- about, and the booking stays where it was agreed.
create function booking_follow(p_ws text, c bookable_calendars, b bookings, p_key text, p_from timestamptz, p_to timestamptz) returns void
language plpgsql as $$
declare v_now timestamptz; v_from timestamptz; v_to timestamptz; v_met taken_slots[]; v_stays boolean; v_facts jsonb;
begin
  v_now := booking_clock();
  perform booking_expire(p_ws, c, v_now);
  v_from := date_bin('5 minutes', p_from, 'epoch');
  v_to := date_bin('5 minutes', p_to + interval '5 minutes' - interval '1 microsecond', 'epoch');
  if (v_from, v_to) is not distinct from (b.starts_at, b.ends_at) then
    delete from booking_questions where workspace_id = p_ws and booking_id = b.id and about = 'moved' and event_key = p_key and choice is null;
    return;
  end if;
  v_stays := v_from is null or v_to <= v_from or v_to > v_from + interval '24 hours'
    or exists (select from outside_blocks o where o.workspace_id = p_ws and o.calendar_no = c.no and tstzrange(o.starts_at, o.ends_at) && tstzrange(v_from, v_to))
    or exists (select from taken_slots t where t.workspace_id = p_ws and t.calendar_no = c.no and t.id <> b.id and t.kind = 'booking' and t.until <= v_now
      and t.starts_at < v_to and t.ends_at > v_from);
  if v_stays then
    perform booking_ask_person(p_ws, c, b, 'moved', p_key, p_from, p_to, v_now);
    return;
  end if;
  select array_agg(t order by t.starts_at) into v_met from taken_slots t
    where t.workspace_id = p_ws and t.calendar_no = c.no and t.id <> b.id and t.starts_at > v_from - interval '24 hours' and t.starts_at < v_to and t.ends_at > v_from;
  v_facts := booking_slot(v_from, v_to) || jsonb_build_object('was', booking_slot(b.starts_at, b.ends_at), 'agentId', b.agent_id, 'priority', b.priority);
  perform booking_log(p_ws, c, 'person', c.owner_id, 'booking.moved', b.id::text, null, v_facts);
  if v_met is not null then
    perform booking_evict(p_ws, c, v_met, v_now, 'person', c.owner_id, jsonb_build_object('kind', 'outside', 'slot', booking_slot(v_from, v_to)));
  end if;
  update taken_slots set starts_at = v_from, ends_at = v_to where workspace_id = p_ws and calendar_no = c.no and id = b.id;
  update bookings set starts_at = v_from, ends_at = v_to where workspace_id = p_ws and id = b.id;
  delete from booking_questions where workspace_id = p_ws and booking_id = b.id and about = 'moved' and event_key = p_key and choice is null;
end $$;

-- A booking's event as it stands now. What the person has changed of it but its times is not taken over: taking it away asks them first.
create function booking_event_seen(p_ws text, p_key text, p_event jsonb, p_version text) returns void
language plpgsql as $$
declare e booking_events; b bookings; c bookable_calendars; v_timed boolean := p_event #>> '{start,kind}' = 'timed';
begin
  select * into e from booking_events where workspace_id = p_ws and event_key = p_key and state = 'stands';
  if not found then return; end if;
  select * into b from bookings where workspace_id = p_ws and id = e.booking_id;
  select k.* into c from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = b.owner_id and k.id = b.calendar_id;
  if not found then return; end if;
  perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);
  select * into b from bookings where workspace_id = p_ws and id = e.booking_id;
  if b.state <> 'live' then return; end if;
  perform booking_follow(p_ws, c, b, p_key, case when v_timed then (p_event #>> '{start,at}')::timestamptz end, case when v_timed then (p_event #>> '{end,at}')::timestamptz end);
  update booking_events set version = p_version, event = event || jsonb_build_object('start', p_event -> 'start', 'end', p_event -> 'end')
    where workspace_id = p_ws and event_key = p_key;
end $$;

-- It is no longer there: whoever took it away has cancelled the booking. What has been over for long only leaves the window that is followed.
create function booking_event_gone(p_ws text, p_key text) returns void
language plpgsql as $$
declare e booking_events; b bookings;
begin
  update booking_events set state = 'removed' where workspace_id = p_ws and event_key = p_key and state = 'stands' returning * into e;
  if not found then return; end if;
  select * into b from bookings where workspace_id = p_ws and id = e.booking_id;
  if b.ends_at <= booking_clock() then return; end if;
  perform booking_cancel(p_ws, jsonb_build_object('ownerId', b.owner_id, 'calendarId', b.calendar_id, 'bookingId', b.id, 'by', jsonb_build_object('kind', 'person', 'id', b.owner_id)));
end $$;

-- The person keeps the event of a booking that has ended: from now on it is theirs, and takes their time like any other.
create function booking_event_kept(p_ws text, p_key text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare e booking_events;
begin
  update booking_events set state = 'kept' where workspace_id = p_ws and event_key = p_key and state = 'stands' returning * into e;
  if found then perform outside_event(p_ws, p_key, e.event); end if;
end $$;

-- ---------------------------------------------------------------- what stands outside

-- An event takes time on every calendar of its person that agents may book on, whichever account it lies in.
create function outside_event(p_ws text, p_key text, p_event jsonb) returns void
language plpgsql as $$
declare v_owner text; k bookable_calendars; v_from timestamptz; v_to timestamptz;
begin
  select s.user_id into v_owner from synced_calendars s
    where s.workspace_id = p_ws and s.connection_id = p_event #>> '{ref,connectionId}' and s.calendar_id = p_event #>> '{ref,calendarId}';
  if not found then return; end if;
  if event_takes_time(p_event) and not event_is_bookings(p_ws, p_key, p_event) then
    v_from := (p_event #>> '{start,at}')::timestamptz; v_to := (p_event #>> '{end,at}')::timestamptz;
  end if;
  if v_from is null or v_to <= booking_clock() or v_to <= v_from then
    delete from outside_blocks where workspace_id = p_ws and source = 'event' and id = p_key;
    return;
  end if;
  for k in select b.* from bookable_calendars b where b.workspace_id = p_ws and b.owner_id = v_owner order by b.owner_id || '/' || b.id loop
    if not exists (select from outside_blocks o where o.workspace_id = p_ws and o.calendar_no = k.no and o.source = 'event' and o.id = p_key
        and o.starts_at = v_from and o.ends_at = v_to) then
      perform booking_block(p_ws, v_owner, k.id, 'event', p_key, v_from, v_to);
    end if;
  end loop;
end $$;

-- Whatever writes the cache keeps the engine's view of it true, in its own transaction: no crash leaves the one without the other.
create function cached_events_block() returns trigger language plpgsql as $$
declare v_row record;
begin
  for v_row in select n.workspace_id, n.event from now_cached n order by n.starts_at loop
    perform outside_event(v_row.workspace_id, event_key_of(v_row.event -> 'ref'), v_row.event);
  end loop;
  return null;
end $$;
create trigger cached_events_block_made after insert on cached_events referencing new table as now_cached for each statement execute function cached_events_block();
create trigger cached_events_block_changed after update on cached_events referencing new table as now_cached for each statement execute function cached_events_block();

create function cached_events_unblock() returns trigger language plpgsql as $$
begin
  delete from outside_blocks o using was_cached w
    where o.workspace_id = w.workspace_id and o.source = 'event' and o.id = event_key_of(w.event -> 'ref');
  return null;
end $$;
create trigger cached_events_unblock after delete on cached_events referencing old table as was_cached for each statement execute function cached_events_unblock();

-- A calendar that is opened to agents begins with what is known of its person's time.
create function bookable_calendars_begin() returns trigger language plpgsql as $$
declare v_row record;
begin
  for v_row in select e.event from cached_events e
      join synced_calendars s on s.workspace_id = e.workspace_id and s.connection_id = e.connection_id and s.calendar_id = e.calendar_id
      where e.workspace_id = new.workspace_id and s.user_id = new.owner_id and e.ends_at > booking_clock() loop
    perform outside_event(new.workspace_id, event_key_of(v_row.event -> 'ref'), v_row.event);
  end loop;
  return null;
end $$;
create trigger bookable_calendars_begin after insert on bookable_calendars for each row execute function bookable_calendars_begin();

-- As before; then what the person did to events of bookings, in the same transaction as the cursor.
create or replace function sync_apply(p_ws text, p_connection text, p_calendar text, p_run bigint, p_changed jsonb, p_removed jsonb, p_stale jsonb, p_cursor text,
  p_window_from timestamptz, p_window_to timestamptz, p_next_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_run bigint; v_doubt jsonb; v_now timestamptz; v_each jsonb; v_stale jsonb := '[]'; v_keys text[];
begin
  perform lock_head(p_ws, 'calendar', p_connection || '/' || p_calendar);
  select run into v_run from synced_calendars where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar;
  if v_run is distinct from p_run then return jsonb_build_object('kind', 'superseded'); end if;

  -- the same as lock_head, for many at once and in its order: made in one statement, locked in the next
  select array_agg(k order by k) into v_keys from (
    select c ->> 'key' as k from jsonb_array_elements(p_changed) c union select r ->> 'key' from jsonb_array_elements(p_removed) r) keys;
  insert into heads (workspace_id, kind, id) select p_ws, 'event', k from unnest(v_keys) k order by k on conflict do nothing;
  perform 1 from heads where workspace_id = p_ws and kind = 'event' and id = any (v_keys) order by id for update;
  v_now := clock_timestamp();

  select jsonb_agg(c.key) into v_doubt
    from jsonb_to_recordset(p_changed) as c (key text, "seriesKey" text, version text, "seenFrom" timestamptz, confirmed boolean)
    where exists (select 1 from intents i where i.workspace_id = p_ws and i.event_key in (c.key, c."seriesKey") and i.outcome ->> 'kind' = 'applied'
      and ((not c.confirmed and i.base_version = c.version)
        or (i.finished_at >= c."seenFrom" and i.outcome #>> '{event,version}' is distinct from c.version)));
  if v_doubt is not null then return jsonb_build_object('kind', 'doubtful', 'keys', v_doubt); end if;

  if v_keys is not null then
    perform booking_lock_all(p_ws, (select user_id from synced_calendars where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar));
  end if;
  insert into cached_events (workspace_id, connection_id, calendar_id, event_id, version, care_digest, starts_at, ends_at, event, seen_at)
    select p_ws, p_connection, p_calendar, c."eventId", c.version, c."careDigest", c."startsAt", c."endsAt", c.event, v_now
    from jsonb_to_recordset(p_changed) as c ("eventId" text, version text, "careDigest" text, "startsAt" timestamptz, "endsAt" timestamptz, event jsonb)
    on conflict (workspace_id, connection_id, calendar_id, event_id) do update set version = excluded.version, care_digest = excluded.care_digest,
      starts_at = excluded.starts_at, ends_at = excluded.ends_at, event = excluded.event, seen_at = excluded.seen_at;
  update heads h set version = c.version from jsonb_to_recordset(p_changed) as c (key text, version text)
    where h.workspace_id = p_ws and h.kind = 'event' and h.id = c.key and h.version <> c.version;
  delete from cached_events e using jsonb_array_elements(p_removed) r
    where e.workspace_id = p_ws and e.connection_id = p_connection and e.calendar_id = p_calendar and e.event_id = r ->> 'eventId';
  update heads h set version = '' from jsonb_array_elements(p_removed) r
    where h.workspace_id = p_ws and h.kind = 'event' and h.id = r ->> 'key' and h.version <> '';

  for v_each in select s from jsonb_array_elements(p_stale) s order by s ->> 'proposalId' loop
    perform lock_head(p_ws, 'proposal', v_each ->> 'proposalId');
    update proposals set state = 'stale', stale = v_each -> 'reason' where workspace_id = p_ws and id = v_each ->> 'proposalId' and state = 'open';
    if found then
      perform log_append(p_ws, v_each -> 'log');
      v_stale := v_stale || jsonb_build_array(v_each ->> 'proposalId');
    end if;
  end loop;

  for v_each in select c from jsonb_array_elements(p_changed) c order by c ->> 'key' loop
    perform booking_event_seen(p_ws, v_each ->> 'key', v_each -> 'event', v_each ->> 'version');
  end loop;
  for v_each in select r from jsonb_array_elements(p_removed) r order by r ->> 'key' loop
    perform booking_event_gone(p_ws, v_each ->> 'key');
  end loop;

  if p_cursor is not null then
    update synced_calendars set cursor = p_cursor, window_from = p_window_from, window_to = p_window_to, failures = 0, synced_at = v_now,
        next_poll_at = v_now + p_next_ms * interval '1 ms'
      where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar;
  end if;
  return jsonb_build_object('kind', 'applied', 'stale', v_stale);
end $$;

-- ---------------------------------------------------------------- our own writes

-- The slot that an intent is to fill is kept for it until it ends, whatever time that takes; agents are told `busy`. The person has said yes, so holds and what can still be bumped go. What is
-- frozen stays: it was counted when the slot was read. A booking's own event needs nothing kept.
create function booking_reserve(p_ws text, p jsonb) returns void
language plpgsql as $$
declare v_to jsonb := coalesce(p #> '{change,patch}', p #> '{change,draft}'); v_from timestamptz; v_end timestamptz; k bookable_calendars;
begin
  if p #>> '{change,kind}' not in ('create', 'update') or not (v_to ? 'start' or v_to ? 'end') or p #>> '{base,shape}' = 'series' or not (p #>> '{base,busy}')::boolean
    or booking_of_proposal(p ->> 'proposalId') is not null
    or exists (select from booking_events e where e.workspace_id = p_ws and e.event_key = p ->> 'eventKey' and e.state = 'stands') then return; end if;
  v_from := coalesce(v_to -> 'start', p #> '{base,start}') ->> 'at';
  v_end := coalesce(v_to -> 'end', p #> '{base,end}') ->> 'at';
  if v_from is null or v_end is null or v_end <= v_from then return; end if;
  perform booking_lock_all(p_ws, p ->> 'userId');
  for k in select b.* from bookable_calendars b where b.workspace_id = p_ws and b.owner_id = p ->> 'userId' order by b.owner_id || '/' || b.id loop
    perform booking_block(p_ws, k.owner_id, k.id, 'intent', p ->> 'id', v_from, v_end);
  end loop;
end $$;

-- As before, and the target slot is reserved by the transaction that records the intent.
create or replace function intent_prepare(p_ws text, p jsonb, p_log jsonb, p_more_logs jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_approval_head heads; v_a approvals; v_before intents; v_now timestamptz; v_event text;
  v_kind text := 'prepared'; v_reason text; v_what text; v_lease timestamptz;
begin
  select * into v_approval_head from lock_head(p_ws, 'approval', p ->> 'approvalId');
  for v_event in select distinct e from unnest(array[p ->> 'eventKey', p ->> 'seriesKey']) e order by e loop
    perform lock_head(p_ws, 'event', v_event);
  end loop;
  v_now := clock_timestamp();
  select * into v_a from approvals where workspace_id = p_ws and id = (p ->> 'approvalId')::uuid;
  if p ->> 'afterIntent' is not null then
    select * into v_before from intents where workspace_id = p_ws and id = (p ->> 'afterIntent')::uuid;
  end if;

  if v_a.id is null or v_a.user_id <> p ->> 'userId' or v_a.proposal_id <> p ->> 'proposalId' or v_a.position <> (p ->> 'position')::int then
    v_kind := 'forbidden'; v_reason := 'not-yours';
  elsif v_a.plan_hash <> p ->> 'planHash' then v_kind := 'forbidden'; v_reason := 'plan-changed';
  elsif v_a.expires_at <= v_now then v_kind := 'expired'; v_what := 'approval';
  -- the version may have moved since the approval, what the person cares about may not
  elsif v_a.care_digest <> p ->> 'careDigest' then v_kind := 'superseded';
  -- single use; its one successor must follow an intent of the same approval that was refused, and only once
  elsif p ->> 'afterIntent' is null and v_approval_head.version <> '' then v_kind := 'superseded';
  elsif p ->> 'afterIntent' is not null and (v_before.approval_id is distinct from v_a.id or v_before.after_intent is not null
      or v_before.state is distinct from 'DONE' or v_before.outcome ->> 'kind' is distinct from 'conflict'
      or exists (select 1 from intents i where i.workspace_id = p_ws and i.after_intent = v_before.id)) then v_kind := 'superseded';
  elsif exists (select 1 from intents i where i.workspace_id = p_ws and i.connection_id = p ->> 'connectionId'
      and i.series_key = p ->> 'seriesKey' and i.state in ('PREPARED', 'SENT')) then v_kind := 'busy'; v_what := 'event';
  end if;

  perform log_append_all(p_ws, p_more_logs);
  perform log_append(p_ws, p_log || jsonb_build_object('outcome', v_kind));
  if v_kind <> 'prepared' then
    return jsonb_strip_nulls(jsonb_build_object('kind', v_kind, 'reason', v_reason, 'what', v_what));
  end if;
  v_lease := v_now + (p ->> 'leaseMs')::bigint * interval '1 ms';
  insert into intents (workspace_id, id, connection_id, event_key, series_key, user_id, proposal_id, position, approval_id, after_intent,
      base_version, care_digest, base, change, notify, state, lease_until, prepared_at)
    values (p_ws, (p ->> 'id')::uuid, p ->> 'connectionId', p ->> 'eventKey', p ->> 'seriesKey', p ->> 'userId', p ->> 'proposalId', (p ->> 'position')::int,
      v_a.id, (p ->> 'afterIntent')::uuid, p ->> 'baseVersion', p ->> 'careDigest', p -> 'base', p -> 'change',
      (p ->> 'notify')::boolean, 'PREPARED', v_lease, v_now);
  perform booking_reserve(p_ws, p);
  update heads set version = 'used' where workspace_id = p_ws and kind = 'approval' and id = v_a.id::text;
  update heads set version = p ->> 'baseVersion' where workspace_id = p_ws and kind = 'event' and id = p ->> 'eventKey';
  insert into heads (workspace_id, kind, id, version, epoch, claim_id) values (p_ws, 'intent', p ->> 'id', 'PREPARED', 1, (p ->> 'claimId')::uuid);
  return jsonb_build_object('kind', 'prepared', 'leaseUntil', v_lease);
end $$;

-- An intent has ended: what was kept for it is let go, and what it left stands outside from the same moment, if that calendar is followed. A booking's event is known by its name
-- from here on; when the booking has ended meanwhile, taking it away is due.
create function intents_end_in_calendars() returns trigger language plpgsql as $$
declare
  v_booking constant uuid := booking_of_proposal(new.proposal_id);
  v_told constant jsonb := coalesce(new.correction, new.outcome);
  v_event constant jsonb := v_told #> '{event,value}';
  v_key text; b bookings;
begin
  perform booking_lock_all(new.workspace_id, new.user_id);
  delete from outside_blocks where workspace_id = new.workspace_id and source = 'intent' and id = new.id::text;
  if v_told ->> 'kind' = 'gone' then perform booking_event_gone(new.workspace_id, new.event_key); end if;
  if v_told ->> 'kind' <> 'applied' then return null; end if;
  if new.change ->> 'kind' = 'delete' then
    delete from outside_blocks where workspace_id = new.workspace_id and source = 'event' and id = new.event_key;
    perform booking_event_gone(new.workspace_id, new.event_key);
  end if;
  if v_event is null or jsonb_typeof(v_event) <> 'object' or new.change ->> 'kind' not in ('create', 'update') then return null; end if;
  v_key := event_key_of(v_event -> 'ref');
  if v_booking is not null then
    select * into b from bookings where workspace_id = new.workspace_id and id = v_booking and owner_id = new.user_id;
    if not found then return null; end if;
    -- what somebody has changed since is not what was written
    insert into booking_events (workspace_id, event_key, booking_id, event, version)
      values (new.workspace_id, v_key, b.id, case when v_told -> 'notes' @> '[{"kind": "changed-since"}]' then new.base || jsonb_build_object('ref', v_event -> 'ref') else v_event end,
        v_told #>> '{event,version}') on conflict do nothing;
    delete from outside_blocks where workspace_id = new.workspace_id and source = 'event' and id = v_key;
    update bookings set calendar_due_at = case when state <> 'live' then booking_clock() end where workspace_id = new.workspace_id and id = b.id;
  end if;
  if exists (select from booking_events e where e.workspace_id = new.workspace_id and e.event_key = v_key and e.state = 'stands') then
    perform booking_event_seen(new.workspace_id, v_key, v_event, v_told #>> '{event,version}');
  else
    perform outside_event(new.workspace_id, v_key, v_event);
  end if;
  return null;
end $$;
create trigger intents_end_in_calendars after update on intents for each row
  when (new.state = 'DONE' and (old.state <> 'DONE' or old.correction is distinct from new.correction)) execute function intents_end_in_calendars();

create function booking_write_at_once(p_ws text, p_owner text, p_calendar text, p_at_once boolean, p_log jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update bookable_calendars set write_at_once = p_at_once where workspace_id = p_ws and owner_id = p_owner and id = p_calendar and write_at_once <> p_at_once;
  if found then perform log_append(p_ws, p_log); end if;
end $$;

-- ---------------------------------------------------------------- rights of the runtime role

grant select on booking_events, booking_questions to ifmatch_app;
revoke execute on function event_key_part(text), event_key_of(jsonb), booking_of_proposal(text), event_takes_time(jsonb), event_is_bookings(text, text, jsonb), booking_lock_all(text, text), booking_calendar_orders(),
  booking_calendar_due(int, bigint), booking_calendar_begin(text, uuid, text, int, bigint), booking_calendar_rest(text, uuid, text, int, text, bigint),
  booking_ask_person(text, bookable_calendars, bookings, text, text, timestamptz, timestamptz, timestamptz), booking_answer(text, uuid, text, text, jsonb),
  booking_follow(text, bookable_calendars, bookings, text, timestamptz, timestamptz), booking_event_seen(text, text, jsonb, text), booking_event_gone(text, text),
  booking_event_kept(text, text), outside_event(text, text, jsonb), cached_events_block(), cached_events_unblock(), bookable_calendars_begin(), booking_reserve(text, jsonb),
  intents_end_in_calendars(), booking_write_at_once(text, text, text, boolean, jsonb) from public;
grant execute on function booking_calendar_due(int, bigint), booking_calendar_begin(text, uuid, text, int, bigint),
  booking_calendar_rest(text, uuid, text, int, text, bigint), booking_answer(text, uuid, text, text, jsonb), booking_event_kept(text, text),
  booking_write_at_once(text, text, text, boolean, jsonb) to ifmatch_app;
