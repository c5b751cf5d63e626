-- CreateTable
CREATE TABLE "synced_calendars" (
    "workspace_id" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "calendar_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "cursor" TEXT,
    "window_from" TIMESTAMPTZ(6),
    "window_to" TIMESTAMPTZ(6),
    "run" BIGINT NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "synced_at" TIMESTAMPTZ(6),
    "next_poll_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "synced_calendars_pkey" PRIMARY KEY ("workspace_id","connection_id","calendar_id")
);

-- CreateTable
CREATE TABLE "cached_events" (
    "workspace_id" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "calendar_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "care_digest" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(6) NOT NULL,
    "ends_at" TIMESTAMPTZ(6) NOT NULL,
    "event" JSONB NOT NULL,
    "seen_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "cached_events_pkey" PRIMARY KEY ("workspace_id","connection_id","calendar_id","event_id")
);

-- CreateTable
CREATE TABLE "sync_channels" (
    "workspace_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "connection_id" TEXT NOT NULL,
    "calendar_id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "channel_id" TEXT,
    "resource_id" TEXT,
    "expires_at" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "sync_channels_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE INDEX "synced_calendars_next_poll_at_idx" ON "synced_calendars"("next_poll_at");

-- CreateIndex
CREATE INDEX "sync_channels_workspace_id_connection_id_calendar_id_idx" ON "sync_channels"("workspace_id", "connection_id", "calendar_id");

-- CreateIndex
CREATE UNIQUE INDEX "sync_channels_workspace_id_token_hash_key" ON "sync_channels"("workspace_id", "token_hash");

-- CreateIndex
CREATE INDEX "intents_workspace_id_event_key_idx" ON "intents"("workspace_id", "event_key");

-- AlterTable
ALTER TABLE "proposals" ADD COLUMN     "stale" JSONB;

alter table cached_events add constraint cached_events_version check (version <> '');

-- ---------------------------------------------------------------- which calendars are followed

-- The calendars an account has now: new ones are added, those that are no longer there are forgotten with what was cached of them.
create function sync_calendars(p_ws text, p_connection text, p_user text, p_calendars text[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  -- an account that was disconnected meanwhile is not brought back
  perform 1 from connections where workspace_id = p_ws and id = p_connection and user_id = p_user for share;
  if not found then return; end if;
  insert into synced_calendars (workspace_id, connection_id, calendar_id, user_id)
    select p_ws, p_connection, c, p_user from unnest(p_calendars) c on conflict do nothing;
  delete from cached_events where workspace_id = p_ws and connection_id = p_connection and calendar_id <> all (p_calendars);
  delete from synced_calendars where workspace_id = p_ws and connection_id = p_connection and calendar_id <> all (p_calendars);
end $$;

create function sync_forget(p_ws text, p_connection text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from sync_channels where workspace_id = p_ws and connection_id = p_connection;
  delete from synced_calendars where workspace_id = p_ws and connection_id = p_connection;
  delete from cached_events where workspace_id = p_ws and connection_id = p_connection;
end $$;

-- Takes the calendars whose turn it is, and gives each its next one: of several pollers one gets it. Paused accounts wait.
create function sync_due(p_limit int, p_every_ms bigint) returns setof synced_calendars
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  return query
    update synced_calendars s set next_poll_at = clock_timestamp() + p_every_ms * interval '1 ms'
    from (
      select d.workspace_id, d.connection_id, d.calendar_id from synced_calendars d
      join connections c on c.workspace_id = d.workspace_id and c.id = d.connection_id and c.status = 'live'
      where d.next_poll_at <= clock_timestamp() order by d.next_poll_at limit p_limit for update of d skip locked
    ) due
    where s.workspace_id = due.workspace_id and s.connection_id = due.connection_id and s.calendar_id = due.calendar_id
    returning s.*;
end $$;

-- ---------------------------------------------------------------- one re-read

-- Begins a re-read of one calendar. `run` fences it: whoever begins later wins, and the earlier one is told `superseded` when it comes to write. `startedAt` is
-- taken before anything is asked: what the provider answers is at least that new.
create function sync_begin(p_ws text, p_connection text, p_calendar text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_s synced_calendars;
begin
  perform lock_head(p_ws, 'calendar', p_connection || '/' || p_calendar);
  update synced_calendars set run = run + 1
    where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar returning * into v_s;
  if not found then return null; end if;
  return jsonb_build_object('run', v_s.run, 'startedAt', clock_timestamp(), 'cursor', v_s.cursor, 'failures', v_s.failures, 'userId', v_s.user_id,
    'windowFrom', v_s.window_from, 'windowTo', v_s.window_to);
end $$;

-- It did not come to an answer: the next turn is later.
create function sync_failed(p_ws text, p_connection text, p_calendar text, p_run bigint, p_wait_ms bigint, p_lost boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform lock_head(p_ws, 'calendar', p_connection || '/' || p_calendar);
  update synced_calendars set failures = failures + 1, next_poll_at = clock_timestamp() + p_wait_ms * interval '1 ms', cursor = case when p_lost then null else cursor end
    where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar and run = p_run;
end $$;

-- Writes what a re-read saw: cache, heads, stale proposals and their log rows in one transaction.
-- p_changed: [{ key, seriesKey?, eventId, version, careDigest, startsAt, endsAt, event, seenFrom, confirmed }]
-- p_removed: [{ key, eventId }]; p_stale: [{ proposalId, reason, log }]; p_cursor: null while more is to come
-- Answers { kind: 'applied', stale } | { kind: 'superseded' } | { kind: 'doubtful', keys }. In doubt nothing is written: the events are read again, one by one, and the
-- re-read wins. There is doubt when a write of ours replaced this very version, or was finished while the provider was being asked.
create function sync_apply(p_ws text, p_connection text, p_calendar text, p_run bigint, p_changed jsonb, p_removed jsonb, p_stale jsonb, p_cursor text,
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

  if p_cursor is not null then
    update synced_calendars set cursor = p_cursor, window_from = p_window_from, window_to = p_window_to, failures = 0, synced_at = v_now,
        next_poll_at = v_now + p_next_ms * interval '1 ms'
      where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar;
  end if;
  return jsonb_build_object('kind', 'applied', 'stale', v_stale);
end $$;

-- ---------------------------------------------------------------- channels

-- Before the provider is asked: its first message may come before its answer.
create function channel_opening(p_ws text, p_id uuid, p_connection text, p_calendar text, p_token_hash text) returns void
language sql security definer set search_path = public, pg_temp as $$
  insert into sync_channels (workspace_id, id, connection_id, calendar_id, token_hash) values (p_ws, p_id, p_connection, p_calendar, p_token_hash)
$$;

create function channel_opened(p_ws text, p_id uuid, p_channel text, p_resource text, p_expires timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update sync_channels set channel_id = p_channel, resource_id = p_resource, expires_at = p_expires where workspace_id = p_ws and id = p_id;
  return found;
end $$;

create function channel_closed(p_ws text, p_id uuid) returns void
language sql security definer set search_path = public, pg_temp as $$
  delete from sync_channels where workspace_id = p_ws and id = p_id
$$;

grant select on synced_calendars, cached_events, sync_channels to ifmatch_app;
revoke execute on function sync_calendars(text, text, text, text[]), sync_forget(text, text), sync_due(int, bigint), sync_begin(text, text, text),
  sync_failed(text, text, text, bigint, bigint, boolean), sync_apply(text, text, text, bigint, jsonb, jsonb, jsonb, text, timestamptz, timestamptz, bigint),
  channel_opening(text, uuid, text, text, text), channel_opened(text, uuid, text, text, timestamptz), channel_closed(text, uuid) from public;
grant execute on function sync_calendars(text, text, text, text[]), sync_forget(text, text), sync_due(int, bigint), sync_begin(text, text, text),
  sync_failed(text, text, text, bigint, bigint, boolean), sync_apply(text, text, text, bigint, jsonb, jsonb, jsonb, text, timestamptz, timestamptz, bigint),
  channel_opening(text, uuid, text, text, text), channel_opened(text, uuid, text, text, timestamptz), channel_closed(text, uuid) to ifmatch_app;
