-- CreateTable
CREATE TABLE "records" (
    "workspace_id" TEXT NOT NULL,
    "folded" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "records_pkey" PRIMARY KEY ("workspace_id","folded")
);

-- CreateTable
CREATE TABLE "record_versions" (
    "workspace_id" TEXT NOT NULL,
    "folded" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "key" TEXT NOT NULL,
    "value" JSONB,
    "how" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "record_versions_pkey" PRIMARY KEY ("workspace_id","folded","seq")
);

-- CreateTable
CREATE TABLE "record_claims" (
    "workspace_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "folded" TEXT NOT NULL,
    "epoch" BIGINT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(6) NOT NULL,
    "ended_at" TIMESTAMPTZ(6),
    "ended_how" TEXT,

    CONSTRAINT "record_claims_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "record_views" (
    "workspace_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "run_id" UUID NOT NULL,
    "folded" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "record_views_pkey" PRIMARY KEY ("workspace_id","agent_id","run_id","folded")
);

-- CreateIndex
CREATE INDEX "record_views_at_idx" ON "record_views"("at");
