-- A revoked agent leaves no gap in anybody's list: the place that a person sees is the priority that the engine counts by (D13).

-- What is left of a list, in its order, numbered from 1. The caller holds its head.
create function agent_list_close(p_ws text, p_owner text) returns void
language plpgsql as $$
declare v_list constant text[] := agent_list(p_ws, p_owner);
begin
  delete from agent_ranks where workspace_id = p_ws and owner_id = p_owner;
  insert into agent_ranks (workspace_id, owner_id, agent_id, rank) select p_ws, p_owner, a, n from unnest(v_list) with ordinality as listed (a, n);
end $$;

create or replace function agent_revoke_own(p_ws text, p_id text, p_by text, p_log jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_owner text;
begin
  update agents set revoked_at = clock_timestamp()
    where workspace_id = p_ws and id = p_id and revoked_at is null and added_by is not null and (p_by is null or added_by = p_by);
  if not found then return false; end if;
  for v_owner in select owner_id from agent_ranks where workspace_id = p_ws and agent_id = p_id order by owner_id loop
    perform lock_head(p_ws, 'agent-list', v_owner);
    perform agent_list_close(p_ws, v_owner);
  end loop;
  perform log_append(p_ws, p_log);
  return true;
end $$;

-- Lists that agents were revoked from before.
do $$
declare v_list record;
begin
  for v_list in select distinct r.workspace_id, r.owner_id from agent_ranks r
      join agents a on a.workspace_id = r.workspace_id and a.id = r.agent_id and a.revoked_at is not null loop
    perform agent_list_close(v_list.workspace_id, v_list.owner_id);
  end loop;
end $$;

revoke execute on function agent_list_close(text, text) from public;
