-- The booking engine (D1-D5). A request is one call of `booking_ask`: lock the calendar's head, a statement of its own -> the clock -> expire -> the rule -> evict whole
-- bookings -> insert -> log row -> reply kept under its key. The rule is lib/domain/protocol/booking.ts; a differential test holds the two together.

create extension if not exists btree_gist;

alter table agent_ranks add constraint agent_ranks_rank check (rank >= 1);
alter table bookable_calendars add constraint bookable_calendars_times check (hold_ms > 0 and bump_ms >= 0 and max_holds > 0);
alter table holds add constraint holds_state check (state in ('live', 'used', 'released', 'expired', 'displaced'));
alter table holds add constraint holds_end check ((state = 'live') = (ended_at is null));
alter table bookings add constraint bookings_state check (state in ('live', 'cancelled', 'evicted'));
alter table bookings add constraint bookings_end check ((state = 'live') = (ended_at is null));
alter table taken_slots add constraint taken_slots_kind check (kind in ('hold', 'booking'));
-- the five-minute grid, at most a day
alter table taken_slots add constraint taken_slots_grid check (date_bin('5 minutes', starts_at, 'epoch') = starts_at and date_bin('5 minutes', ends_at, 'epoch') = ends_at
  and ends_at > starts_at and ends_at <= starts_at + interval '24 hours');
-- The backstop (D16): whatever the functions do, no two live things overlap. Under the head's lock nobody ever waits for it. A calendar's number is no other
-- workspace's, so it is enough; a short key keeps it cheap.
alter table taken_slots add constraint taken_slots_apart exclude using gist (calendar_no with =, tstzrange(starts_at, ends_at) with &&);
create index taken_slots_running_out on taken_slots (workspace_id, calendar_no, until) where kind = 'hold';
create index taken_slots_due on taken_slots (until) where kind = 'hold';
create index outside_blocks_when on outside_blocks using gist (calendar_no, tstzrange(starts_at, ends_at));

-- ---------------------------------------------------------------- small things

-- The engine's clock, read after the lock, in whole milliseconds as it is told to callers. A function, so that tests can set it.
create function booking_clock() returns timestamptz language sql volatile as $$ select date_trunc('milliseconds', clock_timestamp()) $$;

create function booking_instant(p timestamptz) returns text language sql stable as $$
  select to_char(p at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

create function booking_slot(p_from timestamptz, p_to timestamptz) returns jsonb language sql stable as $$
  select jsonb_build_object('start', booking_instant(p_from), 'end', booking_instant(p_to))
$$;

create function booking_hold_view(h holds) returns jsonb language sql stable as $$
  select jsonb_build_object('id', h.id, 'ownerId', h.owner_id, 'calendarId', h.calendar_id, 'agentId', h.agent_id, 'priority', h.priority,
    'slot', booking_slot(h.starts_at, h.ends_at), 'createdAt', booking_instant(h.created_at), 'expiresAt', booking_instant(h.expires_at),
    'state', h.state, 'endedAt', booking_instant(h.ended_at), 'endedBy', h.ended_by)
$$;

create function booking_view(b bookings) returns jsonb language sql stable as $$
  select jsonb_build_object('id', b.id, 'ownerId', b.owner_id, 'calendarId', b.calendar_id, 'agentId', b.agent_id, 'priority', b.priority,
    'slot', booking_slot(b.starts_at, b.ends_at), 'title', b.title, 'committedAt', booking_instant(b.committed_at), 'bumpUntil', booking_instant(b.bump_until),
    'state', b.state, 'endedAt', booking_instant(b.ended_at), 'endedBy', b.ended_by)
$$;

create function booking_winner(t taken_slots) returns jsonb language sql stable as $$
  select jsonb_build_object('kind', t.kind, 'id', t.id, 'agentId', t.agent_id, 'priority', t.priority, 'slot', booking_slot(t.starts_at, t.ends_at))
$$;

create function booking_log(p_ws text, c bookable_calendars, p_actor_kind text, p_actor text, p_kind text, p_subject text, p_outcome text, p_body jsonb) returns text
language sql as $$
  select log_append(p_ws, jsonb_build_object('actor', jsonb_build_object('kind', p_actor_kind, 'id', p_actor), 'kind', p_kind,
    'subject', jsonb_build_object('kind', split_part(p_kind, '.', 1), 'id', p_subject), 'userId', c.owner_id, 'outcome', p_outcome,
    'body', p_body || jsonb_build_object('calendarId', c.id)))::text
$$;

-- ---------------------------------------------------------------- what ends

-- Every hold of a calendar whose time is over. The caller holds the calendar's head.
create function booking_expire(p_ws text, c bookable_calendars, p_now timestamptz) returns int
language plpgsql as $$
declare v_h holds; v_count int := 0;
begin
  for v_h in select h.* from taken_slots t join holds h on h.workspace_id = t.workspace_id and h.id = t.id
      where t.workspace_id = p_ws and t.calendar_no = c.no and t.kind = 'hold' and t.until <= p_now order by h.expires_at, h.id loop
    delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and starts_at = v_h.starts_at;
    update holds set state = 'expired', ended_at = expires_at where workspace_id = p_ws and id = v_h.id;
    perform booking_log(p_ws, c, 'system', 'clock', 'hold.expired', v_h.id::text, null,
      booking_slot(v_h.starts_at, v_h.ends_at) || jsonb_build_object('priority', v_h.priority, 'agentId', v_h.agent_id));
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;

-- Ends what has to go, whole, each with a snapshot in the log (D4, D12). The caller holds the calendar's head.
create function booking_evict(p_ws text, c bookable_calendars, p_going taken_slots[], p_now timestamptz, p_actor_kind text, p_actor text, p_by jsonb) returns void
language plpgsql as $$
declare t taken_slots; v_committed timestamptz;
begin
  foreach t in array p_going loop
    delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and id = t.id;
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

-- ---------------------------------------------------------------- holds and commits: the rule (D3)

-- p: { op: 'hold' | 'commit', id, ownerId, calendarId, by: { kind: 'agent', id }, start?, end?, holdId?, title? }
create function booking_take(p_ws text, p jsonb) returns jsonb
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

-- ---------------------------------------------------------------- release and cancel

create function booking_release(p_ws text, p jsonb) returns jsonb
language plpgsql as $$
declare c bookable_calendars; v_now timestamptz; v_h holds; v_row text;
begin
  select k.* into c from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p ->> 'ownerId' and k.id = p ->> 'calendarId';
  if not found then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;
  perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);
  v_now := booking_clock();
  perform booking_expire(p_ws, c, v_now);
  select * into v_h from holds h
    where h.workspace_id = p_ws and h.id = (p ->> 'holdId')::uuid and h.owner_id = c.owner_id and h.calendar_id = c.id and h.agent_id = p #>> '{by,id}';
  if not found then return jsonb_build_object('kind', 'notFound', 'what', 'hold'); end if;
  if v_h.state <> 'live' then return jsonb_build_object('kind', 'ended', 'hold', booking_hold_view(v_h)); end if;
  delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and id = v_h.id;
  update holds set state = 'released', ended_at = v_now, ended_by = p -> 'by' where workspace_id = p_ws and id = v_h.id returning * into v_h;
  v_row := booking_log(p_ws, c, 'agent', v_h.agent_id, 'hold.released', v_h.id::text, null,
    booking_slot(v_h.starts_at, v_h.ends_at) || jsonb_build_object('priority', v_h.priority));
  return jsonb_build_object('kind', 'released', 'hold', booking_hold_view(v_h), 'auditEventId', v_row);
end $$;

-- An agent cancels what it booked, a person what stands on a calendar of theirs.
create function booking_cancel(p_ws text, p jsonb) returns jsonb
language plpgsql as $$
declare c bookable_calendars; v_now timestamptz; v_b bookings; v_row text;
begin
  select k.* into c from bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p ->> 'ownerId' and k.id = p ->> 'calendarId';
  if not found then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;
  perform lock_head(p_ws, 'slots', c.owner_id || '/' || c.id);
  v_now := booking_clock();
  perform booking_expire(p_ws, c, v_now);
  select * into v_b from bookings b where b.workspace_id = p_ws and b.id = (p ->> 'bookingId')::uuid and b.owner_id = c.owner_id and b.calendar_id = c.id
    and p #>> '{by,id}' = case p #>> '{by,kind}' when 'agent' then b.agent_id else b.owner_id end;
  if not found then return jsonb_build_object('kind', 'notFound', 'what', 'booking'); end if;
  if v_b.state <> 'live' then return jsonb_build_object('kind', 'ended', 'booking', booking_view(v_b)); end if;
  delete from taken_slots where workspace_id = p_ws and calendar_no = c.no and id = v_b.id;
  update bookings set state = 'cancelled', ended_at = v_now, ended_by = p -> 'by' where workspace_id = p_ws and id = v_b.id returning * into v_b;
  v_row := booking_log(p_ws, c, p #>> '{by,kind}', p #>> '{by,id}', 'booking.cancelled', v_b.id::text, null,
    booking_slot(v_b.starts_at, v_b.ends_at) || jsonb_build_object('priority', v_b.priority, 'agentId', v_b.agent_id, 'by', p -> 'by'));
  return jsonb_build_object('kind', 'cancelled', 'booking', booking_view(v_b), 'auditEventId', v_row);
end $$;

-- ---------------------------------------------------------------- one request (D20)

-- p as above, and key?, digest?. Answers { kind: 'answered', replayed, answer } | { kind: 'keyReused' } | { kind: 'stillRunning' }.
-- Requests with one key go one after another: its lock is let go with the transaction, whoever died. Nobody waits for it here.
create function booking_ask(p_ws text, p jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_asker text; v_known idempotency_keys; v_answer jsonb;
begin
  if p ->> 'key' is not null then
    v_asker := (p #>> '{by,kind}') || '/' || (p #>> '{by,id}');
    if not pg_try_advisory_xact_lock(hashtextextended(p_ws || chr(10) || v_asker || chr(10) || (p ->> 'key'), 0)) then
      return jsonb_build_object('kind', 'stillRunning');
    end if;
    select * into v_known from idempotency_keys k
      where k.workspace_id = p_ws and k.asker = v_asker and k.key = p ->> 'key' and k.created_at > booking_clock() - interval '24 hours';
    if found and v_known.digest <> p ->> 'digest' then return jsonb_build_object('kind', 'keyReused'); end if;
    if found then return jsonb_build_object('kind', 'answered', 'replayed', true, 'answer', v_known.reply); end if;
  end if;
  v_answer := case p ->> 'op' when 'release' then booking_release(p_ws, p) when 'cancel' then booking_cancel(p_ws, p) else booking_take(p_ws, p) end;
  -- what may be tried again is not kept
  if v_asker is not null and v_answer ->> 'kind' <> 'limited' then
    insert into idempotency_keys (workspace_id, asker, key, digest, reply, created_at) values (p_ws, v_asker, p ->> 'key', p ->> 'digest', v_answer, booking_clock())
      on conflict (workspace_id, asker, key) do update set digest = excluded.digest, reply = excluded.reply, created_at = excluded.created_at;
  end if;
  return jsonb_build_object('kind', 'answered', 'replayed', false, 'answer', v_answer);
end $$;

create function booking_forget_keys(p_limit int) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_count int;
begin
  delete from idempotency_keys where ctid in (select ctid from idempotency_keys where created_at <= booking_clock() - interval '24 hours' limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- Calendars that nobody has touched since a hold on them ran out.
create function booking_expire_due(p_limit int) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare c bookable_calendars; v_count int := 0;
begin
  for c in select k.* from bookable_calendars k where k.no in (select t.calendar_no from taken_slots t where t.kind = 'hold' and t.until <= booking_clock() limit p_limit)
      order by k.workspace_id, k.owner_id || '/' || k.id loop
    perform lock_head(c.workspace_id, 'slots', c.owner_id || '/' || c.id);
    v_count := v_count + booking_expire(c.workspace_id, c, booking_clock());
  end loop;
  return v_count;
end $$;

-- ---------------------------------------------------------------- what stands outside (D11, D22)

-- An event or focus block stands there from now on. Holds and what is in its bump window go, what is frozen stays and is named.
create function booking_block(p_ws text, p_owner text, p_calendar text, p_source text, p_id text, p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare c bookable_calendars; v_now timestamptz; v_met taken_slots[]; v_going taken_slots[]; v_ended jsonb; v_row text;
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
  return jsonb_build_object('kind', 'blocked', 'auditEventId', v_row) || v_ended;
end $$;

create function booking_unblock(p_ws text, p_owner text, p_calendar text, p_source text, p_id text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform lock_head(p_ws, 'slots', p_owner || '/' || p_calendar);
  delete from outside_blocks b using bookable_calendars k
    where k.workspace_id = p_ws and k.owner_id = p_owner and k.id = p_calendar and b.workspace_id = p_ws and b.calendar_no = k.no and b.source = p_source and b.id = p_id;
end $$;

-- ---------------------------------------------------------------- who may book where (D13)

create function booking_put_calendar(p_ws text, p_owner text, p_calendar text, p_name text, p_hold_ms int, p_bump_ms int, p_max_holds int, p_log jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into bookable_calendars (workspace_id, owner_id, id, name, hold_ms, bump_ms, max_holds) values (p_ws, p_owner, p_calendar, p_name, p_hold_ms, p_bump_ms, p_max_holds)
    on conflict (workspace_id, owner_id, id) do update set name = excluded.name, hold_ms = excluded.hold_ms, bump_ms = excluded.bump_ms, max_holds = excluded.max_holds;
  perform log_append(p_ws, p_log);
end $$;

create function agent_add(p_ws text, p_id text, p_name text, p_log jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into agents (workspace_id, id, name) values (p_ws, p_id, p_name);
  perform log_append(p_ws, p_log);
end $$;

create function agent_revoke(p_ws text, p_id text, p_log jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update agents set revoked_at = clock_timestamp() where workspace_id = p_ws and id = p_id and revoked_at is null;
  if found then perform log_append(p_ws, p_log); end if;
end $$;

-- The whole list, in order. False: an agent that is not there, or is named twice; nothing is written.
create function agents_rank(p_ws text, p_owner text, p_agents text[], p_log jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_known int;
begin
  perform lock_head(p_ws, 'agent-list', p_owner);
  select count(*) into v_known from agents where workspace_id = p_ws and id = any (p_agents) and revoked_at is null;
  if v_known <> cardinality(p_agents) then return false; end if;
  delete from agent_ranks where workspace_id = p_ws and owner_id = p_owner;
  insert into agent_ranks (workspace_id, owner_id, agent_id, rank) select p_ws, p_owner, a, n from unnest(p_agents) with ordinality as listed (a, n);
  perform log_append(p_ws, p_log);
  return true;
end $$;

-- ---------------------------------------------------------------- rights of the runtime role

grant select on agents, agent_ranks, bookable_calendars, holds, bookings, taken_slots, outside_blocks to ifmatch_app;
revoke execute on function booking_clock(), booking_instant(timestamptz), booking_slot(timestamptz, timestamptz), 
  booking_hold_view(holds), booking_view(bookings), booking_winner(taken_slots), booking_log(text, bookable_calendars, text, text, text, text, text, jsonb),
  booking_expire(text, bookable_calendars, timestamptz), booking_evict(text, bookable_calendars, taken_slots[], timestamptz, text, text, jsonb),
  booking_take(text, jsonb), booking_release(text, jsonb), booking_cancel(text, jsonb), booking_ask(text, jsonb), booking_forget_keys(int), booking_expire_due(int),
  booking_block(text, text, text, text, text, timestamptz, timestamptz), booking_unblock(text, text, text, text, text),
  booking_put_calendar(text, text, text, text, int, int, int, jsonb), agent_add(text, text, text, jsonb), agent_revoke(text, text, jsonb),
  agents_rank(text, text, text[], jsonb) from public;
grant execute on function booking_clock(), booking_instant(timestamptz), booking_slot(timestamptz, timestamptz), booking_ask(text, jsonb), booking_forget_keys(int), booking_expire_due(int),
  booking_block(text, text, text, text, text, timestamptz, timestamptz), booking_unblock(text, text, text, text, text),
  booking_put_calendar(text, text, text, text, int, int, int, jsonb), agent_add(text, text, text, jsonb), agent_revoke(text, text, jsonb),
  agents_rank(text, text, text[], jsonb) to ifmatch_app;
