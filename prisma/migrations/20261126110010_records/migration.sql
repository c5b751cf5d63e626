-- Records, claims and views on the one fence: heads of kind `record`, whose id is the key in lower case, so that two spellings of a key meet at one lock. The head has
-- the version (the log row of the last change, which is never another's), the epoch and the digest of the claim. Every function here: lock the heads in order, each lock
-- a statement of its own -> the clock -> the rule -> effect and log row.

-- as `recordKey` in lib/domain/record.ts
alter table records add constraint records_key check (length(key) <= 400 and folded = lower(key)
  and key ~ '^[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,99}(/[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,99})*$');
alter table record_versions add constraint record_versions_how check (how in ('created', 'written', 'deleted', 'handed-off'));
alter table record_versions add constraint record_versions_value check ((how = 'deleted') = (value is null));
alter table record_claims add constraint record_claims_end check ((ended_at is null) = (ended_how is null) and ended_how in ('released', 'reclaimed', 'handedOff'));
create index heads_claims_due on heads (lease_until) where kind = 'record' and claim_id is not null;
create index records_by_prefix on records (workspace_id, folded text_pattern_ops);

create trigger record_versions_append_only before update or delete or truncate on record_versions for each statement execute function log_append_only();

-- ---------------------------------------------------------------- small things

create function record_log(p_ws text, p_actor jsonb, p_kind text, p_key text, p_outcome text, p_body jsonb) returns bigint
language sql as $$
  select log_append(p_ws, jsonb_build_object('actor', p_actor, 'kind', p_kind, 'subject', jsonb_build_object('kind', 'record', 'id', p_key), 'outcome', p_outcome, 'body', p_body))
$$;

-- Who can read the tables cannot show a claim: of its id there is only this.
create function record_claim_digest(p_claim text) returns uuid language sql immutable as $$
  select encode(substr(sha256(convert_to(p_claim, 'UTF8')), 1, 16), 'hex')::uuid
$$;

-- Ends the claim on a head. Nobody who held one from before can land anything: the id is gone and the epoch has moved. The caller holds the head.
create function record_end_claim(p_ws text, p_head heads, p_how text, p_now timestamptz, p_actor jsonb, p_key text) returns void
language plpgsql as $$
begin
  update heads set claim_id = null, lease_until = null, epoch = epoch + 1 where workspace_id = p_ws and kind = 'record' and id = p_head.id;
  update record_claims set ended_at = p_now, ended_how = p_how where workspace_id = p_ws and id = p_head.claim_id;
  perform record_log(p_ws, p_actor, case p_how when 'released' then 'record.released' when 'handedOff' then 'record.handed-off' else 'record.reclaimed' end, p_key, null,
    jsonb_build_object('epoch', p_head.epoch + 1));
end $$;

-- The head as it counts now: a claim whose time is over is ended by whoever meets it. The caller holds the head.
create function record_head(p_ws text, p_key text, p_now timestamptz) returns heads
language plpgsql as $$
declare v_head heads;
begin
  select * into v_head from heads where workspace_id = p_ws and kind = 'record' and id = lower(p_key);
  if v_head.claim_id is not null and v_head.lease_until <= p_now then
    perform record_end_claim(p_ws, v_head, 'reclaimed', p_now, '{"kind":"system","id":"clock"}', p_key);
    select * into v_head from heads where workspace_id = p_ws and kind = 'record' and id = lower(p_key);
  end if;
  return v_head;
end $$;

-- Null: the claim is the one that counts. Its id and the epoch it was made under both have to be the head's. The caller holds the head.
create function record_superseded(p_ws text, p_head heads, p_key text, p_claim text) returns jsonb
language plpgsql as $$
declare v_claim record_claims;
begin
  select * into v_claim from record_claims where workspace_id = p_ws and id = record_claim_digest(p_claim) and folded = lower(p_key);
  if p_head.claim_id = v_claim.id and p_head.epoch = v_claim.epoch then return null; end if;
  return jsonb_build_object('kind', 'superseded', 'key', p_key, 'why', coalesce(v_claim.ended_how, 'unknown'));
end $$;

create function record_new_claim(p_ws text, p_key text, p_actor jsonb, p_ttl_ms bigint, p_now timestamptz) returns jsonb
language plpgsql as $$
declare
  v_claim constant text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
  v_until constant timestamptz := p_now + p_ttl_ms * interval '1 ms';
  v_head heads; v_there boolean;
begin
  update heads set claim_id = record_claim_digest(v_claim), lease_until = v_until
    where workspace_id = p_ws and kind = 'record' and id = lower(p_key) returning * into v_head;
  insert into record_claims (workspace_id, id, folded, epoch, actor_kind, actor_id, made_at)
    values (p_ws, v_head.claim_id, lower(p_key), v_head.epoch, p_actor ->> 'kind', p_actor ->> 'id', p_now);
  perform record_log(p_ws, p_actor, 'record.claimed', p_key, null, jsonb_build_object('epoch', v_head.epoch, 'until', booking_instant(v_until)));
  select exists (select from records where workspace_id = p_ws and folded = lower(p_key)) into v_there;
  return jsonb_build_object('kind', 'claimed', 'claimId', v_claim, 'until', booking_instant(v_until), 'version', case when v_there then v_head.version end);
end $$;

-- One change: the commit record (R8) gives the version. The caller holds the head.
create function record_put(p_ws text, p_key text, p_value jsonb, p_how text, p_actor jsonb, p_before text, p_now timestamptz) returns text
language plpgsql as $$
declare v_seq bigint;
begin
  v_seq := record_log(p_ws, p_actor, 'record.' || p_how, p_key, 'applied', jsonb_strip_nulls(jsonb_build_object('before', nullif(p_before, ''))));
  insert into record_versions (workspace_id, folded, seq, key, value, how, actor_kind, actor_id, at)
    values (p_ws, lower(p_key), v_seq, p_key, p_value, p_how, p_actor ->> 'kind', p_actor ->> 'id', p_now);
  update heads set version = v_seq::text where workspace_id = p_ws and kind = 'record' and id = lower(p_key);
  if p_how = 'deleted' then
    delete from records where workspace_id = p_ws and folded = lower(p_key);
  elsif p_how = 'created' then
    insert into records (workspace_id, folded, key, value, at) values (p_ws, lower(p_key), p_key, p_value, p_now);
  else
    update records set value = p_value, at = p_now where workspace_id = p_ws and folded = lower(p_key);
  end if;
  return v_seq::text;
end $$;

-- ---------------------------------------------------------------- views

-- A view is live while its version is the head's; of a record that is not there, while it still is not. The caller holds the head, if the answer is to last.
create function record_view_is_live(p_ws text, p_key text, p_version text) returns boolean language sql stable as $$
  select case when p_version is null then not exists (select from records where workspace_id = p_ws and folded = lower(p_key))
    else exists (select from heads h where h.workspace_id = p_ws and h.kind = 'record' and h.id = lower(p_key) and h.version = p_version) end
$$;

create function record_views_dead(p_ws text, p_agent text, p_run uuid) returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(coalesce(r.key, v.folded) order by v.folded collate "C"), '[]') from record_views v
    left join records r on r.workspace_id = v.workspace_id and r.folded = v.folded
    where v.workspace_id = p_ws and v.agent_id = p_agent and v.run_id = p_run and not record_view_is_live(p_ws, v.folded, v.version)
$$;

-- p_views: [{ key, version }]
create function record_views_note(p_ws text, p_agent text, p_run uuid, p_views jsonb) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  insert into record_views (workspace_id, agent_id, run_id, folded, version, at)
    select distinct on (lower(v ->> 'key')) p_ws, p_agent, p_run, lower(v ->> 'key'), v ->> 'version', clock_timestamp() from jsonb_array_elements(p_views) v
    order by lower(v ->> 'key')
  on conflict (workspace_id, agent_id, run_id, folded) do update set version = excluded.version, at = excluded.at
$$;

create function record_views_forget(p_limit int) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_count int;
begin
  delete from record_views where ctid = any (array(select ctid from record_views where at < clock_timestamp() - interval '1 day' limit p_limit));
  get diagnostics v_count = row_count;
  return v_count;
end $$;

-- C15. p: { actor, views: [{ key, version? }], runId? }
create function record_admit(p_ws text, p jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_folded text; v_dead jsonb; v_row bigint;
begin
  for v_folded in select f from (
      select lower(v ->> 'key') as f from jsonb_array_elements(p -> 'views') v
      union select folded from record_views where workspace_id = p_ws and agent_id = p #>> '{actor,id}' and run_id = (p ->> 'runId')::uuid) all_heads
      order by f collate "C" loop
    perform lock_head(p_ws, 'record', v_folded);
  end loop;
  select coalesce(jsonb_agg(distinct v ->> 'key'), '[]') into v_dead from jsonb_array_elements(p -> 'views') v where not record_view_is_live(p_ws, v ->> 'key', v ->> 'version');
  if p ? 'runId' then v_dead := v_dead || record_views_dead(p_ws, p #>> '{actor,id}', (p ->> 'runId')::uuid); end if;
  v_row := record_log(p_ws, p -> 'actor', 'record.effect', coalesce(p #>> '{views,0,key}', ''), case when v_dead = '[]' then 'admitted' else 'refused' end,
    jsonb_build_object('views', p -> 'views', 'dead', v_dead));
  if v_dead = '[]' then return jsonb_build_object('kind', 'admitted', 'auditEventId', v_row::text); end if;
  return jsonb_build_object('kind', 'refused', 'dead', v_dead, 'auditEventId', v_row::text);
end $$;

-- ---------------------------------------------------------------- publication

-- The rule of one head, as `commit` in lib/domain/protocol/claim.ts: why one change cannot be; null: it can. The claim shown is looked at first: who was taken for dead is told so even where the version never moved (C3).
create function record_refusal(p_ws text, c jsonb, p_now timestamptz) returns jsonb
language plpgsql as $$
declare v_key constant text := c ->> 'key'; v_head heads; v_record records; v_refusal jsonb;
begin
  v_head := record_head(p_ws, v_key, p_now);
  if c ? 'claimId' then
    v_refusal := record_superseded(p_ws, v_head, v_key, c ->> 'claimId');
    if v_refusal is not null then return v_refusal; end if;
  end if;
  select * into v_record from records where workspace_id = p_ws and folded = lower(v_key);
  if v_record.key <> v_key then
    return jsonb_build_object('kind', 'conflict', 'key', v_key, 'why', 'case', 'currentVersion', null);
  elsif c ->> 'op' = 'create' then
    if v_record.key is not null then
      return jsonb_build_object('kind', 'conflict', 'key', v_key, 'why', 'exists', 'currentVersion', v_head.version);
    end if;
  elsif v_record.key is null then
    return jsonb_build_object('kind', 'gone', 'key', v_key);
  elsif v_head.version is distinct from c ->> 'expectedVersion' then
    return jsonb_build_object('kind', 'conflict', 'key', v_key, 'why', 'version', 'currentVersion', v_head.version);
  end if;
  -- named last: whoever is told to wait could write now, were nobody else the holder
  if v_head.claim_id is not null and not c ? 'claimId' then
    return jsonb_build_object('kind', 'busy', 'key', v_key, 'forMs', ceil(extract(epoch from v_head.lease_until - p_now) * 1000));
  end if;
  return null;
end $$;

-- What was only read, and is no longer so: the caller's read set, then the run's views of what it does not change here. Null: all of it still is.
create function record_unread(p_ws text, p jsonb) returns jsonb language sql stable as $$
  select jsonb_build_object('kind', 'conflict', 'key', r.key, 'why', r.why, 'currentVersion', (select h.version from records x join heads h
      on h.workspace_id = p_ws and h.kind = 'record' and h.id = x.folded where x.workspace_id = p_ws and x.folded = lower(r.key)))
  from (
    select 1 as o, v ->> 'key' as key, v ->> 'version' as version, 'readSet' as why from jsonb_array_elements(coalesce(p -> 'reads', '[]')) v
    union all
    select 2, v.folded, v.version, 'deadView' from record_views v
      where v.workspace_id = p_ws and v.agent_id = p #>> '{actor,id}' and v.run_id = (p ->> 'runId')::uuid
  ) r
  where not record_view_is_live(p_ws, r.key, r.version) order by r.o, lower(r.key) collate "C" limit 1
$$;

-- All or nothing. p: { actor: { kind, id }, changes: [{ op: create | write | delete, key, value?, expectedVersion?, claimId? }], reads?: [{ key, version? }], runId? }
create function record_publish(p_ws text, p jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_folded text; v_now timestamptz; c jsonb; v_refusal jsonb; v_version text; v_before text; v_versions jsonb := '{}';
begin
  for v_folded in select f from (
      select lower(v ->> 'key') as f from jsonb_array_elements((p -> 'changes') || coalesce(p -> 'reads', '[]')) v
      union select folded from record_views where workspace_id = p_ws and agent_id = p #>> '{actor,id}' and run_id = (p ->> 'runId')::uuid) all_heads
      order by f collate "C" loop
    perform lock_head(p_ws, 'record', v_folded);
  end loop;
  v_now := booking_clock();
  for c in select * from jsonb_array_elements(p -> 'changes') loop
    v_refusal := record_refusal(p_ws, c, v_now);
    exit when v_refusal is not null;
  end loop;
  if v_refusal is null and (p ? 'reads' or p ? 'runId') then v_refusal := record_unread(p_ws, p); end if;
  if v_refusal is not null then
    perform record_log(p_ws, p -> 'actor', 'record.refused', v_refusal ->> 'key', v_refusal ->> 'kind', v_refusal - 'key' - 'kind');
    return v_refusal;
  end if;
  for c in select * from jsonb_array_elements(p -> 'changes') loop
    select version into v_before from heads where workspace_id = p_ws and kind = 'record' and id = lower(c ->> 'key');
    v_version := record_put(p_ws, c ->> 'key', c -> 'value', case c ->> 'op' when 'create' then 'created' when 'write' then 'written' else 'deleted' end, p -> 'actor', v_before, v_now);
    v_versions := v_versions || jsonb_build_object(c ->> 'key', v_version);
  end loop;
  -- whoever writes has seen what it wrote
  if p ? 'runId' then
    perform record_views_note(p_ws, p #>> '{actor,id}', (p ->> 'runId')::uuid, (select jsonb_agg(jsonb_build_object('key', key, 'version', value)) from jsonb_each_text(v_versions)));
  end if;
  return jsonb_build_object('kind', 'applied', 'versions', v_versions);
end $$;

-- ---------------------------------------------------------------- claims

create function record_claim(p_ws text, p_key text, p_actor jsonb, p_ttl_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_head heads; v_now timestamptz;
begin
  perform lock_head(p_ws, 'record', lower(p_key));
  v_now := booking_clock();
  v_head := record_head(p_ws, p_key, v_now);
  if v_head.claim_id is not null then
    return jsonb_build_object('kind', 'busy', 'key', p_key, 'forMs', ceil(extract(epoch from v_head.lease_until - v_now) * 1000));
  end if;
  if exists (select from records where workspace_id = p_ws and folded = lower(p_key) and key <> p_key) then
    return jsonb_build_object('kind', 'conflict', 'key', p_key, 'why', 'case', 'currentVersion', null);
  end if;
  return record_new_claim(p_ws, p_key, p_actor, p_ttl_ms, v_now);
end $$;

-- p_op: heartbeat | release | hand-off
create function record_claim_act(p_ws text, p_op text, p_key text, p_actor jsonb, p_claim text, p_ttl_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_head heads; v_now timestamptz; v_refusal jsonb; v_until timestamptz; v_record records;
begin
  perform lock_head(p_ws, 'record', lower(p_key));
  v_now := booking_clock();
  v_head := record_head(p_ws, p_key, v_now);
  v_refusal := record_superseded(p_ws, v_head, p_key, p_claim);
  if v_refusal is not null then
    perform record_log(p_ws, p_actor, 'record.refused', p_key, 'superseded', jsonb_build_object('why', v_refusal -> 'why', 'asked', p_op));
    return v_refusal;
  end if;
  if p_op = 'heartbeat' then
    v_until := greatest(v_head.lease_until, v_now + p_ttl_ms * interval '1 ms');
    update heads set lease_until = v_until where workspace_id = p_ws and kind = 'record' and id = lower(p_key);
    return jsonb_build_object('kind', 'held', 'until', booking_instant(v_until));
  end if;
  if p_op = 'release' then
    perform record_end_claim(p_ws, v_head, 'released', v_now, p_actor, p_key);
    return jsonb_build_object('kind', 'released');
  end if;
  perform record_end_claim(p_ws, v_head, 'handedOff', v_now, p_actor, p_key);
  -- a new version of the same value: every view from before is dead, the giver's above all (C16)
  select * into v_record from records where workspace_id = p_ws and folded = lower(p_key);
  if found then perform record_put(p_ws, v_record.key, v_record.value, 'handed-off', p_actor, v_head.version, v_now); end if;
  return record_new_claim(p_ws, p_key, p_actor, p_ttl_ms, v_now);
end $$;

-- C4. Heads in order, as everywhere; what was extended or ended meanwhile is left alone.
create function record_sweep(p_limit int) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_due record; v_now timestamptz; v_head heads; v_count int := 0;
begin
  for v_due in select workspace_id, id from (select workspace_id, id from heads where kind = 'record' and claim_id is not null and lease_until <= booking_clock()
      order by lease_until limit p_limit) d order by workspace_id collate "C", id collate "C" loop
    select * into v_head from lock_head(v_due.workspace_id, 'record', v_due.id);
    v_now := booking_clock();
    if v_head.claim_id is not null and v_head.lease_until <= v_now then
      perform record_head(v_due.workspace_id, v_due.id, v_now);
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end $$;

-- ---------------------------------------------------------------- rights of the runtime role

grant select on records, record_versions, record_claims, record_views to ifmatch_app;
revoke execute on function record_log(text, jsonb, text, text, text, jsonb), record_claim_digest(text), record_end_claim(text, heads, text, timestamptz, jsonb, text),
  record_head(text, text, timestamptz), record_superseded(text, heads, text, text), record_new_claim(text, text, jsonb, bigint, timestamptz),
  record_put(text, text, jsonb, text, jsonb, text, timestamptz), record_view_is_live(text, text, text), record_views_dead(text, text, uuid),
  record_views_note(text, text, uuid, jsonb), record_views_forget(int), record_admit(text, jsonb), record_refusal(text, jsonb, timestamptz), record_unread(text, jsonb),
  record_publish(text, jsonb), record_claim(text, text, jsonb, bigint), record_claim_act(text, text, text, jsonb, text, bigint), record_sweep(int) from public;
grant execute on function record_views_dead(text, text, uuid), record_views_note(text, text, uuid, jsonb), record_views_forget(int), record_admit(text, jsonb),
  record_publish(text, jsonb), record_claim(text, text, jsonb, bigint), record_claim_act(text, text, text, jsonb, text, bigint), record_sweep(int) to ifmatch_app;
