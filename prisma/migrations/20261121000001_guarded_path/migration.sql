-- The guarded path. Every function here locks heads first, each lock a statement of its own, and only then reads and decides: under READ
-- COMMITTED a later statement of a VOLATILE function sees what was committed while it waited. clock_timestamp() is taken after the lock.
-- Heads are locked in the order of (kind, id). The functions belong to the owner; the runtime role can reach these tables no other way.

do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'ifmatch_app') then create role ifmatch_app nologin; end if;
end $$;

-- ---------------------------------------------------------------- constraints that Prisma's schema cannot say

alter table members add constraint members_role check (role in ('admin', 'member'));
alter table invitations add constraint invitations_role check (role in ('admin', 'member'));
alter table connections add constraint connections_status check (status in ('live', 'paused'));
alter table proposals add constraint proposals_state check (state in ('open', 'stale', 'applying', 'conflict', 'done', 'stopped', 'dropped'));
alter table intents add constraint intents_state check (state in ('PREPARED', 'SENT', 'DONE'));
alter table intents add constraint intents_operation check (operation in ('update', 'delete', 'create'));
-- a terminal state has its outcome, and only a terminal state has one
alter table intents add constraint intents_outcome check ((state = 'DONE') = (outcome is not null));
alter table intents add constraint intents_version check (base_version <> '' or operation = 'create');
-- one intent at a time per event or series
create unique index intents_one_live on intents (workspace_id, connection_id, series_key) where state in ('PREPARED', 'SENT');
create index intents_unfinished on intents (lease_until) where state in ('PREPARED', 'SENT');

-- an outcome, once written, stands; only a correction may join it
create function intents_outcome_stands() returns trigger language plpgsql as $$
begin
  if old.state = 'DONE' and (new.state <> 'DONE' or new.outcome <> old.outcome or (old.correction is not null and new.correction is distinct from old.correction)) then
    raise exception 'the outcome of intent % stands', old.id using errcode = '23514';
  end if;
  return new;
end $$;
create trigger intents_outcome_stands before update on intents for each row execute function intents_outcome_stands();

-- ---------------------------------------------------------------- the log

create function log_append_only() returns trigger language plpgsql as $$
begin raise exception '% is append-only', tg_table_name using errcode = '42501'; end $$;
create trigger log_append_only before update or delete or truncate on log for each statement execute function log_append_only();
create trigger log_sealed_append_only before update or delete or truncate on log_sealed for each statement execute function log_append_only();
create trigger log_checkpoints_append_only before update or delete or truncate on log_checkpoints for each statement execute function log_append_only();

-- p_row: { actor: {kind, id}, kind, subject: {kind, id}, userId?, proposalId?, intentId?, outcome?, body?, sealedText? }
create function log_append(p_ws text, p_row jsonb) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_id bigint;
begin
  insert into log (workspace_id, actor_kind, actor_id, kind, subject_kind, subject_id, user_id, proposal_id, intent_id, outcome, body)
  values (p_ws, p_row #>> '{actor,kind}', p_row #>> '{actor,id}', p_row ->> 'kind', p_row #>> '{subject,kind}', p_row #>> '{subject,id}',
    p_row ->> 'userId', p_row ->> 'proposalId', (p_row ->> 'intentId')::uuid, p_row ->> 'outcome', coalesce(p_row -> 'body', '{}'))
  returning id into v_id;
  insert into log_unsealed (workspace_id, log_id) values (p_ws, v_id);
  if p_row ? 'sealedText' and p_row ->> 'userId' is not null then
    insert into log_texts (workspace_id, log_id, user_id, sealed) values (p_ws, v_id, p_row ->> 'userId', p_row ->> 'sealedText');
  end if;
  return v_id;
end $$;

create function log_append_all(p_ws text, p_rows jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_row jsonb;
begin
  for v_row in select * from jsonb_array_elements(coalesce(p_rows, '[]')) loop
    perform log_append(p_ws, v_row);
  end loop;
end $$;

-- ---------------------------------------------------------------- the fence

-- You cannot lock a row that is not there: make it, then lock it.
create function lock_head(p_ws text, p_kind text, p_id text) returns heads
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_head heads;
begin
  insert into heads (workspace_id, kind, id) values (p_ws, p_kind, p_id) on conflict do nothing;
  select * into v_head from heads where workspace_id = p_ws and kind = p_kind and id = p_id for update;
  return v_head;
end $$;

-- The sealer: one writer at a time, and only on top of the size it computed from. False: somebody else sealed first.
create function log_seal(p_ws text, p_from bigint, p_rows jsonb, p_root text, p_frontier jsonb, p_note text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_size bigint; v_count bigint := jsonb_array_length(p_rows);
begin
  perform lock_head(p_ws, 'sealer', '');
  select coalesce(max(seq) + 1, 0) into v_size from log_sealed where workspace_id = p_ws;
  if v_size <> p_from or v_count = 0 then return false; end if;
  insert into log_sealed (workspace_id, seq, log_id, leaf_hash)
    select p_ws, p_from + r.n - 1, (r.item ->> 'logId')::bigint, r.item ->> 'leafHash'
    from jsonb_array_elements(p_rows) with ordinality as r (item, n);
  delete from log_unsealed u using jsonb_array_elements(p_rows) r (item)
    where u.workspace_id = p_ws and u.log_id = (r.item ->> 'logId')::bigint;
  insert into log_checkpoints (workspace_id, size, root, frontier, note) values (p_ws, p_from + v_count, p_root, p_frontier, p_note);
  perform pg_notify('sealed', json_build_object('workspaceId', p_ws, 'size', p_from + v_count)::text);
  return true;
end $$;

-- ---------------------------------------------------------------- approval

-- A person's yes: once per proposal, to exactly the plan they were shown. Makes one approval an operation.
create function proposal_approve(p_ws text, p_proposal text, p_user text, p_plan_hash text, p_ttl_ms bigint, p_log jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_p proposals; v_now timestamptz; v_kind text; v_reason text; v_ids jsonb;
begin
  perform lock_head(p_ws, 'proposal', p_proposal);
  v_now := clock_timestamp();
  select * into v_p from proposals where workspace_id = p_ws and id = p_proposal;
  if not found or v_p.user_id <> p_user then return jsonb_build_object('kind', 'forbidden', 'reason', 'not-yours'); end if;
  if v_p.state not in ('open', 'stale') then v_kind := 'superseded';
  elsif v_p.plan_hash <> p_plan_hash then v_kind := 'forbidden'; v_reason := 'plan-changed';
  elsif v_p.expires_at <= v_now then v_kind := 'expired';
  else v_kind := 'approved';
  end if;
  perform log_append(p_ws, p_log || jsonb_build_object('outcome', v_kind));
  if v_kind <> 'approved' then
    return jsonb_strip_nulls(jsonb_build_object('kind', v_kind, 'reason', v_reason, 'what', case when v_kind = 'expired' then 'proposal' end));
  end if;
  update proposals set state = 'applying' where workspace_id = p_ws and id = p_proposal;
  with made as (
    insert into approvals (workspace_id, id, proposal_id, position, user_id, plan_hash, base_version, care_digest, expires_at)
    select p_ws, gen_random_uuid(), o.proposal_id, o.position, p_user, p_plan_hash, o.base_version, o.care_digest, v_now + p_ttl_ms * interval '1 ms'
    from proposal_operations o where o.workspace_id = p_ws and o.proposal_id = p_proposal
    returning id, position
  ) select jsonb_agg(id order by position) into v_ids from made;
  return jsonb_build_object('kind', 'approved', 'approvals', v_ids);
end $$;

-- ---------------------------------------------------------------- intents: one provider write

-- tx1. Consumes the approval and records what is about to be sent. Refusals are recorded too. Nothing may be sent unless this says `prepared`.
-- p: { id, claimId, connectionId, eventKey, seriesKey, userId, proposalId, position, approvalId, afterIntent?, planHash, operation,
--      baseVersion, careDigest, base, patch, notify, leaseMs }
create function intent_prepare(p_ws text, p jsonb, p_log jsonb, p_more_logs jsonb) returns jsonb
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
      operation, base_version, care_digest, base, patch, notify, state, lease_until, prepared_at)
    values (p_ws, (p ->> 'id')::uuid, p ->> 'connectionId', p ->> 'eventKey', p ->> 'seriesKey', p ->> 'userId', p ->> 'proposalId', (p ->> 'position')::int,
      v_a.id, (p ->> 'afterIntent')::uuid, p ->> 'operation', p ->> 'baseVersion', p ->> 'careDigest', p -> 'base', p -> 'patch',
      (p ->> 'notify')::boolean, 'PREPARED', v_lease, v_now);
  update heads set version = 'used' where workspace_id = p_ws and kind = 'approval' and id = v_a.id::text;
  update heads set version = p ->> 'baseVersion' where workspace_id = p_ws and kind = 'event' and id = p ->> 'eventKey';
  insert into heads (workspace_id, kind, id, version, epoch, claim_id) values (p_ws, 'intent', p ->> 'id', 'PREPARED', 1, (p ->> 'claimId')::uuid);
  return jsonb_build_object('kind', 'prepared', 'leaseUntil', v_lease);
end $$;

-- tx2. From here on the request may be on its way. Refused when the lease has less than p_need_ms left or belongs to somebody else by now.
create function intent_sent(p_ws text, p_id uuid, p_claim uuid, p_need_ms bigint) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_head heads; v_i intents; v_now timestamptz;
begin
  select * into v_head from lock_head(p_ws, 'intent', p_id::text);
  v_now := clock_timestamp();
  select * into v_i from intents where workspace_id = p_ws and id = p_id;
  if v_head.claim_id is distinct from p_claim or v_i.state is distinct from 'PREPARED' then return 'superseded'; end if;
  if v_i.lease_until < v_now + p_need_ms * interval '1 ms' then return 'expired'; end if;
  update intents set state = 'SENT', sent_at = v_now where workspace_id = p_ws and id = p_id;
  update heads set version = 'SENT' where workspace_id = p_ws and kind = 'intent' and id = p_id::text;
  return 'sent';
end $$;

-- tx3. The outcome, its log rows, the operation's state and, for a lost race, the question to the person: one transaction.
-- Only the holder of the claim may say how it ended; a sender that was taken for dead is told `superseded` and writes nothing.
-- p_operation: { state, after?, afterVersion? }; p_case: { id, body } or null; p_proposal_state: text or null
create function intent_finish(p_ws text, p_id uuid, p_claim uuid, p_outcome jsonb, p_version text, p_operation jsonb, p_case jsonb, p_proposal_state text, p_logs jsonb) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_head heads; v_i intents; v_now timestamptz;
begin
  -- which event: immutable on the row, so it may be read before the lock
  select * into v_i from intents where workspace_id = p_ws and id = p_id;
  if not found then return 'superseded'; end if;
  perform lock_head(p_ws, 'event', v_i.event_key);
  select * into v_head from lock_head(p_ws, 'intent', p_id::text);
  v_now := clock_timestamp();
  select * into v_i from intents where workspace_id = p_ws and id = p_id;
  if v_head.claim_id is distinct from p_claim or v_i.state = 'DONE' then return 'superseded'; end if;
  update intents set state = 'DONE', finished_at = v_now, outcome = p_outcome where workspace_id = p_ws and id = p_id;
  update heads set version = p_outcome ->> 'kind', claim_id = null, epoch = epoch + 1 where workspace_id = p_ws and kind = 'intent' and id = p_id::text;
  if p_version is not null then
    update heads set version = p_version where workspace_id = p_ws and kind = 'event' and id = v_i.event_key;
  end if;
  update proposal_operations set state = coalesce(p_operation ->> 'state', state), outcome = p_outcome,
      after = coalesce(p_operation -> 'after', after), after_version = coalesce(p_operation ->> 'afterVersion', after_version)
    where workspace_id = p_ws and proposal_id = v_i.proposal_id and position = v_i.position;
  if p_case is not null then
    insert into conflicts (workspace_id, id, proposal_id, position, user_id, body)
      values (p_ws, (p_case ->> 'id')::uuid, v_i.proposal_id, v_i.position, v_i.user_id, p_case -> 'body');
  end if;
  if p_proposal_state is not null then
    update proposals set state = p_proposal_state where workspace_id = p_ws and id = v_i.proposal_id;
  end if;
  perform log_append_all(p_ws, p_logs);
  return 'finished';
end $$;

-- Recovery: takes over intents whose lease ran out. The claim changes hands and the epoch moves, so that a sender that wakes up later is refused.
-- Answers the intent's columns and `claim`.
create function intent_reclaim(p_limit int, p_lease_ms bigint) returns setof jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_due record; v_i intents; v_now timestamptz; v_claim uuid;
begin
  for v_due in select workspace_id, id from intents where state in ('PREPARED', 'SENT') and lease_until < clock_timestamp()
      order by workspace_id, id limit p_limit loop
    perform lock_head(v_due.workspace_id, 'intent', v_due.id::text);
    v_now := clock_timestamp();
    select * into v_i from intents where workspace_id = v_due.workspace_id and id = v_due.id;
    continue when v_i.state = 'DONE' or v_i.lease_until >= v_now;
    update intents set lease_until = v_now + p_lease_ms * interval '1 ms' where workspace_id = v_i.workspace_id and id = v_i.id;
    update heads set epoch = epoch + 1, claim_id = gen_random_uuid()
      where workspace_id = v_i.workspace_id and kind = 'intent' and id = v_i.id::text returning claim_id into v_claim;
    return next to_jsonb(v_i) || jsonb_build_object('claim', v_claim);
  end loop;
end $$;

-- Seen no trace of it yet, and it may still be in flight: look again later.
create function intent_defer(p_ws text, p_id uuid, p_claim uuid, p_wait_ms bigint) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_head heads; v_now timestamptz;
begin
  select * into v_head from lock_head(p_ws, 'intent', p_id::text);
  v_now := clock_timestamp();
  if v_head.claim_id is distinct from p_claim then return 'superseded'; end if;
  update intents set look_again_at = v_now + p_wait_ms * interval '1 ms', lease_until = v_now + p_wait_ms * interval '1 ms'
    where workspace_id = p_ws and id = p_id and state = 'SENT';
  return 'deferred';
end $$;

-- A write that was given up for lost was seen after all. At most once an intent.
create function intent_correct(p_ws text, p_id uuid, p_correction jsonb, p_log jsonb) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_i intents;
begin
  perform lock_head(p_ws, 'intent', p_id::text);
  select * into v_i from intents where workspace_id = p_ws and id = p_id;
  if not found or v_i.state <> 'DONE' or v_i.correction is not null or v_i.outcome ->> 'kind' in ('applied') then return 'superseded'; end if;
  update intents set correction = p_correction where workspace_id = p_ws and id = p_id;
  perform log_append(p_ws, p_log);
  return 'corrected';
end $$;

-- ---------------------------------------------------------------- lost races as questions

-- A race lost before anything was sent: the operation stops and the question is put, in one transaction.
create function conflict_open(p_ws text, p_proposal text, p_position int, p_case jsonb, p_outcome jsonb, p_logs jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform lock_head(p_ws, 'proposal', p_proposal);
  update proposal_operations set state = 'conflict', outcome = p_outcome
    where workspace_id = p_ws and proposal_id = p_proposal and position = p_position;
  update proposals set state = 'conflict' where workspace_id = p_ws and id = p_proposal;
  insert into conflicts (workspace_id, id, proposal_id, position, user_id, body)
    select p_ws, (p_case ->> 'id')::uuid, p_proposal, p_position, user_id, p_case -> 'body' from proposals where workspace_id = p_ws and id = p_proposal;
  perform log_append_all(p_ws, p_logs);
end $$;

-- The person's answer, once. A yes to writing after all is a new approval, on the version they were shown.
-- p_next: { base, baseVersion, careDigest, patch, slot, planHash, ttlMs } or null when nothing is to be written
create function conflict_answer(p_ws text, p_case uuid, p_user text, p_choice text, p_next jsonb, p_log jsonb) returns jsonb
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
        patch = p_next -> 'patch', slot = p_next -> 'slot'
      where workspace_id = p_ws and proposal_id = v_c.proposal_id and position = v_c.position;
    update proposals set state = 'applying' where workspace_id = p_ws and id = v_c.proposal_id;
  end if;
  perform log_append(p_ws, p_log || jsonb_build_object('outcome', 'answered'));
  return jsonb_strip_nulls(jsonb_build_object('kind', 'answered', 'approvalId', v_approval));
end $$;

-- ---------------------------------------------------------------- rights of the runtime role

grant usage on schema public to ifmatch_app;
grant select, insert, update, delete on users, accounts, sessions, workspaces, members, invitations, connections, chat_turns, proposals, proposal_operations,
  text_keys to ifmatch_app;
grant select on heads, intents, approvals, conflicts, log, log_texts, log_unsealed, log_sealed, log_checkpoints to ifmatch_app;
-- erasure: the text may go, the row may not
grant delete on log_texts to ifmatch_app;
revoke execute on all functions in schema public from public;
grant execute on all functions in schema public to ifmatch_app;
