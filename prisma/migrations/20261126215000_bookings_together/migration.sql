-- Requests that waited for the same process, decided in one transaction: one round trip and one wait for the disk for all of them. Each is decided as it would be alone, those of one calendar in the order they came,
-- and calendars in the order in which everybody locks several (`booking_lock_all`), so that two groups wait for each other in one direction only. A fault in one undoes them all: they are then asked one by one.
create function booking_ask_all(p_ws text, p jsonb) returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare v_request jsonb; v_n bigint; v_answers jsonb[];
begin
  for v_request, v_n in select r, n from jsonb_array_elements(p) with ordinality as l (r, n) order by r ->> 'ownerId' || '/' || (r ->> 'calendarId'), n loop
    v_answers[v_n] := booking_ask(p_ws, v_request);
  end loop;
  return to_jsonb(v_answers);
end $$;

revoke execute on function booking_ask_all(text, jsonb) from public;
grant execute on function booking_ask_all(text, jsonb) to ifmatch_app;

-- Fewer statements for each of them: what the rule goes by is read by one, a row of the log is written by one.
create function log_insert(p_ws text, p_actor_kind text, p_actor text, p_kind text, p_subject_kind text, p_subject text, p_user text, p_proposal text, p_intent uuid, p_outcome text, p_body jsonb)
returns bigint language plpgsql as $$
declare v_id bigint;
begin
  with l as (
    insert into log (workspace_id, actor_kind, actor_id, kind, subject_kind, subject_id, user_id, proposal_id, intent_id, outcome, body)
    values (p_ws, p_actor_kind, p_actor, p_kind, p_subject_kind, p_subject, p_user, p_proposal, p_intent, p_outcome, p_body) returning workspace_id, id)
  insert into log_unsealed (workspace_id, log_id) select l.workspace_id, l.id from l returning log_id into v_id;
  return v_id;
end $$;
revoke execute on function log_insert(text, text, text, text, text, text, text, text, uuid, text, jsonb) from public;

create or replace function log_append(p_ws text, p_row jsonb) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare v_id bigint;
begin
  v_id := log_insert(p_ws, p_row #>> '{actor,kind}', p_row #>> '{actor,id}', p_row ->> 'kind', p_row #>> '{subject,kind}', p_row #>> '{subject,id}',
    p_row ->> 'userId', p_row ->> 'proposalId', (p_row ->> 'intentId')::uuid, p_row ->> 'outcome', coalesce(p_row -> 'body', '{}'));
  if p_row ? 'sealedText' and p_row ->> 'userId' is not null then
    insert into log_texts (workspace_id, log_id, user_id, sealed) values (p_ws, v_id, p_row ->> 'userId', p_row ->> 'sealedText');
  end if;
  return v_id;
end $$;

create or replace function booking_log(p_ws text, c bookable_calendars, p_actor_kind text, p_actor text, p_kind text, p_subject text, p_outcome text, p_body jsonb) returns text language sql as $$
  select log_insert(p_ws, p_actor_kind, p_actor, p_kind, split_part(p_kind, '.', 1), p_subject, c.owner_id, null, null, p_outcome,
    p_body || jsonb_build_object('calendarId', c.id))::text
$$;

-- by where they begin, which is their key
create or replace function booking_evict(p_ws text, c bookable_calendars, p_going taken_slots[], p_now timestamptz, p_actor_kind text, p_actor text, p_by jsonb) returns void language plpgsql as $$
declare t taken_slots; v_committed timestamptz;
begin
  foreach t in array p_going loop
    delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and starts_at = t.starts_at and id = t.id;
    if t.kind = 'hold' then
      update holds set state = 'displaced', ended_at = p_now, ended_by = p_by where workspace_id = p_ws and id = t.id;
    else
      update bookings set state = 'evicted', ended_at = p_now, ended_by = p_by where workspace_id = p_ws and id = t.id returning committed_at into v_committed;
    end if;
    perform booking_log(p_ws, c, p_actor_kind, p_actor, case t.kind when 'hold' then 'hold.invalidated' else 'booking.evicted' end, t.id::text, null,
      booking_slot(t.starts_at, t.ends_at) || jsonb_build_object('agentId', t.agent_id, 'priority', t.priority, 'by', p_by)
      || case t.kind when 'hold' then jsonb_build_object('expiresAt', booking_instant(t.until))
        else jsonb_build_object('committedAt', booking_instant(v_committed), 'bumpUntil', booking_instant(t.until)) end);
  end loop;
end $$;

create or replace function booking_take(p_ws text, p jsonb) returns jsonb language plpgsql as $$
declare
  v_commits constant boolean := p ->> 'op' = 'commit';
  v_agent constant text := p #>> '{by,id}';
  v_hold_id constant uuid := p ->> 'holdId';
  v_from timestamptz := p ->> 'start';
  v_to timestamptz := p ->> 'end';
  c bookable_calendars; v_mine int; v_now timestamptz; v_until timestamptz; v_h holds; v_b bookings; v_met taken_slots[]; v_going taken_slots[];
  v_winner jsonb; v_during jsonb; v_outside jsonb; v_pattern text; v_retry timestamptz; v_reason text; v_live int;
  v_refused text; v_reply jsonb; v_facts jsonb; v_body jsonb; v_closed boolean; v_due boolean; v_expired int := 0; v_evicted jsonb := '[]'; v_displaced jsonb := '[]'; v_row text;
begin
  v_reason := case when date_bin('5 minutes', v_from, 'epoch') <> v_from or date_bin('5 minutes', v_to, 'epoch') <> v_to then 'unaligned'
    when v_to <= v_from then 'empty' when v_to > v_from + interval '24 hours' then 'too-long' end;
  if v_reason is not null then return jsonb_build_object('kind', 'invalid', 'reason', v_reason); end if;
  select k.* into c from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p ->> 'ownerId' and k.id = p ->> 'calendarId';
  select r.rank into v_mine from agent_ranks r join agents a on a.workspace_id = r.workspace_id and a.id = r.agent_id and a.revoked_at is null
    where r.workspace_id = p_ws and r.owner_id = p ->> 'ownerId' and r.agent_id = v_agent;
  if c.no is null or v_mine is null then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;

  begin
    -- agents before calendars: whoever holds one of each took them in this order
    if not v_commits then perform lock_head(p_ws, 'agent-holds', v_agent); end if;
    perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);
    v_now := booking_clock();
    -- one look at all that the rule goes by, under the lock: whoever closed the calendar before has the last word. What has run out goes first, and then it is looked at anew.
    for v_look in 1..2 loop
      if v_hold_id is not null then
        select * into v_h from holds h where h.workspace_id = p_ws and h.id = v_hold_id and h.owner_id = c.owner_id and h.calendar_id = c.id and h.agent_id = v_agent;
        v_from := v_h.starts_at; v_to := v_h.ends_at;
      end if;
      select k.closed_at is not null,
          exists (select from taken_slots t where t.workspace_id = p_ws and t.calendar_no = c.no and t.kind = 'hold' and t.until <= v_now),
          (select booking_slot(b.starts_at, b.ends_at) from outside_blocks b
            where b.workspace_id = p_ws and b.calendar_no = c.no and tstzrange(b.starts_at, b.ends_at) && tstzrange(v_from, v_to) order by b.starts_at, b.ends_at limit 1),
          (select array_agg(t order by t.starts_at) from taken_slots t
            where t.workspace_id = p_ws and t.calendar_no = c.no and t.starts_at > v_from - interval '24 hours' and t.starts_at < v_to and t.ends_at > v_from)
        into v_closed, v_due, v_outside, v_met from bookable_calendars k where k.no = c.no;
      exit when v_closed or not v_due or v_look = 2;
      v_expired := booking_expire(p_ws, c, v_now);
    end loop;
    if v_closed then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;
    if v_hold_id is not null and v_h.id is null then return jsonb_build_object('kind', 'notFound', 'what', 'hold'); end if;
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
        v_refused := 'booking.refused';
        v_reply := jsonb_build_object('kind', 'expired', 'how', case v_h.state when 'expired' then 'ttl' else v_h.state end);
        v_body := jsonb_build_object('how', v_reply -> 'how');
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
        v_refused := 'hold.refused';
        v_body := jsonb_build_object('reason', v_reason, 'retryAt', booking_instant(v_retry));
        v_reply := v_body || '{"kind": "limited"}';
      end if;
    end if;

    -- who is met, and who of them stays
    if v_refused is null and v_winner is null and v_during is null then
      v_during := v_outside;
      if v_during is null and v_met is not null then
        with met as (
          select t, t.kind = 'booking' or t.agent_id <> v_agent as is_met,
            case
              when t.kind = 'booking' then not (v_commits and t.priority > v_mine and v_now < t.until)
              when v_commits then t.agent_id <> v_agent and t.priority < v_mine
              else t.priority <= v_mine end as stays
          from unnest(v_met) t)
        select (select booking_winner(s.t) from met s where s.stays order by (s.t).priority, (s.t).starts_at limit 1),
            case when bool_or((m.t).kind = 'booking' and (m.t).until <= v_now) then 'commit-vs-frozen'
              when bool_or((m.t).kind = 'booking') or v_commits and bool_or(m.is_met) then 'hold-vs-commit-inside-bump' when bool_or(m.is_met) then 'hold-vs-hold' end
          into v_winner, v_pattern from met m;
      end if;
    end if;

    -- one that stays stops everything
    if v_during is not null then
      v_refused := case when v_commits then 'booking.refused' else 'hold.refused' end;
      v_body := jsonb_build_object('during', v_during, 'pattern', 'external-event-overlap');
      v_reply := v_body || '{"kind": "busy"}';
    elsif v_winner is not null then
      v_refused := case when v_commits then 'booking.outranked' else 'hold.refused' end;
      v_body := jsonb_build_object('winner', v_winner, 'pattern', v_pattern);
      v_reply := v_body || jsonb_build_object('kind', 'outranked', 'yourPriority', v_mine);
    end if;
    -- nothing was changed, so nothing has to be guarded any longer
    if v_refused is not null and v_expired = 0 then raise exception sqlstate 'IF409'; end if;
  exception when sqlstate 'IF409' then null;
  end;
  if v_refused is not null then
    v_row := booking_log(p_ws, c, 'agent', v_agent, v_refused, p ->> 'id', v_reply ->> 'kind', v_facts || v_body);
    return v_reply || jsonb_build_object('auditEventId', v_row);
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
    delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and starts_at = v_from and id = v_hold_id;
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

-- only bookings of people's own calendars are written to one
create or replace function booking_calendar_orders() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    select case when k.write_at_once then new.committed_at else new.bump_until end into new.calendar_due_at from bookable_calendars k
      where k.workspace_id = new.workspace_id and k.owner_id = new.owner_id and k.id = new.calendar_id;
  elsif new.state <> 'live' and old.state = 'live' then
    -- what nobody has begun to write leaves nothing to take away
    new.calendar_due_at := case when new.calendar_attempt > 0 then new.ended_at end;
  end if;
  return new;
end $$;
drop trigger bookings_calendar_made on bookings;
drop trigger bookings_calendar_ended on bookings;
create trigger bookings_calendar_made before insert on bookings for each row when (new.calendar_id like '%/%') execute function booking_calendar_orders();
create trigger bookings_calendar_ended before update of state on bookings for each row when (new.calendar_id like '%/%') execute function booking_calendar_orders();
