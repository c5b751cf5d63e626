-- Which planner reads the words of a workspace's people. No row: nobody has chosen.
CREATE TABLE "model_choices" (
    "workspace_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "provider" TEXT,
    "model" TEXT,
    "base_url" TEXT,
    "sealed_key" TEXT,

    CONSTRAINT "model_choices_pkey" PRIMARY KEY ("workspace_id")
);

-- A choice of an admin, on the one that was seen (0: none yet). p: { by, seen, kind, provider?, model?, baseUrl?, sealedKey?, log }; without `sealedKey` the key stays, null takes it away.
-- 'stale': it is another one by now. 'key-again': a key stays only where it was going to: whoever may not read it must not send it elsewhere either. 'key-needed': that provider answers
-- nobody without one. 'not-admin': the role was taken away meanwhile. Nothing is written then.
create function model_choose(p_ws text, p jsonb) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare c model_choices; v_key text;
begin
  perform lock_head(p_ws, 'model', '');
  if not exists (select from members m where m.workspace_id = p_ws and m.user_id = p ->> 'by' and m.role = 'admin') then return 'not-admin'; end if;
  select * into c from model_choices where workspace_id = p_ws;
  if coalesce(c.version, 0) <> (p ->> 'seen')::int then return 'stale'; end if;
  if p ->> 'kind' = 'own' then
    v_key := case when p ? 'sealedKey' then p ->> 'sealedKey' else c.sealed_key end;
    if not p ? 'sealedKey' and v_key is not null and (c.provider, coalesce(c.base_url, '')) <> (p ->> 'provider', coalesce(p ->> 'baseUrl', '')) then return 'key-again'; end if;
    if v_key is null and p ->> 'provider' <> 'openai-compatible' then return 'key-needed'; end if;
  end if;
  insert into model_choices (workspace_id, version, kind, provider, model, base_url, sealed_key)
    values (p_ws, coalesce(c.version, 0) + 1, p ->> 'kind', p ->> 'provider', p ->> 'model', p ->> 'baseUrl', v_key)
    on conflict (workspace_id) do update set version = excluded.version, kind = excluded.kind, provider = excluded.provider, model = excluded.model,
      base_url = excluded.base_url, sealed_key = excluded.sealed_key;
  perform log_append(p_ws, p -> 'log');
  return 'chosen';
end $$;

-- A rotation of the key-encryption key seals it anew.
create function model_key_reseal(p_ws text, p_from text, p_to text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update model_choices set sealed_key = p_to where workspace_id = p_ws and sealed_key = p_from;
  return found;
end $$;

grant select on model_choices to ifmatch_app;
revoke execute on function model_choose(text, jsonb), model_key_reseal(text, text, text) from public;
grant execute on function model_choose(text, jsonb), model_key_reseal(text, text, text) to ifmatch_app;
