-- What stands now is told with what is dead: whoever is told as it happens is told once for each version, and again when a later one comes. [{ key, version }], version null where nothing stands.
create function record_views_moved(p_ws text, p_agent text, p_run uuid) returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('key', coalesce(r.key, v.folded), 'version', case when r.key is not null then h.version end) order by v.folded collate "C"), '[]') from record_views v
    left join records r on r.workspace_id = v.workspace_id and r.folded = v.folded
    left join heads h on h.workspace_id = v.workspace_id and h.kind = 'record' and h.id = v.folded
    where v.workspace_id = p_ws and v.agent_id = p_agent and v.run_id = p_run and not record_view_is_live(p_ws, v.folded, v.version)
$$;

create or replace function record_views_dead(p_ws text, p_agent text, p_run uuid) returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(m -> 'key' order by n), '[]') from jsonb_array_elements(record_views_moved(p_ws, p_agent, p_run)) with ordinality moved (m, n)
$$;

revoke execute on function record_views_moved(text, text, uuid) from public;
grant execute on function record_views_moved(text, text, uuid) to ifmatch_app;
revoke execute on function record_views_dead(text, text, uuid) from ifmatch_app;
