import { generateKeyPairSync, randomBytes } from "node:crypto"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { fileCheckpoints } from "../../adapters/files/outside-checkpoints"
import { randomIds } from "../../adapters/ids"
import { postgresAuditLog } from "../../adapters/postgres/audit-log"
import { postgresClient } from "../../adapters/postgres/client"
import { postgresLogStore } from "../../adapters/postgres/log-store"
import { postgresWebhookStore } from "../../adapters/postgres/webhook-store"
import { checkpointSigner } from "../../adapters/vault/checkpoint-signer"
import { vault } from "../../adapters/vault/vault"
import { webhookSender } from "../../adapters/webhooks/sender"
import { WEBHOOK_EVENTS } from "../../domain/webhook"
import type { LogEntry } from "../../ports/audit-log"
import { changeWebhook, createWebhook } from "../../server/change-webhooks"
import { sealLog } from "../../server/seal-log"
import { testDatabase } from "../pg"

/** What a sending process is made of, as plain values. */
export interface WebhookParts {
  readonly databaseUrl: string
  readonly ownerUrl: string
  readonly keyEncryptionKey: string
}

/** The real store, sender and vault. @param now of the sender's time stamps */
export function webhookDeps({ databaseUrl, keyEncryptionKey }: WebhookParts) {
  const db = postgresClient(databaseUrl)
  const safe = vault({ current: { id: "test", key: keyEncryptionKey }, retired: {} })
  const audit = postgresAuditLog(db, safe)
  const webhooks = postgresWebhookStore(db, audit)
  return {
    db,
    audit,
    vault: safe,
    ids: randomIds,
    webhooks,
    webhookSender: webhookSender({ hosts: "loopback", now: Date.now }),
  }
}

/** A workspace `w` whose log is written by hand, and who is told of it. */
export async function openWebhookWorld() {
  const database = await testDatabase()
  const parts: WebhookParts = {
    databaseUrl: database.appUrl,
    ownerUrl: database.ownerUrl,
    keyEncryptionKey: randomBytes(32).toString("base64"),
  }
  const deps = webhookDeps(parts)
  await deps.db.workspace.create({ data: { id: "w", name: "W" } })
  const key = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "der" }).toString("base64")
  const sealing = {
    logStore: postgresLogStore(deps.db, deps.audit),
    signer: checkpointSigner(key),
    outside: fileCheckpoints(mkdtempSync(path.join(tmpdir(), "ifmatch-webhooks-"))),
  }
  const by = (id: string) => ({ workspaceId: "w", by: { kind: "agent" as const, id }, idempotency: null })
  return {
    parts,
    deps,
    seal: () => sealLog(sealing),
    as: by,
    /** Rows as the engine writes them. */
    async happen(agentId: string, count: number, kind: (typeof WEBHOOK_EVENTS)[number] = "booking.committed") {
      const row = (n: number) => ({
        actor: { kind: "agent" as const, id: agentId },
        kind: kind as LogEntry["kind"],
        subject: { kind: "booking" as LogEntry["subject"]["kind"], id: `${agentId}-${n}` },
        userId: "ada",
        body: { start: "2026-11-26T09:00:00.000Z", priority: 1 },
      })
      await deps.audit.append(
        "w",
        Array.from({ length: count }, (_, n) => row(n)),
      )
      await sealLog(sealing)
    },
    /** @returns its id and its secret */
    async subscribe(agentId: string, url: string, events: readonly string[] = WEBHOOK_EVENTS) {
      const result = await createWebhook(deps, by(agentId), { url, events })
      if (result.kind !== "answered" || result.answer.kind !== "done") throw new Error(JSON.stringify(result))
      return { id: result.answer.subscription.id, secret: result.answer.secret ?? "" }
    },
    turnOff: (agentId: string, id: string) => changeWebhook(deps, by(agentId), id, { state: "off" }),
    async close() {
      await deps.db.$disconnect()
      await database.drop()
    },
  }
}

export type WebhookWorld = Awaited<ReturnType<typeof openWebhookWorld>>
