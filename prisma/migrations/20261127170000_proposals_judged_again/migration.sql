-- A plan is made on what was read, and stored a moment later, or seconds later where a model thinks about it. What came into the cache in between was judged without it: its person's
-- calendars are read once more, soon, so that its card says what has changed before anyone presses Apply.
alter table synced_calendars add column begun_at timestamptz(6);
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

create or replace function sync_due(p_limit int, p_every_ms bigint) returns setof synced_calendars
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  -- stored within a minute of a reading, and none has begun since; where a provider does not answer, its waits stand
  update synced_calendars s set next_poll_at = clock_timestamp()
    from (
      select d.workspace_id, d.connection_id, d.calendar_id from proposals p
      join synced_calendars d on d.workspace_id = p.workspace_id and d.user_id = p.user_id
      where p.state = 'open' and p.created_at > clock_timestamp() - interval '1 minute' and d.synced_at > p.created_at - interval '1 minute'
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
