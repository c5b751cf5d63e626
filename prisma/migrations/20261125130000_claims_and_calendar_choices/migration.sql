-- AlterTable
ALTER TABLE "heads" ADD COLUMN     "lease_until" TIMESTAMPTZ(6);

-- CreateTable
CREATE TABLE "calendar_choices" (
    "workspace_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "calendar_id" TEXT NOT NULL,
    "shown" BOOLEAN NOT NULL DEFAULT true,
    "hue" INTEGER,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "share_titles" BOOLEAN,

    CONSTRAINT "calendar_choices_pkey" PRIMARY KEY ("workspace_id","connection_id","calendar_id")
);

-- CreateIndex
CREATE INDEX "calendar_choices_workspace_id_user_id_idx" ON "calendar_choices"("workspace_id", "user_id");

-- AddForeignKey
ALTER TABLE "calendar_choices" ADD CONSTRAINT "calendar_choices_workspace_id_connection_id_fkey" FOREIGN KEY ("workspace_id", "connection_id") REFERENCES "connections"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

alter table calendar_choices add constraint calendar_choices_hue check (hue between 0 and 7);
create unique index calendar_choices_one_default on calendar_choices (workspace_id, user_id) where is_default;
grant select, insert, update, delete on calendar_choices to ifmatch_app;

-- ---------------------------------------------------------------- claims that run out

-- A claim on a head: at most one holder, until its lease is over. Each claim moves the epoch and has an id nobody can guess; who holds it is that id and
-- nothing else. Only kinds that are meant to be claimed so: an intent's claim is its sender's and is taken over by recovery alone.
create function head_claim(p_ws text, p_kind text, p_id text, p_lease_ms bigint) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_head heads; v_now timestamptz; v_claim uuid;
begin
  if p_kind not in ('tokens') then raise exception 'a head of kind % is not claimed', p_kind using errcode = '22023'; end if;
  select * into v_head from lock_head(p_ws, p_kind, p_id);
  v_now := clock_timestamp();
  if v_head.claim_id is not null and v_head.lease_until > v_now then
    return jsonb_build_object('kind', 'taken', 'forMs', ceil(extract(epoch from v_head.lease_until - v_now) * 1000));
  end if;
  v_claim := gen_random_uuid();
  update heads set claim_id = v_claim, epoch = epoch + 1, lease_until = v_now + p_lease_ms * interval '1 ms'
    where workspace_id = p_ws and kind = p_kind and id = p_id;
  return jsonb_build_object('kind', 'claimed', 'claimId', v_claim);
end $$;

-- Gives a claim back; the epoch moves here too. False: it was somebody else's by now, and stays theirs.
create function head_release(p_ws text, p_kind text, p_id text, p_claim uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare v_head heads;
begin
  select * into v_head from lock_head(p_ws, p_kind, p_id);
  if v_head.lease_until is null or v_head.claim_id is distinct from p_claim then return false; end if;
  update heads set claim_id = null, epoch = epoch + 1, lease_until = null where workspace_id = p_ws and kind = p_kind and id = p_id;
  return true;
end $$;

revoke execute on function head_claim(text, text, text, bigint), head_release(text, text, text, uuid) from public;
grant execute on function head_claim(text, text, text, bigint), head_release(text, text, text, uuid) to ifmatch_app;
