-- Trying a model sends a request to whatever address an admin typed: a workspace has a token bucket for it, as a key has one for its requests. No key can be called `model/try`.

-- Takes a token of a bucket, where there is one. Two requests at one moment take two: the row is locked by the update, and its clock never goes back. Nobody waits for the disk: after
-- a crash a bucket may be a few tokens fuller, which harms nobody. Called by functions that know whose the bucket is, in a transaction that does nothing else.
create function bucket_take(p_ws text, p_id text, p_per_second double precision, p_burst double precision, out tokens_left double precision, out let_in boolean)
language plpgsql volatile as $$
begin
  perform set_config('synchronous_commit', 'off', true);
  insert into agent_key_buckets as b (workspace_id, key_id, tokens, passed, at) values (p_ws, p_id, p_burst - 1, true, clock_timestamp())
    on conflict (workspace_id, key_id) do update set
      passed = least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at))) >= 1,
      tokens = least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at)))
        - case when least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at))) >= 1 then 1 else 0 end,
      at = greatest(b.at, excluded.at)
    returning b.tokens, b.passed into tokens_left, let_in;
end $$;

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
    select t.tokens_left, t.let_in into tokens_left, let_in from bucket_take(p_ws, p_id, p_per_second, p_burst) t;
  end if;
  return jsonb_build_object('agentId', k.agent_id, 'agentName', k.name, 'issuedBy', k.created_by, 'scopes', k.scopes, 'hash', k.hash,
    'expiresAt', to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'state', k.state, 'tokens', tokens_left, 'passed', let_in);
end $$;

create function model_try_take(p_ws text, p_per_second double precision, p_burst double precision, out tokens double precision, out passed boolean)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  select t.tokens_left, t.let_in into tokens, passed from bucket_take(p_ws, 'model/try', p_per_second, p_burst) t;
end $$;

revoke execute on function bucket_take(text, text, double precision, double precision), model_try_take(text, double precision, double precision) from public;
grant execute on function model_try_take(text, double precision, double precision) to ifmatch_app;
