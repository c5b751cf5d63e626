import "server-only"
import { randomBytes } from "node:crypto"
import type { PrismaClient } from "../../../generated/prisma/client"
import { textKeyContext } from "../../domain/seal-context"
import type { AuditLog, LogEntry, SealedLogEntry } from "../../ports/audit-log"
import type { Vault } from "../../ports/vault"
import { jsonRow } from "./json-row"
import { openText, sealText } from "./log-text"

/** The insert-only log. Texts are sealed under their owner's key, which is wrapped by the vault and made on first use. */
export function postgresAuditLog(db: PrismaClient, vault: Vault): AuditLog & LogTexts {
  const keys = new Map<string, Promise<Buffer | null>>()

  async function existingKey(workspaceId: string, userId: string): Promise<Buffer | null> {
    const row = await db.textKey.findUnique({ where: { workspaceId_userId: { workspaceId, userId } } })
    return row ? Buffer.from(vault.open(row.wrapped, textKeyContext(workspaceId, userId)), "base64") : null
  }

  /** Two processes may make one at once: the first insert stands, both read it back. */
  async function makeKey(workspaceId: string, userId: string): Promise<Buffer | null> {
    const wrapped = vault.seal(randomBytes(32).toString("base64"), textKeyContext(workspaceId, userId))
    await db.textKey.createMany({ data: [{ workspaceId, userId, wrapped }], skipDuplicates: true })
    return existingKey(workspaceId, userId)
  }

  function keyOf(workspaceId: string, userId: string, make: boolean): Promise<Buffer | null> {
    const name = textKeyContext(workspaceId, userId)
    const known = keys.get(name)
    if (known) return known
    const found = existingKey(workspaceId, userId).then((key) => key ?? (make ? makeKey(workspaceId, userId) : null))
    keys.set(name, found)
    // neither a failure nor "there is none" may stick
    found.then((key) => key ?? keys.delete(name)).catch(() => keys.delete(name))
    return found
  }

  async function sealEntry(workspaceId: string, { text, ...entry }: LogEntry): Promise<SealedLogEntry> {
    if (text === undefined || entry.userId === undefined) return entry
    const key = await keyOf(workspaceId, entry.userId, true)
    return key ? { ...entry, sealedText: sealText(key, text) } : entry
  }

  const seal = (workspaceId: string, entries: readonly LogEntry[]) =>
    Promise.all(entries.map((entry) => sealEntry(workspaceId, entry)))

  return {
    seal,
    async append(workspaceId, entries) {
      await db.$executeRaw`select log_append_all(${workspaceId}, ${jsonRow(await seal(workspaceId, entries))}::jsonb)`
    },
    async openText(workspaceId, userId, sealed) {
      const key = await keyOf(workspaceId, userId, false)
      return key ? openText(key, sealed) : null
    },
  }
}

/** Reads sealed texts back, for those who may see them. */
export interface LogTexts {
  /** Null when the owner's key was erased. */
  openText(workspaceId: string, userId: string, sealed: string): Promise<string | null>
}
