-- Webhooks out (D22, D23, F8). The sealed log is the outbox: a cursor a workspace goes through it, and makes one delivery of each row and subscription, in the
-- statement that moves the cursor. One sender a subscription at a time, by a lease; a sender that was taken for dead is told so when it reports.

-- CreateTable
CREATE TABLE "webhook_cursors" (
    "workspace_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,

    CONSTRAINT "webhook_cursors_pkey" PRIMARY KEY ("workspace_id")
);

-- CreateTable
CREATE TABLE "webhook_subscriptions" (
    "workspace_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "subscriber_kind" TEXT NOT NULL,
    "subscriber_id" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "events" TEXT[],
    "state" TEXT NOT NULL DEFAULT 'live',
    "from_seq" BIGINT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "paused_until" TIMESTAMPTZ(6),
    "claim_id" UUID,
    "lease_until" TIMESTAMPTZ(6),
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "webhook_subscriptions_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "webhook_secrets" (
    "workspace_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "subscription_id" UUID NOT NULL,
    "sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "expires_at" TIMESTAMPTZ(6),

    CONSTRAINT "webhook_secrets_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "webhook_deliveries" (
    "workspace_id" TEXT NOT NULL,
    "subscription_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "last_at" TIMESTAMPTZ(6),
    "last_status" INTEGER,
    "last_error" TEXT,

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("workspace_id","subscription_id","seq")
);

-- CreateIndex
CREATE INDEX "webhook_subscriptions_workspace_id_subscriber_kind_subscrib_idx" ON "webhook_subscriptions"("workspace_id", "subscriber_kind", "subscriber_id");

-- CreateIndex
CREATE INDEX "webhook_secrets_workspace_id_subscription_id_idx" ON "webhook_secrets"("workspace_id", "subscription_id");

-- AddForeignKey
ALTER TABLE "webhook_secrets" ADD CONSTRAINT "webhook_secrets_workspace_id_subscription_id_fkey" FOREIGN KEY ("workspace_id", "subscription_id") REFERENCES "webhook_subscriptions"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_workspace_id_subscription_id_fkey" FOREIGN KEY ("workspace_id", "subscription_id") REFERENCES "webhook_subscriptions"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

alter table webhook_subscriptions add constraint webhook_subscriptions_state check (state in ('live', 'off', 'gone'));
alter table webhook_subscriptions add constraint webhook_subscriptions_subscriber check (subscriber_kind in ('agent', 'person'));
alter table webhook_deliveries add constraint webhook_deliveries_state check (state in ('pending', 'delivered', 'failed'));
create index webhook_deliveries_due on webhook_deliveries (workspace_id, subscription_id, next_at, seq) where state = 'pending';

-- ---------------------------------------------------------------- fan-out

-- PL/pgSQL, because the queue's tables come after the migrations.
create function webhook_order(p_ws text, p_id uuid, p_at timestamptz) returns void language plpgsql as $$
begin
  perform graphile_worker.add_job('deliver-webhooks', json_build_object('workspaceId', p_ws, 'subscriptionId', p_id),
    job_key := 'webhooks ' || p_ws || '/' || p_id, max_attempts := 8, run_at := p_at);
end $$;

-- The next rows of the sealed log, each told to whom it concerns. Deliveries, orders and cursor are one transaction. Answers how many rows were looked at.
-- Whose row it is: a hold's or booking's agent is named in the body where somebody else acted.
create function webhook_fan_out(p_ws text, p_limit int) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_from bigint; v_to bigint; v_told uuid;
begin
  perform lock_head(p_ws, 'webhooks', '');
  select c.seq into v_from from webhook_cursors c where c.workspace_id = p_ws;
  select max(s.seq) + 1 into v_to from (select seq from log_sealed where workspace_id = p_ws and seq >= v_from order by seq limit p_limit) s;
  if v_to is null then return 0; end if;
  for v_told in
    with made as (
      insert into webhook_deliveries (workspace_id, subscription_id, seq)
      select p_ws, w.id, s.seq from log_sealed s
        join log l on l.workspace_id = p_ws and l.id = s.log_id
        join webhook_subscriptions w on w.workspace_id = p_ws and w.state = 'live' and s.seq >= w.from_seq and l.kind = any (w.events)
          and w.subscriber_id = case when w.subscriber_kind = 'person' then l.user_id
            else coalesce(l.body ->> 'agentId', case l.actor_kind when 'agent' then l.actor_id end) end
      where s.workspace_id = p_ws and s.seq >= v_from and s.seq < v_to
      on conflict do nothing returning subscription_id
    ) select distinct subscription_id from made
  loop
    perform webhook_order(p_ws, v_told, clock_timestamp());
  end loop;
  update webhook_cursors set seq = v_to where workspace_id = p_ws;
  return v_to - v_from;
end $$;

-- Subscriptions with something due that nobody is sending: their sender died. Answers how many were ordered.
create function webhook_order_due(p_limit int) returns int
language plpgsql security definer set search_path = public, pg_temp as $$
declare w record; v_count int := 0;
begin
  for w in select s.workspace_id, s.id from webhook_subscriptions s
      where s.state = 'live' and coalesce(s.lease_until, '-infinity') < clock_timestamp() and coalesce(s.paused_until, '-infinity') < clock_timestamp()
        and exists (select from webhook_deliveries d where d.workspace_id = s.workspace_id and d.subscription_id = s.id and d.state = 'pending' and d.next_at <= clock_timestamp())
      order by s.workspace_id, s.id limit p_limit loop
    perform webhook_order(w.workspace_id, w.id, clock_timestamp());
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;

-- ---------------------------------------------------------------- sending

-- What this subscription is to be told now, for whoever holds the claim; takes or renews it. Answers { kind: 'due', ... } | { kind: 'idle' } | { kind: 'taken' } | { kind: 'off' }.
-- Idle gives the claim back and orders the next look, if there is to be one.
create function webhook_claim(p_ws text, p_id uuid, p_claim uuid, p_lease_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare w webhook_subscriptions; v_now timestamptz; v_due webhook_deliveries; v_next timestamptz;
begin
  select * into w from webhook_subscriptions where workspace_id = p_ws and id = p_id for update;
  if not found or w.state <> 'live' then return jsonb_build_object('kind', 'off'); end if;
  v_now := clock_timestamp();
  if w.lease_until > v_now and w.claim_id is distinct from p_claim then return jsonb_build_object('kind', 'taken'); end if;
  select min(d.next_at) into v_next from webhook_deliveries d where d.workspace_id = p_ws and d.subscription_id = p_id and d.state = 'pending';
  if v_next is not null then v_next := greatest(v_next, w.paused_until); end if;
  if coalesce(v_next, 'infinity') > v_now then
    update webhook_subscriptions set claim_id = null, lease_until = null where workspace_id = p_ws and id = p_id;
    if v_next is not null then perform webhook_order(p_ws, p_id, v_next); end if;
    return jsonb_build_object('kind', 'idle');
  end if;
  select * into v_due from webhook_deliveries d
    where d.workspace_id = p_ws and d.subscription_id = p_id and d.state = 'pending' and d.next_at <= v_now order by d.next_at, d.seq limit 1;
  update webhook_subscriptions set claim_id = p_claim, lease_until = v_now + p_lease_ms * interval '1 ms' where workspace_id = p_ws and id = p_id;
  return jsonb_build_object('kind', 'due', 'seq', v_due.seq::text, 'attempts', v_due.attempts, 'failures', w.failures, 'url', w.url,
    'secrets', (select jsonb_agg(jsonb_build_object('id', k.id, 'sealed', k.sealed) order by k.created_at desc) from webhook_secrets k
      where k.workspace_id = p_ws and k.subscription_id = p_id and coalesce(k.expires_at, 'infinity') > v_now),
    'row', (select jsonb_build_object('id', l.id::text, 'at', to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'kind', l.kind,
        'subjectId', l.subject_id, 'ownerId', l.user_id, 'actor', jsonb_build_object('kind', l.actor_kind, 'id', l.actor_id), 'body', l.body)
      from log_sealed s join log l on l.workspace_id = p_ws and l.id = s.log_id where s.workspace_id = p_ws and s.seq = v_due.seq));
end $$;

-- How one attempt ended. p: { verdict: 'delivered' | 'again' | 'failed' | 'gone', status?, error?, inMs?, pauseMs?, log? }. False: the claim is somebody else's by now, nothing was written.
create function webhook_attempted(p_ws text, p_id uuid, p_claim uuid, p_seq bigint, p jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare w webhook_subscriptions; v_now timestamptz; v_verdict constant text := p ->> 'verdict';
begin
  select * into w from webhook_subscriptions where workspace_id = p_ws and id = p_id for update;
  if not found or w.claim_id is distinct from p_claim then return false; end if;
  v_now := clock_timestamp();
  update webhook_deliveries set attempts = attempts + 1, last_at = v_now, last_status = (p ->> 'status')::int, last_error = p ->> 'error',
      state = case v_verdict when 'delivered' then 'delivered' when 'again' then 'pending' else 'failed' end,
      next_at = v_now + coalesce((p ->> 'inMs')::bigint, 0) * interval '1 ms'
    where workspace_id = p_ws and subscription_id = p_id and seq = p_seq;
  update webhook_subscriptions set failures = case when p ? 'pauseMs' then failures + 1 else 0 end,
      paused_until = v_now + (p ->> 'pauseMs')::bigint * interval '1 ms', state = case v_verdict when 'gone' then 'gone' else state end
    where workspace_id = p_ws and id = p_id;
  if v_verdict = 'gone' then perform log_append(p_ws, p -> 'log'); end if;
  return true;
end $$;

-- ---------------------------------------------------------------- subscriptions, each request with its key (D20)

create function webhook_view(w webhook_subscriptions) returns jsonb language sql stable as $$
  select jsonb_build_object('id', w.id, 'url', w.url, 'events', w.events, 'state', w.state,
    'createdAt', to_char(w.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
$$;

-- The reply kept under a key, as `booking_ask` keeps its own: { kind: 'keyReused' | 'stillRunning' | 'answered', ... }; null: go on, and the key is locked until the end.
create function idempotency_known(p_ws text, p_asker text, p_key text, p_digest text) returns jsonb
language plpgsql as $$
declare k idempotency_keys;
begin
  if not pg_try_advisory_xact_lock(hashtextextended(p_ws || chr(10) || p_asker || chr(10) || p_key, 0)) then return jsonb_build_object('kind', 'stillRunning'); end if;
  select * into k from idempotency_keys i
    where i.workspace_id = p_ws and i.asker = p_asker and i.key = p_key and i.created_at > clock_timestamp() - interval '24 hours';
  if not found then return null; end if;
  if k.digest <> p_digest then return jsonb_build_object('kind', 'keyReused'); end if;
  return jsonb_build_object('kind', 'answered', 'replayed', true, 'answer', k.reply);
end $$;

-- p: { op: 'create' | 'change' | 'remove' | 'rotate' | 'redeliver', id, by: { kind, id }, key?, digest?, log, max?, graceMs?,
--      url?, events?, state?, secretId?, sealed?, seq? }
create function webhook_ask(p_ws text, p jsonb) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_id constant uuid := p ->> 'id';
  v_op constant text := p ->> 'op';
  v_asker constant text := (p #>> '{by,kind}') || '/' || (p #>> '{by,id}');
  v_answer jsonb; w webhook_subscriptions;
begin
  if p ->> 'key' is not null then
    v_answer := idempotency_known(p_ws, v_asker, p ->> 'key', p ->> 'digest');
    if v_answer is not null then return v_answer; end if;
  end if;
  if v_op = 'create' then
    -- between two turns of the fan-out: what happened before is not told
    perform lock_head(p_ws, 'webhooks', '');
    insert into webhook_cursors (workspace_id, seq) select p_ws, coalesce(max(seq) + 1, 0) from log_sealed where workspace_id = p_ws on conflict do nothing;
    if (select count(*) from webhook_subscriptions s where s.workspace_id = p_ws and s.subscriber_kind = p #>> '{by,kind}' and s.subscriber_id = p #>> '{by,id}')
        >= (p ->> 'max')::int then
      return jsonb_build_object('kind', 'answered', 'replayed', false, 'answer', jsonb_build_object('kind', 'tooMany'));
    end if;
    insert into webhook_subscriptions (workspace_id, id, subscriber_kind, subscriber_id, url, events, from_seq)
      select p_ws, v_id, p #>> '{by,kind}', p #>> '{by,id}', p ->> 'url', array(select jsonb_array_elements_text(p -> 'events')), c.seq
      from webhook_cursors c where c.workspace_id = p_ws returning * into w;
  else
    select * into w from webhook_subscriptions s
      where s.workspace_id = p_ws and s.id = v_id and s.subscriber_kind = p #>> '{by,kind}' and s.subscriber_id = p #>> '{by,id}' for update;
    if not found then return jsonb_build_object('kind', 'answered', 'replayed', false, 'answer', jsonb_build_object('kind', 'notFound')); end if;
  end if;
  if v_op = 'rotate' then
    delete from webhook_secrets where workspace_id = p_ws and subscription_id = v_id and expires_at is not null;
    update webhook_secrets set expires_at = clock_timestamp() + (p ->> 'graceMs')::bigint * interval '1 ms' where workspace_id = p_ws and subscription_id = v_id;
  end if;
  if p ? 'sealed' then
    insert into webhook_secrets (workspace_id, id, subscription_id, sealed) values (p_ws, (p ->> 'secretId')::uuid, v_id, p ->> 'sealed');
  end if;
  if v_op = 'change' then
    update webhook_subscriptions set url = coalesce(p ->> 'url', url), state = coalesce(p ->> 'state', state),
        events = case when p ? 'events' then array(select jsonb_array_elements_text(p -> 'events')) else events end, failures = 0, paused_until = null
      where workspace_id = p_ws and id = v_id returning * into w;
    perform webhook_order(p_ws, v_id, clock_timestamp());
  end if;
  if v_op = 'remove' then delete from webhook_subscriptions where workspace_id = p_ws and id = v_id; end if;
  if v_op = 'redeliver' then
    update webhook_deliveries set state = 'pending', attempts = 0, next_at = clock_timestamp() where workspace_id = p_ws and subscription_id = v_id and seq = (p ->> 'seq')::bigint;
    if not found then return jsonb_build_object('kind', 'answered', 'replayed', false, 'answer', jsonb_build_object('kind', 'notFound')); end if;
    update webhook_subscriptions set paused_until = null where workspace_id = p_ws and id = v_id;
    perform webhook_order(p_ws, v_id, clock_timestamp());
  end if;
  if p ? 'log' then perform log_append(p_ws, p -> 'log'); end if;
  v_answer := jsonb_strip_nulls(jsonb_build_object('kind', 'done', 'subscription', webhook_view(w), 'secretId', p -> 'secretId'));
  if p ->> 'key' is not null then
    insert into idempotency_keys (workspace_id, asker, key, digest, reply, created_at) values (p_ws, v_asker, p ->> 'key', p ->> 'digest', v_answer, clock_timestamp())
      on conflict (workspace_id, asker, key) do update set digest = excluded.digest, reply = excluded.reply, created_at = excluded.created_at;
  end if;
  return jsonb_build_object('kind', 'answered', 'replayed', false, 'answer', v_answer);
end $$;

-- A rotation of the key-encryption key seals it anew.
create function webhook_secret_reseal(p_ws text, p_id uuid, p_from text, p_to text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update webhook_secrets set sealed = p_to where workspace_id = p_ws and id = p_id and sealed = p_from;
  return found;
end $$;

grant select on webhook_cursors, webhook_subscriptions, webhook_secrets, webhook_deliveries to ifmatch_app;
revoke execute on function webhook_order(text, uuid, timestamptz), webhook_fan_out(text, int), webhook_order_due(int), webhook_claim(text, uuid, uuid, bigint),
  webhook_attempted(text, uuid, uuid, bigint, jsonb), webhook_view(webhook_subscriptions), idempotency_known(text, text, text, text), webhook_ask(text, jsonb),
  webhook_secret_reseal(text, uuid, text, text) from public;
grant execute on function webhook_fan_out(text, int), webhook_order_due(int), webhook_claim(text, uuid, uuid, bigint),
  webhook_attempted(text, uuid, uuid, bigint, jsonb), webhook_ask(text, jsonb), webhook_secret_reseal(text, uuid, text, text) to ifmatch_app;
