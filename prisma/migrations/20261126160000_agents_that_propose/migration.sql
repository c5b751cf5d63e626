-- An agent outside proposes with a key of its person's; which one, and as it was called then, stays with what it proposed.
alter table proposals add column agent_id text, add column agent_name text;
alter table proposals add constraint proposals_agent check ((origin = 'outside-agent') = (agent_id is not null and agent_name is not null));
create index proposals_of_agents on proposals (workspace_id, user_id, created_at) where agent_id is not null;

-- Whoever issued the key is told with it: on their calendars, and nobody else's, it may do what its calendar scopes say.
create or replace function agent_key_use(p_ws text, p_id text, p_hash text, p_per_second double precision, p_burst double precision) returns jsonb
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
  select jsonb_build_object('agentId', k.agent_id, 'agentName', k.name, 'issuedBy', k.created_by, 'scopes', k.scopes, 'hash', k.hash,
    'expiresAt', to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'state', case when k.revoked_at is not null or k.agent_revoked then 'revoked' when coalesce(k.expires_at, 'infinity') <= clock_timestamp() then 'expired' else 'live' end,
    'tokens', (select tokens from b), 'passed', (select passed from b))
  from k
$$;
