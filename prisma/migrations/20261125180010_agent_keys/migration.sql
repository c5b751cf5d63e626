-- Agent keys (D19) with a token bucket each, and what a person keeps free besides their events (D17).

-- CreateTable
CREATE TABLE "agent_keys" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "expires_at" TIMESTAMPTZ(6),
    "revoked_at" TIMESTAMPTZ(6),

    CONSTRAINT "agent_keys_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "agent_key_buckets" (
    "workspace_id" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "tokens" DOUBLE PRECISION NOT NULL,
    "passed" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "agent_key_buckets_pkey" PRIMARY KEY ("workspace_id","key_id")
);

-- CreateTable
CREATE TABLE "availability_rules" (
    "workspace_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "buffer_minutes" INTEGER NOT NULL DEFAULT 0,
    "focus_blocks" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "availability_rules_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateIndex
CREATE INDEX "agent_keys_workspace_id_agent_id_idx" ON "agent_keys"("workspace_id", "agent_id");

alter table availability_rules add constraint availability_rules_buffer check (buffer_minutes between 0 and 240);
-- a bucket is nobody's truth: what a crash takes is a little patience. Few dead rows a page: it changes in place.
alter table agent_key_buckets set (fillfactor = 50);

-- One statement a request: who is this, may they, and is there a token left? Answers null when there is no such key. A wrong secret costs the key's holder nothing.
-- Two requests at one moment take two tokens: the bucket's row is locked by the update, and its clock never goes back.
create function agent_key_use(p_ws text, p_id text, p_hash text, p_per_second double precision, p_burst double precision) returns jsonb
language sql volatile security definer set search_path = public, pg_temp as $$
  with k as (
    select k.*, a.name, a.revoked_at is not null as agent_revoked, k.hash = p_hash and k.revoked_at is null and a.revoked_at is null
        and coalesce(k.expires_at, 'infinity') > clock_timestamp() as opens
      from agent_keys k join agents a on a.workspace_id = k.workspace_id and a.id = k.agent_id where k.workspace_id = p_ws and k.id = p_id
  ), b as (
    insert into agent_key_buckets as b (workspace_id, key_id, tokens, passed, at) select p_ws, p_id, p_burst - 1, true, clock_timestamp() from k where k.opens
    on conflict (workspace_id, key_id) do update set
      passed = least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at))) >= 1,
      tokens = least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at)))
        - case when least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at))) >= 1 then 1 else 0 end,
      at = greatest(b.at, excluded.at)
    returning b.tokens, b.passed
  )
  select jsonb_build_object('agentId', k.agent_id, 'agentName', k.name, 'scopes', k.scopes, 'hash', k.hash,
    'expiresAt', to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'state', case when k.revoked_at is not null or k.agent_revoked then 'revoked' when coalesce(k.expires_at, 'infinity') <= clock_timestamp() then 'expired' else 'live' end,
    'tokens', (select tokens from b), 'passed', (select passed from b))
  from k
$$;

create function agent_key_issue(p_ws text, p_key jsonb, p_log jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform 1 from agents where workspace_id = p_ws and id = p_key ->> 'agentId' and revoked_at is null for share;
  if not found then return false; end if;
  insert into agent_keys (workspace_id, id, agent_id, hash, scopes, created_by, expires_at)
    values (p_ws, p_key ->> 'id', p_key ->> 'agentId', p_key ->> 'hash', array(select jsonb_array_elements_text(p_key -> 'scopes')), p_key ->> 'createdBy', (p_key ->> 'expiresAt')::timestamptz);
  perform log_append(p_ws, p_log);
  return true;
end $$;

-- False: no such key, or it was revoked before; nothing is written.
create function agent_key_revoke(p_ws text, p_agent text, p_id text, p_log jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update agent_keys set revoked_at = clock_timestamp() where workspace_id = p_ws and agent_id = p_agent and id = p_id and revoked_at is null;
  if not found then return false; end if;
  perform log_append(p_ws, p_log);
  return true;
end $$;

create function availability_rules_put(p_ws text, p_user text, p_buffer int, p_focus jsonb, p_log jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into availability_rules (workspace_id, user_id, buffer_minutes, focus_blocks) values (p_ws, p_user, p_buffer, p_focus)
    on conflict (workspace_id, user_id) do update set buffer_minutes = excluded.buffer_minutes, focus_blocks = excluded.focus_blocks;
  perform log_append(p_ws, p_log);
end $$;

grant select on availability_rules to ifmatch_app;
-- never the hashes
grant select (workspace_id, id, agent_id, scopes, created_by, created_at, expires_at, revoked_at) on agent_keys to ifmatch_app;
grant select on agent_key_buckets to ifmatch_app;
revoke execute on function agent_key_use(text, text, text, double precision, double precision), agent_key_issue(text, jsonb, jsonb), agent_key_revoke(text, text, text, jsonb),
  availability_rules_put(text, text, int, jsonb, jsonb) from public;
grant execute on function agent_key_use(text, text, text, double precision, double precision), agent_key_issue(text, jsonb, jsonb), agent_key_revoke(text, text, text, jsonb),
  availability_rules_put(text, text, int, jsonb, jsonb) to ifmatch_app;
