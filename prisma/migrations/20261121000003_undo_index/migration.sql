-- CreateIndex
CREATE INDEX "proposals_workspace_id_undo_of_idx" ON "proposals"("workspace_id", "undo_of");
