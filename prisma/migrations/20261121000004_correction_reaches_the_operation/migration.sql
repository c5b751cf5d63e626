-- A late success is what stands now: the operation says so too, with the event as it was left, so that it can be undone.
drop function intent_correct(text, uuid, jsonb, jsonb);

-- p_operation: { after?, afterVersion? }
create function intent_correct(p_ws text, p_id uuid, p_correction jsonb, p_operation jsonb, p_log jsonb) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_i intents;
begin
  perform lock_head(p_ws, 'intent', p_id::text);
  select * into v_i from intents where workspace_id = p_ws and id = p_id;
  if not found or v_i.state <> 'DONE' or v_i.correction is not null or v_i.outcome ->> 'kind' = 'applied' then return 'superseded'; end if;
  update intents set correction = p_correction where workspace_id = p_ws and id = p_id;
  update proposal_operations set state = 'applied', outcome = p_correction, after = p_operation -> 'after', after_version = p_operation ->> 'afterVersion'
    where workspace_id = p_ws and proposal_id = v_i.proposal_id and position = v_i.position and state = 'failed';
  perform log_append(p_ws, p_log);
  return 'corrected';
end $$;
revoke execute on function intent_correct(text, uuid, jsonb, jsonb, jsonb) from public;
grant execute on function intent_correct(text, uuid, jsonb, jsonb, jsonb) to ifmatch_app;
