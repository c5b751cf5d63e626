-- A plan is made on what was read, and stored a moment later, or seconds later where a model thinks about it. What came into the cache in between was judged without it: its person's
-- calendars that have changed within those seconds are read once more, so that its card says what has changed before anyone presses Apply.
alter table synced_calendars add column begun_at timestamptz(6), add column changed_at timestamptz(6);
create index proposals_open_lately on proposals (created_at) where state = 'open';

create or replace function sync_begin(p_ws text, p_connection text, p_calendar text) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare v_s synced_calendars;
begin
  perform lock_head(p_ws, 'calendar', p_connection || '/' || p_calendar);
  update synced_calendars set run = run + 1, begun_at = clock_timestamp()
    where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar returning * into v_s;
  if not found then return null; end if;
  return jsonb_build_object('run', v_s.run, 'startedAt', v_s.begun_at, 'cursor', v_s.cursor, 'failures', v_s.failures, 'userId', v_s.user_id,
    'windowFrom', v_s.window_from, 'windowTo', v_s.window_to);
end $$;

create or replace function sync_apply(p_ws text, p_connection text, p_calendar text, p_run bigint, p_changed jsonb, p_removed jsonb, p_stale jsonb, p_cursor text,
  p_window_from timestamptz, p_window_to timestamptz, p_next_ms bigint) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp as $$
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
        changed_at = case when v_keys is null then changed_at else v_now end, next_poll_at = v_now + p_next_ms * interval '1 ms'
      where workspace_id = p_ws and connection_id = p_connection and calendar_id = p_calendar;
  end if;
  return jsonb_build_object('kind', 'applied', 'stale', v_stale);
end $$;

create or replace function sync_due(p_limit int, p_every_ms bigint) returns setof synced_calendars
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  -- no planner thinks for longer than a minute, and no reading has begun since; where a provider does not answer, its waits stand
  update synced_calendars s set next_poll_at = clock_timestamp()
    from (
      select d.workspace_id, d.connection_id, d.calendar_id from proposals p
      join synced_calendars d on d.workspace_id = p.workspace_id and d.user_id = p.user_id
      where p.state = 'open' and p.created_at > clock_timestamp() - interval '1 minute' and d.changed_at > p.created_at - interval '1 minute'
        and d.begun_at < p.created_at and d.failures = 0 and d.next_poll_at > clock_timestamp()
      for update of d skip locked
    ) missed
    where s.workspace_id = missed.workspace_id and s.connection_id = missed.connection_id and s.calendar_id = missed.calendar_id;
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
