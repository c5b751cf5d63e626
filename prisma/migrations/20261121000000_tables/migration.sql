-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL,
    "name" TEXT,
    "email" TEXT,
    "email_verified" TIMESTAMPTZ(6),
    "image" TEXT,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "accounts" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "provider_account_id" TEXT NOT NULL,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "workspaces" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspaces_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "members" (
    "workspace_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "working_hours" JSONB NOT NULL,
    "share_titles" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "members_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "invitations" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,
    "used_by" TEXT,
    "used_at" TIMESTAMPTZ(6),

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "connections" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "provider_account_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'live',
    "access_token" TEXT NOT NULL,
    "refresh_token" TEXT,
    "access_expires_at" TIMESTAMPTZ(6) NOT NULL,
    "token_version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connections_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "chat_turns" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "answer" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chat_turns_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "proposals" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "plan" JSONB NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "undo_of" TEXT,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "proposals_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "proposal_operations" (
    "workspace_id" TEXT NOT NULL,
    "proposal_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "event_key" TEXT NOT NULL,
    "base" JSONB NOT NULL,
    "base_version" TEXT NOT NULL,
    "care_digest" TEXT NOT NULL,
    "patch" JSONB NOT NULL,
    "notify" BOOLEAN NOT NULL DEFAULT true,
    "slot" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "outcome" JSONB,
    "after" JSONB,
    "after_version" TEXT,

    CONSTRAINT "proposal_operations_pkey" PRIMARY KEY ("workspace_id","proposal_id","position")
);

-- CreateTable
CREATE TABLE "approvals" (
    "workspace_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "proposal_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "base_version" TEXT NOT NULL,
    "care_digest" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "approvals_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "conflicts" (
    "workspace_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "proposal_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "choice" TEXT,
    "answered_at" TIMESTAMPTZ(6),

    CONSTRAINT "conflicts_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "heads" (
    "workspace_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "version" TEXT NOT NULL DEFAULT '',
    "epoch" BIGINT NOT NULL DEFAULT 0,
    "claim_id" UUID,

    CONSTRAINT "heads_pkey" PRIMARY KEY ("workspace_id","kind","id")
);

-- CreateTable
CREATE TABLE "intents" (
    "workspace_id" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "connection_id" TEXT NOT NULL,
    "event_key" TEXT NOT NULL,
    "series_key" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "proposal_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "approval_id" UUID NOT NULL,
    "after_intent" UUID,
    "operation" TEXT NOT NULL,
    "base_version" TEXT NOT NULL,
    "care_digest" TEXT NOT NULL,
    "base" JSONB NOT NULL,
    "patch" JSONB NOT NULL,
    "notify" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL,
    "lease_until" TIMESTAMPTZ(6) NOT NULL,
    "prepared_at" TIMESTAMPTZ(6) NOT NULL,
    "sent_at" TIMESTAMPTZ(6),
    "look_again_at" TIMESTAMPTZ(6),
    "finished_at" TIMESTAMPTZ(6),
    "outcome" JSONB,
    "correction" JSONB,

    CONSTRAINT "intents_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "log" (
    "workspace_id" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "user_id" TEXT,
    "proposal_id" TEXT,
    "intent_id" UUID,
    "outcome" TEXT,
    "body" JSONB NOT NULL,

    CONSTRAINT "log_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "log_texts" (
    "workspace_id" TEXT NOT NULL,
    "log_id" BIGINT NOT NULL,
    "user_id" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,

    CONSTRAINT "log_texts_pkey" PRIMARY KEY ("workspace_id","log_id")
);

-- CreateTable
CREATE TABLE "text_keys" (
    "workspace_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "wrapped" TEXT NOT NULL,

    CONSTRAINT "text_keys_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "log_unsealed" (
    "workspace_id" TEXT NOT NULL,
    "log_id" BIGINT NOT NULL,

    CONSTRAINT "log_unsealed_pkey" PRIMARY KEY ("workspace_id","log_id")
);

-- CreateTable
CREATE TABLE "log_sealed" (
    "workspace_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "log_id" BIGINT NOT NULL,
    "leaf_hash" TEXT NOT NULL,

    CONSTRAINT "log_sealed_pkey" PRIMARY KEY ("workspace_id","seq")
);

-- CreateTable
CREATE TABLE "log_checkpoints" (
    "workspace_id" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "root" TEXT NOT NULL,
    "frontier" JSONB NOT NULL,
    "note" TEXT NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "log_checkpoints_pkey" PRIMARY KEY ("workspace_id","size")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "accounts_user_id_idx" ON "accounts"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "accounts_provider_provider_account_id_key" ON "accounts"("provider", "provider_account_id");

-- CreateIndex
CREATE UNIQUE INDEX "sessions_token_hash_key" ON "sessions"("token_hash");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "members_user_id_key" ON "members"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "invitations_token_hash_key" ON "invitations"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "connections_workspace_id_user_id_provider_provider_account__key" ON "connections"("workspace_id", "user_id", "provider", "provider_account_id");

-- CreateIndex
CREATE INDEX "chat_turns_workspace_id_user_id_created_at_idx" ON "chat_turns"("workspace_id", "user_id", "created_at");

-- CreateIndex
CREATE INDEX "proposals_workspace_id_user_id_created_at_idx" ON "proposals"("workspace_id", "user_id", "created_at");

-- CreateIndex
CREATE INDEX "proposal_operations_workspace_id_event_key_idx" ON "proposal_operations"("workspace_id", "event_key");

-- CreateIndex
CREATE INDEX "approvals_workspace_id_proposal_id_idx" ON "approvals"("workspace_id", "proposal_id");

-- CreateIndex
CREATE INDEX "conflicts_workspace_id_user_id_answered_at_idx" ON "conflicts"("workspace_id", "user_id", "answered_at");

-- CreateIndex
CREATE INDEX "intents_workspace_id_proposal_id_idx" ON "intents"("workspace_id", "proposal_id");

-- CreateIndex
CREATE UNIQUE INDEX "intents_workspace_id_after_intent_key" ON "intents"("workspace_id", "after_intent");

-- CreateIndex
CREATE INDEX "log_workspace_id_proposal_id_idx" ON "log"("workspace_id", "proposal_id");

-- CreateIndex
CREATE INDEX "log_workspace_id_subject_id_idx" ON "log"("workspace_id", "subject_id");

-- CreateIndex
CREATE INDEX "log_workspace_id_user_id_id_idx" ON "log"("workspace_id", "user_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "log_sealed_workspace_id_log_id_key" ON "log_sealed"("workspace_id", "log_id");

-- AddForeignKey
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspaces"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "members" ADD CONSTRAINT "members_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "proposal_operations" ADD CONSTRAINT "proposal_operations_workspace_id_proposal_id_fkey" FOREIGN KEY ("workspace_id", "proposal_id") REFERENCES "proposals"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;


