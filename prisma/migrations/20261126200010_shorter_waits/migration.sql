-- Who is refused lets the heads go at once, and waits for the disk without them. Locks and decision are a subtransaction: a refusal that has changed nothing is raised, which takes
-- back the locks alone, and its row of the log is written after. Whoever is not refused keeps them. It was decided under the lock; sixteen that want one slot wait for one commit and then for the disk together,
-- where they waited for it one after another.
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
    -- read under the lock: whoever closed it before has the last word
    select k.closed_at is not null, exists (select from taken_slots t where t.workspace_id = p_ws and t.calendar_no = c.no and t.kind = 'hold' and t.until <= v_now)
      into v_closed, v_due from bookable_calendars k where k.no = c.no;
    if v_closed then return jsonb_build_object('kind', 'notFound', 'what', 'calendar'); end if;
    if v_due then v_expired := booking_expire(p_ws, c, v_now); end if;

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
      select booking_slot(b.starts_at, b.ends_at) into v_during from outside_blocks b
        where b.workspace_id = p_ws and b.calendar_no = c.no and tstzrange(b.starts_at, b.ends_at) && tstzrange(v_from, v_to) order by b.starts_at, b.ends_at limit 1;
    end if;
    if v_refused is null and v_winner is null and v_during is null then
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

-- Most heads are there: looked for before they are made, still each lock a statement of its own.
create or replace function lock_head(p_ws text, p_kind text, p_id text) returns heads
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_head heads;
begin
  select * into v_head from heads where workspace_id = p_ws and kind = p_kind and id = p_id for update;
  if not found then
    insert into heads (workspace_id, kind, id) values (p_ws, p_kind, p_id) on conflict do nothing;
    select * into v_head from heads where workspace_id = p_ws and kind = p_kind and id = p_id for update;
  end if;
  return v_head;
end $$;

-- As before, in a language that keeps its plans: a function in SQL has them made again at each call, which was a third of a publication's time.
create or replace function record_busy(p_ws text, p jsonb, p_now timestamptz) returns jsonb
language plpgsql stable as $$
declare c jsonb; v_claim uuid; v_until timestamptz;
begin
  for c in select * from jsonb_array_elements(p -> 'changes') loop
    continue when c ? 'claimId';
    select claim_id, lease_until into v_claim, v_until from heads where workspace_id = p_ws and kind = 'record' and id = lower(c ->> 'key');
    if v_claim is not null then
      return jsonb_build_object('kind', 'busy', 'key', c ->> 'key', 'forMs', ceil(extract(epoch from v_until - p_now) * 1000));
    end if;
  end loop;
  return null;
end $$;
