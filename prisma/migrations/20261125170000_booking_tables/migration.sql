-- CreateTable
CREATE TABLE "agents" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "revoked_at" TIMESTAMPTZ(6),

    CONSTRAINT "agents_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "agent_ranks" (
    "workspace_id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,

    CONSTRAINT "agent_ranks_pkey" PRIMARY KEY ("workspace_id","owner_id","agent_id")
);

-- CreateTable
CREATE TABLE "bookable_calendars" (
    "workspace_id" TEXT NOT NULL,
    "owner_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "no" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "hold_ms" INTEGER NOT NULL,
    "bump_ms" INTEGER NOT NULL,
    "max_holds" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "bookable_calendars_pkey" PRIMARY KEY ("workspace_id","owner_id","id")
);

-- CreateTable
CREATE TABLE "holds" (
    "workspace_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "owner_id" TEXT NOT NULL,
    "calendar_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "starts_at" TIMESTAMPTZ(6) NOT NULL,
    "ends_at" TIMESTAMPTZ(6) NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'live',
    "ended_at" TIMESTAMPTZ(6),
    "ended_by" JSONB,

    CONSTRAINT "holds_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "bookings" (
    "workspace_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "owner_id" TEXT NOT NULL,
    "calendar_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "starts_at" TIMESTAMPTZ(6) NOT NULL,
    "ends_at" TIMESTAMPTZ(6) NOT NULL,
    "title" TEXT NOT NULL,
    "committed_at" TIMESTAMPTZ(6) NOT NULL,
    "bump_until" TIMESTAMPTZ(6) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'live',
    "ended_at" TIMESTAMPTZ(6),
    "ended_by" JSONB,

    CONSTRAINT "bookings_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "taken_slots" (
    "workspace_id" TEXT NOT NULL,
    "calendar_no" INTEGER NOT NULL,
    "starts_at" TIMESTAMPTZ(6) NOT NULL,
    "ends_at" TIMESTAMPTZ(6) NOT NULL,
    "kind" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "agent_id" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "until" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "taken_slots_pkey" PRIMARY KEY ("workspace_id","calendar_no","starts_at")
);

-- CreateTable
CREATE TABLE "outside_blocks" (
    "workspace_id" TEXT NOT NULL,
    "calendar_no" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(6) NOT NULL,
    "ends_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "outside_blocks_pkey" PRIMARY KEY ("workspace_id","calendar_no","source","id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "workspace_id" TEXT NOT NULL,
    "asker" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "reply" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("workspace_id","asker","key")
);

-- CreateIndex
CREATE INDEX "agent_ranks_workspace_id_agent_id_idx" ON "agent_ranks"("workspace_id", "agent_id");

-- CreateIndex
CREATE UNIQUE INDEX "agent_ranks_workspace_id_owner_id_rank_key" ON "agent_ranks"("workspace_id", "owner_id", "rank");

-- CreateIndex
CREATE UNIQUE INDEX "bookable_calendars_no_key" ON "bookable_calendars"("no");

-- CreateIndex
CREATE INDEX "holds_workspace_id_agent_id_expires_at_idx" ON "holds"("workspace_id", "agent_id", "expires_at");

-- CreateIndex
CREATE INDEX "holds_workspace_id_owner_id_created_at_idx" ON "holds"("workspace_id", "owner_id", "created_at");

-- CreateIndex
CREATE INDEX "bookings_workspace_id_owner_id_committed_at_idx" ON "bookings"("workspace_id", "owner_id", "committed_at");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");
