-- A line of chat that a model reads costs somebody money: each person has a bucket for them, beside the workspace's for trials and the keys' for requests. The table is called what it
-- has become.
alter table agent_key_buckets rename to token_buckets;
alter table token_buckets rename constraint agent_key_buckets_pkey to token_buckets_pkey;
alter table token_buckets rename column key_id to id;

create or replace function bucket_take(p_ws text, p_id text, p_per_second double precision, p_burst double precision, out tokens_left double precision, out let_in boolean)
language plpgsql volatile as $$
begin
  perform set_config('synchronous_commit', 'off', true);
  insert into token_buckets as b (workspace_id, id, tokens, passed, at) values (p_ws, p_id, p_burst - 1, true, clock_timestamp())
    on conflict (workspace_id, id) do update set
      passed = least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at))) >= 1,
      tokens = least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at)))
        - case when least(p_burst, b.tokens + p_per_second * greatest(0, extract(epoch from excluded.at - b.at))) >= 1 then 1 else 0 end,
      at = greatest(b.at, excluded.at)
    returning b.tokens, b.passed into tokens_left, let_in;
end $$;

-- Of the buckets of models; no key can be called `model/...`, so that none of theirs is touched.
drop function model_try_take(text, double precision, double precision);
create function model_budget_take(p_ws text, p_bucket text, p_per_second double precision, p_burst double precision, out tokens double precision, out passed boolean)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  select t.tokens_left, t.let_in into tokens, passed from bucket_take(p_ws, 'model/' || p_bucket, p_per_second, p_burst) t;
end $$;

revoke execute on function model_budget_take(text, text, double precision, double precision) from public;
grant execute on function model_budget_take(text, text, double precision, double precision) to ifmatch_app;
