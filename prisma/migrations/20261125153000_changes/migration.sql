-- An operation is one of a closed union of changes (lib/domain/change.ts), no longer always an update.
alter table proposal_operations add column change jsonb;
update proposal_operations set change = jsonb_build_object('kind', 'update', 'patch', patch);
alter table proposal_operations alter column change set not null, drop column patch;

alter table intents drop constraint intents_version, drop constraint intents_operation, add column change jsonb;
update intents set change = jsonb_build_object('kind', 'update', 'patch', patch);
alter table intents alter column change set not null, drop column patch, drop column operation;

-- what is not there yet has the version `absent`, and nothing else has it
alter table intents add constraint intents_change check (change ->> 'kind' in ('update', 'delete', 'create', 'move', 'respond'));
alter table intents add constraint intents_version check (base_version <> '' and (base_version = 'absent') = (change ->> 'kind' = 'create'));
alter table proposal_operations add constraint proposal_operations_change check (change ->> 'kind' in ('update', 'delete', 'create', 'move', 'respond'));

-- The same statements as before, with `change` where `patch` and `operation` were.
-- p: { id, claimId, connectionId, eventKey, seriesKey, userId, proposalId, position, approvalId, afterIntent?, planHash, baseVersion, careDigest, base, change, notify, leaseMs }
create or replace function intent_prepare(p_ws text, p jsonb, p_log jsonb, p_more_logs jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_approval_head heads; v_a approvals; v_before intents; v_now timestamptz; v_event text;
  v_kind text := 'prepared'; v_reason text; v_what text; v_lease timestamptz;
begin
  select * into v_approval_head from lock_head(p_ws, 'approval', p ->> 'approvalId');
  for v_event in select distinct e from unnest(array[p ->> 'eventKey', p ->> 'seriesKey']) e order by e loop
    perform lock_head(p_ws, 'event', v_event);
  end loop;
  v_now := clock_timestamp();
  select * into v_a from approvals where workspace_id = p_ws and id = (p ->> 'approvalId')::uuid;
  if p ->> 'afterIntent' is not null then
    select * into v_before from intents where workspace_id = p_ws and id = (p ->> 'afterIntent')::uuid;
  end if;

  if v_a.id is null or v_a.user_id <> p ->> 'userId' or v_a.proposal_id <> p ->> 'proposalId' or v_a.position <> (p ->> 'position')::int then
    v_kind := 'forbidden'; v_reason := 'not-yours';
  elsif v_a.plan_hash <> p ->> 'planHash' then v_kind := 'forbidden'; v_reason := 'plan-changed';
  elsif v_a.expires_at <= v_now then v_kind := 'expired'; v_what := 'approval';
  -- the version may have moved since the approval, what the person cares about may not
  elsif v_a.care_digest <> p ->> 'careDigest' then v_kind := 'superseded';
  -- single use; its one successor must follow an intent of the same approval that was refused, and only once
  elsif p ->> 'afterIntent' is null and v_approval_head.version <> '' then v_kind := 'superseded';
  elsif p ->> 'afterIntent' is not null and (v_before.approval_id is distinct from v_a.id or v_before.after_intent is not null
      or v_before.state is distinct from 'DONE' or v_before.outcome ->> 'kind' is distinct from 'conflict'
      or exists (select 1 from intents i where i.workspace_id = p_ws and i.after_intent = v_before.id)) then v_kind := 'superseded';
  elsif exists (select 1 from intents i where i.workspace_id = p_ws and i.connection_id = p ->> 'connectionId'
      and i.series_key = p ->> 'seriesKey' and i.state in ('PREPARED', 'SENT')) then v_kind := 'busy'; v_what := 'event';
  end if;

  perform log_append_all(p_ws, p_more_logs);
  perform log_append(p_ws, p_log || jsonb_build_object('outcome', v_kind));
  if v_kind <> 'prepared' then
    return jsonb_strip_nulls(jsonb_build_object('kind', v_kind, 'reason', v_reason, 'what', v_what));
  end if;
  v_lease := v_now + (p ->> 'leaseMs')::bigint * interval '1 ms';
  insert into intents (workspace_id, id, connection_id, event_key, series_key, user_id, proposal_id, position, approval_id, after_intent,
      base_version, care_digest, base, change, notify, state, lease_until, prepared_at)
    values (p_ws, (p ->> 'id')::uuid, p ->> 'connectionId', p ->> 'eventKey', p ->> 'seriesKey', p ->> 'userId', p ->> 'proposalId', (p ->> 'position')::int,
      v_a.id, (p ->> 'afterIntent')::uuid, p ->> 'baseVersion', p ->> 'careDigest', p -> 'base', p -> 'change',
      (p ->> 'notify')::boolean, 'PREPARED', v_lease, v_now);
  update heads set version = 'used' where workspace_id = p_ws and kind = 'approval' and id = v_a.id::text;
  update heads set version = p ->> 'baseVersion' where workspace_id = p_ws and kind = 'event' and id = p ->> 'eventKey';
  insert into heads (workspace_id, kind, id, version, epoch, claim_id) values (p_ws, 'intent', p ->> 'id', 'PREPARED', 1, (p ->> 'claimId')::uuid);
  return jsonb_build_object('kind', 'prepared', 'leaseUntil', v_lease);
end $$;

-- p_next: { base, baseVersion, careDigest, change, slot, planHash, ttlMs } or null when nothing is to be written
create or replace function conflict_answer(p_ws text, p_case uuid, p_user text, p_choice text, p_next jsonb, p_log jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_c conflicts; v_now timestamptz; v_approval uuid; v_found text;
begin
  perform lock_head(p_ws, 'conflict', p_case::text);
  v_now := clock_timestamp();
  select * into v_c from conflicts where workspace_id = p_ws and id = p_case;
  if not found or v_c.user_id <> p_user then return jsonb_build_object('kind', 'forbidden', 'reason', 'not-yours'); end if;
  if v_c.answered_at is not null then
    perform log_append(p_ws, p_log || jsonb_build_object('outcome', 'superseded'));
    return jsonb_build_object('kind', 'superseded', 'choice', v_c.choice);
  end if;
  update conflicts set choice = p_choice, answered_at = v_now where workspace_id = p_ws and id = p_case;
  if p_next is null then
    update proposal_operations set state = 'kept' where workspace_id = p_ws and proposal_id = v_c.proposal_id and position = v_c.position;
    update proposals set state = 'stopped' where workspace_id = p_ws and id = v_c.proposal_id;
  else
    v_approval := gen_random_uuid();
    insert into approvals (workspace_id, id, proposal_id, position, user_id, plan_hash, base_version, care_digest, expires_at)
      values (p_ws, v_approval, v_c.proposal_id, v_c.position, p_user, p_next ->> 'planHash', p_next ->> 'baseVersion', p_next ->> 'careDigest',
        v_now + (p_next ->> 'ttlMs')::bigint * interval '1 ms');
    update proposal_operations set state = 'pending', base = p_next -> 'base', base_version = p_next ->> 'baseVersion', care_digest = p_next ->> 'careDigest',
        change = p_next -> 'change', slot = p_next -> 'slot'
      where workspace_id = p_ws and proposal_id = v_c.proposal_id and position = v_c.position;
    update proposals set state = 'applying' where workspace_id = p_ws and id = v_c.proposal_id;
  end if;
  perform log_append(p_ws, p_log || jsonb_build_object('outcome', 'answered'));
  return jsonb_strip_nulls(jsonb_build_object('kind', 'answered', 'approvalId', v_approval));
end $$;
