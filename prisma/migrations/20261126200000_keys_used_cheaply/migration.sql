-- A key is looked up and a token of its bucket taken with every request of an agent. In PL/pgSQL the plans are kept, which a function in SQL has made again at each call;
-- and nobody waits for the disk: after a crash a bucket may be a few tokens fuller, which harms nobody. Called alone, as a transaction of its own.
create or replace function agent_key_use(p_ws text, p_id text, p_hash text, p_per_second double precision, p_burst double precision) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  k record;
  tokens_left double precision;
  let_in boolean;
begin
  select a.agent_id, g.name, a.created_by, a.scopes, a.hash, a.expires_at,
      case when a.revoked_at is not null or g.revoked_at is not null then 'revoked' when coalesce(a.expires_at, 'infinity') <= clock_timestamp() then 'expired' else 'live' end as state
    into k from agent_keys a join agents g on g.workspace_id = a.workspace_id and g.id = a.agent_id where a.workspace_id = p_ws and a.id = p_id;
  if not found then return null; end if;
  if k.hash = p_hash and k.state = 'live' then
    perform set_config('synchronous_commit', 'off', true);
    insert into agent_key_buckets as b (workspace_id, key_id, tokens, passed, at) values (p_ws, p_id, p_burst - 1, true, clock_timestamp())
      on conflict (workspace_id, key_id) do update set
        passed = least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at))) >= 1,
        tokens = least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at)))
          - case when least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at))) >= 1 then 1 else 0 end,
        at = greatest(b.at, excluded.at)
      returning b.tokens, b.passed into tokens_left, let_in;
  end if;
  return jsonb_build_object('agentId', k.agent_id, 'agentName', k.name, 'issuedBy', k.created_by, 'scopes', k.scopes, 'hash', k.hash,
    'expiresAt', to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'state', k.state, 'tokens', tokens_left, 'passed', let_in);
end $$;
