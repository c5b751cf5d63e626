-- AlterTable
ALTER TABLE "agents" ADD COLUMN     "added_by" TEXT;

-- CreateTable
CREATE TABLE "careless_bookings" (
    "workspace_id" TEXT NOT NULL,
    "race_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "racer" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(6) NOT NULL,
    "ends_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "careless_bookings_pkey" PRIMARY KEY ("workspace_id","race_id","id")
);

-- What people do with their agents. The booking rule is not touched here.

comment on table careless_bookings is
  'The race page''s demonstration of check-then-write: nothing keeps two rows apart, on purpose. Nothing else reads it, and each race empties its own rows.';
grant select, insert, delete on careless_bookings to ifmatch_app;

-- ---------------------------------------------------------------- a person's list (D13)

-- The list as it stands, the highest first. The caller holds its head.
create function agent_list(p_ws text, p_owner text) returns text[]
language sql stable as $$
  select coalesce(array_agg(r.agent_id order by r.rank), '{}') from agent_ranks r
    join agents a on a.workspace_id = r.workspace_id and a.id = r.agent_id and a.revoked_at is null
    where r.workspace_id = p_ws and r.owner_id = p_owner
$$;

-- A new agent, the last of its person's list. False: the list is full; nothing is written.
create function agent_add_to_list(p_ws text, p_owner text, p_id text, p_name text, p_most int, p_log jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform lock_head(p_ws, 'agent-list', p_owner);
  if cardinality(agent_list(p_ws, p_owner)) >= p_most then return false; end if;
  insert into agents (workspace_id, id, name, added_by) values (p_ws, p_id, p_name, p_owner);
  insert into agent_ranks (workspace_id, owner_id, agent_id, rank)
    select p_ws, p_owner, p_id, coalesce(max(rank), 0) + 1 from agent_ranks where workspace_id = p_ws and owner_id = p_owner;
  perform log_append(p_ws, p_log);
  return true;
end $$;

-- A new order, on the list that was seen. 'stale': it is another one by now; 'unknown': as agents_rank says. Nothing is written then.
create function agents_rank_seen(p_ws text, p_owner text, p_seen text[], p_agents text[], p_log jsonb) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform lock_head(p_ws, 'agent-list', p_owner);
  if agent_list(p_ws, p_owner) <> p_seen then return 'stale'; end if;
  return case when agents_rank(p_ws, p_owner, p_agents, p_log) then 'ranked' else 'unknown' end;
end $$;

-- Only what the person has added; with a null person (an admin asks) what anybody has. False: there is no such agent; nothing is written.
create function agent_revoke_own(p_ws text, p_id text, p_by text, p_log jsonb) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update agents set revoked_at = clock_timestamp()
    where workspace_id = p_ws and id = p_id and revoked_at is null and added_by is not null and (p_by is null or added_by = p_by);
  if not found then return false; end if;
  perform log_append(p_ws, p_log);
  return true;
end $$;

-- ---------------------------------------------------------------- the race page (D27)

-- A track of its own for each race: racers in their order, and a calendar that lies at no provider. `p_owner` is nobody who could sign in.
create function race_open(p_ws text, p_owner text, p_ids text[], p_names text[], p_hold_ms int, p_bump_ms int, p_log jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if p_owner not like 'race/%' then raise exception '% is no owner of a race', p_owner using errcode = '22023'; end if;
  insert into agents (workspace_id, id, name) select p_ws, a, n from unnest(p_ids, p_names) as racer (a, n) order by a on conflict do nothing;
  insert into agent_ranks (workspace_id, owner_id, agent_id, rank) select p_ws, p_owner, a, n from unnest(p_ids) with ordinality as listed (a, n);
  insert into bookable_calendars (workspace_id, owner_id, id, name, hold_ms, bump_ms, max_holds) values (p_ws, p_owner, 'race', 'Race', p_hold_ms, p_bump_ms, 1000);
  perform log_append(p_ws, p_log);
end $$;

-- Nobody races on it any more. What was held and booked there has ended before, and stays in the log.
create function race_close(p_ws text, p_owner text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if p_owner not like 'race/%' then raise exception '% is no owner of a race', p_owner using errcode = '22023'; end if;
  perform lock_head(p_ws, 'slots', p_owner || '/race');
  delete from taken_slots t using bookable_calendars k where k.workspace_id = p_ws and k.owner_id = p_owner and t.workspace_id = p_ws and t.calendar_no = k.no;
  delete from bookable_calendars where workspace_id = p_ws and owner_id = p_owner;
  delete from agent_ranks where workspace_id = p_ws and owner_id = p_owner;
end $$;

revoke execute on function agent_list(text, text), agent_add_to_list(text, text, text, text, int, jsonb), agents_rank_seen(text, text, text[], text[], jsonb),
  agent_revoke_own(text, text, text, jsonb), race_open(text, text, text[], text[], int, int, jsonb), race_close(text, text) from public;
grant execute on function agent_add_to_list(text, text, text, text, int, jsonb), agents_rank_seen(text, text, text[], text[], jsonb),
  agent_revoke_own(text, text, text, jsonb), race_open(text, text, text[], text[], int, int, jsonb), race_close(text, text) to ifmatch_app;
