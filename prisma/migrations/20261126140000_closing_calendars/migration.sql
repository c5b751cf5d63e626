-- A person may stop bookings on a calendar. What stands there stands; nothing new is held or booked, and it may be opened again.
ALTER TABLE "bookable_calendars" ADD COLUMN     "closed_at" TIMESTAMPTZ(6);

-- p: { op: 'hold' | 'commit', id, ownerId, calendarId, by: { kind: 'agent', id }, start?, end?, holdId?, title? }
create or replace function booking_take(p_ws text, p jsonb) returns jsonb
language plpgsql as $$
declare
  v_commits constant boolean := p ->> 'op' = 'commit';
  v_agent constant text := p #>> '{by,id}';
  v_hold_id constant uuid := p ->> 'holdId';
  v_from timestamptz := p ->> 'start';
  v_to timestamptz := p ->> 'end';
  c bookable_calendars; v_mine int; v_now timestamptz; v_until timestamptz; v_h holds; v_b bookings; v_met taken_slots[]; v_going taken_slots[];
  v_stays taken_slots; v_winner jsonb; v_during jsonb; v_pattern text; v_retry timestamptz; v_reason text; v_live int;
  v_reply jsonb; v_facts jsonb; v_evicted jsonb := '[]'; v_displaced jsonb := '[]'; v_row text;
begin
  v_reason := case when date_bin('5 minutes', v_from, 'epoch') <> v_from or date_bin('5 minutes', v_to, 'epoch') <> v_to then 'unaligned'
    when v_to <= v_from then 'empty' when v_to > v_from + interval '24 hours' then 'too-long' end;
  if v_reason is not null then return jsonb_build_object('kind', 'invalid', 'reason', v_reason); end if;
  select k.* into c from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p ->> 'ownerId' and k.id = p ->> 'calendarId';
  select r.rank into v_mine from agent_ranks r join agents a on a.workspace_id = r.workspace_id and a.id = r.agent_id and a.revoked_at is null
    where r.workspace_id = p_ws and r.owner_id = p ->> 'ownerId' and r.agent_id = v_agent;
  if c.no is null or v_mine is null then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;

  -- agents before calendars: whoever holds one of each took them in this order
  if not v_commits then perform lock_head(p_ws, 'agent-holds', v_agent); end if;
  perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);
  -- read under the lock: whoever closed it before has the last word
  if exists (select from bookable_calendars k where k.no = c.no and k.closed_at is not null) then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;
  v_now := booking_clock();
  if exists (select from taken_slots t where t.workspace_id = p_ws and t.calendar_no = c.no and t.kind = 'hold' and t.until <= v_now) then
    perform booking_expire(p_ws, c, v_now);
  end if;

  if v_hold_id is not null then
    select * into v_h from holds h where h.workspace_id = p_ws and h.id = v_hold_id and h.owner_id = c.owner_id and h.calendar_id = c.id and h.agent_id = v_agent;
    if not found then return jsonb_build_object('kind', 'notFound', 'what', 'hold'); end if;
    v_from := v_h.starts_at; v_to := v_h.ends_at;
  end if;
  if v_from + interval '5 minutes' <= v_now then return jsonb_build_object('kind', 'invalid', 'reason', 'past'); end if;
  v_facts := booking_slot(v_from, v_to) || jsonb_build_object('priority', v_mine);
  if v_hold_id is not null then v_facts := v_facts || jsonb_build_object('holdId', v_hold_id); end if;

  -- what stops it before anybody is met: a hold that is over (D22), or holding too much
  if v_h.state <> 'live' then
    if v_h.ended_by ->> 'kind' = 'outside' then v_during := v_h.ended_by -> 'slot';
    elsif v_h.state = 'displaced' then
      v_winner := v_h.ended_by;
      v_pattern := case v_winner ->> 'kind' when 'hold' then 'hold-vs-hold' else 'hold-vs-commit-inside-bump' end;
    else
      v_reply := jsonb_build_object('kind', 'expired', 'how', case v_h.state when 'expired' then 'ttl' else v_h.state end);
      v_row := booking_log(p_ws, c, 'agent', v_agent, 'booking.refused', p ->> 'id', 'expired', v_facts || jsonb_build_object('how', v_reply -> 'how'));
      return v_reply || jsonb_build_object('auditEventId', v_row);
    end if;
  elsif not v_commits then
    select max(coalesce(h.ended_at, h.expires_at) + c.hold_ms * interval '1 ms') into v_retry from holds h
      where h.workspace_id = p_ws and h.agent_id = v_agent and h.expires_at > v_now - c.hold_ms * interval '1 ms' and h.owner_id = c.owner_id and h.calendar_id = c.id
        and h.state in ('live', 'released', 'expired') and h.starts_at < v_to and h.ends_at > v_from;
    if v_retry > v_now then v_reason := 'held-before';
    else
      select count(*), min(h.expires_at) into v_live, v_retry from holds h
        where h.workspace_id = p_ws and h.agent_id = v_agent and h.expires_at > v_now and h.state = 'live';
      if v_live >= c.max_holds then v_reason := 'too-many-holds'; end if;
    end if;
    if v_reason is not null then
      v_reply := jsonb_build_object('reason', v_reason, 'retryAt', booking_instant(v_retry));
      v_row := booking_log(p_ws, c, 'agent', v_agent, 'hold.refused', p ->> 'id', 'limited', v_facts || v_reply);
      return v_reply || jsonb_build_object('kind', 'limited', 'auditEventId', v_row);
    end if;
  end if;

  -- who is met, and who of them stays
  if v_winner is null and v_during is null then
    select booking_slot(b.starts_at, b.ends_at) into v_during from outside_blocks b
      where b.workspace_id = p_ws and b.calendar_no = c.no and tstzrange(b.starts_at, b.ends_at) && tstzrange(v_from, v_to) order by b.starts_at, b.ends_at limit 1;
  end if;
  if v_winner is null and v_during is null then
    select array_agg(t order by t.starts_at) into v_met from taken_slots t
      where t.workspace_id = p_ws and t.calendar_no = c.no and t.starts_at > v_from - interval '24 hours' and t.starts_at < v_to and t.ends_at > v_from;
    if v_met is not null then
      select t.* into v_stays from unnest(v_met) t
        where case
          when t.kind = 'booking' then not (v_commits and t.priority > v_mine and v_now < t.until)
          when v_commits then t.agent_id <> v_agent and t.priority < v_mine
          else t.priority <= v_mine end
        order by t.priority, t.starts_at limit 1;
      if found then v_winner := booking_winner(v_stays); end if;
      select case when bool_or(t.kind = 'booking' and t.until <= v_now) then 'commit-vs-frozen' when bool_or(t.kind = 'booking') then 'hold-vs-commit-inside-bump'
          when v_commits then 'hold-vs-commit-inside-bump' else 'hold-vs-hold' end into v_pattern
        from unnest(v_met) t where t.kind = 'booking' or t.agent_id <> v_agent having count(*) > 0;
    end if;
  end if;

  -- one that stays stops everything
  if v_during is not null then
    v_reply := jsonb_build_object('during', v_during, 'pattern', 'external-event-overlap');
    v_row := booking_log(p_ws, c, 'agent', v_agent, case when v_commits then 'booking.refused' else 'hold.refused' end, p ->> 'id', 'busy', v_facts || v_reply);
    return v_reply || jsonb_build_object('kind', 'busy', 'auditEventId', v_row);
  end if;
  if v_winner is not null then
    v_reply := jsonb_build_object('winner', v_winner, 'pattern', v_pattern);
    v_row := booking_log(p_ws, c, 'agent', v_agent, case when v_commits then 'booking.outranked' else 'hold.refused' end, p ->> 'id', 'outranked', v_facts || v_reply);
    return v_reply || jsonb_build_object('kind', 'outranked', 'yourPriority', v_mine, 'auditEventId', v_row);
  end if;

  -- it is free, or will be: the own hold is used, the others go
  v_until := v_now + (case when v_commits then c.bump_ms else c.hold_ms end) * interval '1 ms';
  v_winner := jsonb_build_object('kind', case when v_commits then 'booking' else 'hold' end, 'id', p ->> 'id', 'agentId', v_agent, 'priority', v_mine, 'slot', booking_slot(v_from, v_to));
  if v_met is not null then
    select array_agg(t order by t.starts_at), coalesce(jsonb_agg(t.id order by t.starts_at) filter (where t.kind = 'booking'), '[]'),
        coalesce(jsonb_agg(t.id order by t.starts_at) filter (where t.kind = 'hold'), '[]')
      into v_going, v_evicted, v_displaced from unnest(v_met) t where t.id is distinct from v_hold_id;
  end if;
  v_facts := v_facts || jsonb_strip_nulls(jsonb_build_object('displaced', v_displaced, 'pattern', v_pattern));
  if v_commits then
    v_row := booking_log(p_ws, c, 'agent', v_agent, 'booking.committed', p ->> 'id', null,
      v_facts || jsonb_build_object('bumpUntil', booking_instant(v_until), 'evicted', v_evicted));
  else
    v_row := booking_log(p_ws, c, 'agent', v_agent, 'hold.created', p ->> 'id', null, v_facts || jsonb_build_object('expiresAt', booking_instant(v_until)));
  end if;
  if v_hold_id is not null then
    delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and id = v_hold_id;
    update holds set state = 'used', ended_at = v_now, ended_by = v_winner where workspace_id = p_ws and id = v_hold_id;
  end if;
  if v_going is not null then perform booking_evict(p_ws, c, v_going, v_now, 'agent', v_agent, v_winner); end if;
  insert into taken_slots (workspace_id, calendar_no, starts_at, ends_at, kind, id, agent_id, priority, until)
    values (p_ws, c.no, v_from, v_to, v_winner ->> 'kind', (p ->> 'id')::uuid, v_agent, v_mine, v_until);
  if v_commits then
    insert into bookings (workspace_id, id, owner_id, calendar_id, agent_id, priority, starts_at, ends_at, title, committed_at, bump_until)
      values (p_ws, (p ->> 'id')::uuid, c.owner_id, c.id, v_agent, v_mine, v_from, v_to, p ->> 'title', v_now, v_until) returning * into v_b;
    return jsonb_build_object('kind', 'committed', 'booking', booking_view(v_b), 'evicted', v_evicted, 'displaced', v_displaced, 'auditEventId', v_row);
  end if;
  insert into holds (workspace_id, id, owner_id, calendar_id, agent_id, priority, starts_at, ends_at, created_at, expires_at)
    values (p_ws, (p ->> 'id')::uuid, c.owner_id, c.id, v_agent, v_mine, v_from, v_to, v_now, v_until) returning * into v_h;
  return jsonb_build_object('kind', 'held', 'hold', booking_hold_view(v_h), 'displaced', v_displaced, 'auditEventId', v_row);
end $$;

create or replace function booking_put_calendar(p_ws text, p_owner text, p_calendar text, p_name text, p_hold_ms int, p_bump_ms int, p_max_holds int, p_log jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into bookable_calendars (workspace_id, owner_id, id, name, hold_ms, bump_ms, max_holds) values (p_ws, p_owner, p_calendar, p_name, p_hold_ms, p_bump_ms, p_max_holds)
    on conflict (workspace_id, owner_id, id) do update
      set name = excluded.name, hold_ms = excluded.hold_ms, bump_ms = excluded.bump_ms, max_holds = excluded.max_holds, closed_at = null;
  perform log_append(p_ws, p_log);
end $$;

-- Under the calendar's lock: a commit is before it, and stands, or after it, and finds no calendar.
create function booking_close_calendar(p_ws text, p_owner text, p_calendar text, p_log jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform lock_head(p_ws, 'slots', p_owner || '/' || p_calendar);
  update bookable_calendars set closed_at = clock_timestamp() where workspace_id = p_ws and owner_id = p_owner and id = p_calendar and closed_at is null;
  if not found then return false; end if;
  perform log_append(p_ws, p_log);
  return true;
end $$;

revoke execute on function booking_close_calendar(text, text, text, jsonb) from public;
grant execute on function booking_close_calendar(text, text, text, jsonb) to ifmatch_app;
