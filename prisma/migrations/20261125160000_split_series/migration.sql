-- "This and following": two writes of one proposal, of which both or neither shall stand (decision 010).
alter table intents drop constraint intents_change;
alter table intents add constraint intents_change
  check (change ->> 'kind' in ('update', 'delete', 'create', 'move', 'respond', 'split', 'trim', 'fence'));
alter table proposal_operations drop constraint proposal_operations_change;
alter table proposal_operations add constraint proposal_operations_change
  check (change ->> 'kind' in ('update', 'delete', 'create', 'move', 'respond', 'split', 'trim', 'fence'));

-- second halves that did not come about: few, and what is looked through for first halves that are left
create index proposal_operations_half on proposal_operations (workspace_id, proposal_id)
  where change ->> 'kind' = 'trim' and state in ('failed', 'skipped', 'kept', 'conflict');

-- The first half stands and the second one does not, nothing is under way, and nobody has been asked about it. Hold the proposal's head.
create function split_is_half(p_ws text, p_proposal text) returns int
language sql stable security definer set search_path = public, pg_temp as $$
  select s.position from proposal_operations s
    join proposal_operations t on t.workspace_id = s.workspace_id and t.proposal_id = s.proposal_id and t.position = s.position + 1
  where s.workspace_id = p_ws and s.proposal_id = p_proposal and s.change ->> 'kind' = 'split' and s.state = 'applied'
    and t.change ->> 'kind' = 'trim' and t.state in ('failed', 'skipped', 'kept', 'conflict')
    and not exists (select 1 from proposal_operations d where d.workspace_id = p_ws and d.proposal_id = p_proposal and d.position > t.position
      and d.change ->> 'kind' = 'delete' and d.state in ('conflict', 'kept'))
    and not exists (select 1 from intents i where i.workspace_id = p_ws and i.proposal_id = p_proposal and i.state <> 'DONE')
$$;

-- A step that takes the first half back, under the yes to the whole: the person said yes to both or neither. One a kind; tried again, it gets a new approval and
-- the one before can no longer be used.
-- p_operation: { eventKey, base, baseVersion, careDigest, change, notify, slot, ttlMs, holdMs }
create function split_take_back(p_ws text, p_proposal text, p_operation jsonb, p_logs jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_p proposals; v_half int; v_step proposal_operations; v_position int; v_now timestamptz; v_approval uuid := gen_random_uuid();
begin
  perform lock_head(p_ws, 'proposal', p_proposal);
  v_now := clock_timestamp();
  select * into v_p from proposals where workspace_id = p_ws and id = p_proposal;
  v_half := split_is_half(p_ws, p_proposal);
  if v_half is null then return jsonb_build_object('kind', 'superseded'); end if;
  select * into v_step from proposal_operations where workspace_id = p_ws and proposal_id = p_proposal and position > v_half + 1
    and change ->> 'kind' = p_operation #>> '{change,kind}';
  if v_step.state in ('applied', 'unchanged') then return jsonb_build_object('kind', 'superseded'); end if;
  -- whoever was let in a moment ago is at it: two that took the way from each other would never get there
  if v_step.state = 'pending' and exists (select 1 from approvals a where a.workspace_id = p_ws and a.proposal_id = p_proposal and a.position = v_step.position
      and a.expires_at > v_now and a.created_at > v_now - (p_operation ->> 'holdMs')::bigint * interval '1 ms') then
    return jsonb_build_object('kind', 'superseded');
  end if;
  v_position := coalesce(v_step.position,
    (select max(position) + 1 from proposal_operations where workspace_id = p_ws and proposal_id = p_proposal));
  insert into proposal_operations (workspace_id, proposal_id, position, event_key, base, base_version, care_digest, change, notify, slot, state)
    values (p_ws, p_proposal, v_position, p_operation ->> 'eventKey', p_operation -> 'base', p_operation ->> 'baseVersion', p_operation ->> 'careDigest',
      p_operation -> 'change', (p_operation ->> 'notify')::boolean, p_operation -> 'slot', 'pending')
    on conflict (workspace_id, proposal_id, position) do update
      set base = excluded.base, base_version = excluded.base_version, care_digest = excluded.care_digest, state = 'pending', outcome = null;
  update approvals set expires_at = v_now where workspace_id = p_ws and proposal_id = p_proposal and position = v_position and expires_at > v_now;
  insert into approvals (workspace_id, id, proposal_id, position, user_id, plan_hash, base_version, care_digest, expires_at)
    values (p_ws, v_approval, p_proposal, v_position, v_p.user_id, v_p.plan_hash, p_operation ->> 'baseVersion', p_operation ->> 'careDigest',
      v_now + (p_operation ->> 'ttlMs')::bigint * interval '1 ms');
  perform log_append_all(p_ws, p_logs);
  return jsonb_build_object('kind', 'approved', 'approvalId', v_approval, 'position', v_position);
end $$;

-- The end of it: the old series turned out to end there after all (p_stands, the second half's outcome), or the first half was taken back; then the race that the second
-- half lost is put to the person (p_case), and not before: an answer to it begins anew.
create function split_settle(p_ws text, p_proposal text, p_stands jsonb, p_case jsonb, p_logs jsonb) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_half int;
begin
  perform lock_head(p_ws, 'proposal', p_proposal);
  v_half := split_is_half(p_ws, p_proposal);
  if v_half is null then return 'superseded'; end if;
  if p_stands is not null then
    update proposal_operations set state = 'unchanged', outcome = p_stands where workspace_id = p_ws and proposal_id = p_proposal and position = v_half + 1;
    update proposals set state = 'done' where workspace_id = p_ws and id = p_proposal;
  else
    update proposal_operations set state = 'takenBack' where workspace_id = p_ws and proposal_id = p_proposal and position = v_half;
  end if;
  if p_case is not null then
    update proposal_operations set state = 'conflict' where workspace_id = p_ws and proposal_id = p_proposal and position = v_half + 1;
    update proposals set state = 'conflict' where workspace_id = p_ws and id = p_proposal;
    insert into conflicts (workspace_id, id, proposal_id, position, user_id, body)
      select p_ws, (p_case ->> 'id')::uuid, p_proposal, v_half + 1, user_id, p_case -> 'body' from proposals where workspace_id = p_ws and id = p_proposal;
  end if;
  perform log_append_all(p_ws, p_logs);
  return 'settled';
end $$;

revoke execute on function split_is_half(text, text), split_take_back(text, text, jsonb, jsonb), split_settle(text, text, jsonb, jsonb, jsonb) from public;
grant execute on function split_is_half(text, text), split_take_back(text, text, jsonb, jsonb), split_settle(text, text, jsonb, jsonb, jsonb) to ifmatch_app;
