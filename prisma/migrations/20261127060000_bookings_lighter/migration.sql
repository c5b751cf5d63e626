-- What a request costs the engine beside its rule. Its statements each ask for a few rows by a key, so there is one good plan for each of them: left to itself the planner makes a new one for the values of each call,
-- and on a full calendar making them cost as much as all the rest. And what is set for a function is set anew at each call of it: once for a group is enough.
create function booking_decide(p_ws text, p jsonb) returns jsonb language plpgsql as $$
declare v_asker text; v_known idempotency_keys; v_answer jsonb;
begin
  if p ->> 'key' is not null then
    v_asker := (p #>> '{by,kind}') || '/' || (p #>> '{by,id}');
    if not pg_try_advisory_xact_lock(hashtextextended(p_ws || chr(10) || v_asker || chr(10) || (p ->> 'key'), 0)) then
      return jsonb_build_object('kind', 'stillRunning');
    end if;
    select * into v_known from idempotency_keys k where k.workspace_id = p_ws and k.asker = v_asker and k.key = p ->> 'key';
    if found and v_known.created_at <= booking_clock() - interval '24 hours' then
      -- forgotten, though still there
      delete from idempotency_keys k where k.workspace_id = p_ws and k.asker = v_asker and k.key = p ->> 'key';
    elsif found then
      if v_known.digest <> p ->> 'digest' then return jsonb_build_object('kind', 'keyReused'); end if;
      return jsonb_build_object('kind', 'answered', 'replayed', true, 'answer', v_known.reply);
    end if;
  end if;
  v_answer := case p ->> 'op' when 'release' then booking_release(p_ws, p) when 'cancel' then booking_cancel(p_ws, p) else booking_take(p_ws, p) end;
  -- what may be tried again is not kept
  if v_asker is not null and v_answer ->> 'kind' <> 'limited' then
    insert into idempotency_keys (workspace_id, asker, key, digest, reply, created_at) values (p_ws, v_asker, p ->> 'key', p ->> 'digest', v_answer, booking_clock());
  end if;
  return jsonb_build_object('kind', 'answered', 'replayed', false, 'answer', v_answer);
end $$;
revoke execute on function booking_decide(text, jsonb) from public;

create or replace function booking_ask(p_ws text, p jsonb) returns jsonb language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return booking_decide(p_ws, p);
end $$;

create or replace function booking_ask_all(p_ws text, p jsonb) returns jsonb language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
declare v_request jsonb; v_n bigint; v_answers jsonb[];
begin
  for v_request, v_n in select r, n from jsonb_array_elements(p) with ordinality as l (r, n) order by r ->> 'ownerId' || '/' || (r ->> 'calendarId'), n loop
    v_answers[v_n] := booking_decide(p_ws, v_request);
  end loop;
  return to_jsonb(v_answers);
end $$;

-- not of SQL, which is read and planned anew in each transaction
create or replace function booking_log(p_ws text, c bookable_calendars, p_actor_kind text, p_actor text, p_kind text, p_subject text, p_outcome text, p_body jsonb) returns text language plpgsql as $$
begin
  return log_insert(p_ws, p_actor_kind, p_actor, p_kind, split_part(p_kind, '.', 1), p_subject, c.owner_id, null, null, p_outcome,
    p_body || jsonb_build_object('calendarId', c.id));
end $$;
