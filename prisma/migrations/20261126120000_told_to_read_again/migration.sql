-- What the claim model asks of publications, and they did not do (decision 018): a run whose claim was superseded is refused until it has read again, also where the version
-- never moved (C5); and "wait" is said last of all, to those alone who could write now, were nobody else the holder.

create or replace function record_refusal(p_ws text, c jsonb, p_now timestamptz) returns jsonb
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
  return null;
end $$;

-- Somebody else's claim on something that is changed without showing one. Null: nobody has to be waited for. The caller holds the heads, and what is over was ended.
create function record_busy(p_ws text, p jsonb, p_now timestamptz) returns jsonb language sql stable as $$
  select jsonb_build_object('kind', 'busy', 'key', c ->> 'key', 'forMs', ceil(extract(epoch from h.lease_until - p_now) * 1000))
  from jsonb_array_elements(p -> 'changes') with ordinality as all_changes (c, n)
    join heads h on h.workspace_id = p_ws and h.kind = 'record' and h.id = lower(c ->> 'key')
  where h.claim_id is not null and not c ? 'claimId' order by n limit 1
$$;

create or replace function record_publish(p_ws text, p jsonb) returns jsonb
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
  if v_refusal is null then v_refusal := record_busy(p_ws, p, v_now); end if;
  if v_refusal is not null then
    -- sticky: as if seen at a version that no head ever has, until the run reads again
    if v_refusal ->> 'kind' = 'superseded' and p ? 'runId' and exists (select from records where workspace_id = p_ws and folded = lower(v_refusal ->> 'key')) then
      perform record_views_note(p_ws, p #>> '{actor,id}', (p ->> 'runId')::uuid, jsonb_build_array(jsonb_build_object('key', v_refusal ->> 'key', 'version', 'unread')));
    end if;
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

revoke execute on function record_busy(text, jsonb, timestamptz) from public;
