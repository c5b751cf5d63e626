import "server-only"
import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import path from "node:path"
import { foldedKey, type RecordKey } from "../../domain/record"
import { type Version, version } from "../../domain/version"
import type { RecordRevision } from "../../ports/record-store"
import { type Disk, makeFolder, replaceFile, unless } from "./disk"

/*
 * One file a revision, never written again: a line of JSON (`Commit`), then the record's bytes. Its name is the record's version: a number that only grows, and the
 * SHA-256 of the bytes. What is deleted and made again is another version, and so is what somebody changed and changed back, if anybody looked in between.
 */

const DELETED = "deleted"
const NAME = /^\d{12}-([0-9a-f]{64}|deleted)$/

/** R8, without the version, which names the file. */
export type Commit = Omit<RecordRevision, "version"> & { readonly key: RecordKey }

export const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** Of the content; null: there is none. */
export const hashIn = (revision: string | null): string | null =>
  revision === null || revision.endsWith(DELETED) ? null : revision.slice(revision.indexOf("-") + 1)

export const nextRevision = (last: string | null, hash: string | null): Version =>
  version(`${String(Number(last?.split("-")[0] ?? 0) + 1).padStart(12, "0")}-${hash ?? DELETED}`)

export function recordHistory(disk: Disk, sideFolder: string) {
  const folderOf = (key: RecordKey) => path.join(sideFolder, "history", hashOf(Buffer.from(foldedKey(key))))

  /** Newest first. */
  async function all(key: RecordKey): Promise<Version[]> {
    const names = await readdir(folderOf(key)).catch(unless<string[]>([], "ENOENT"))
    return names
      .filter((name) => NAME.test(name))
      .sort()
      .reverse()
      .map(version)
  }

  /** Null: there never was one. */
  async function read(key: RecordKey, revision: Version): Promise<{ commit: Commit; bytes: Buffer } | null> {
    if (!NAME.test(revision)) return null
    const file = await readFile(path.join(folderOf(key), revision)).catch(unless(null, "ENOENT"))
    if (!file) return null
    const line = file.indexOf("\n")
    return { commit: JSON.parse(file.toString("utf8", 0, line)) as Commit, bytes: file.subarray(line + 1) }
  }

  /** Before the record itself, so that nothing stands that is not in its history. Again is no harm. */
  async function add(revision: Version, commit: Commit, bytes: Uint8Array): Promise<void> {
    await makeFolder(disk, folderOf(commit.key))
    const line = Buffer.from(`${JSON.stringify(commit)}\n`)
    await replaceFile(disk, path.join(folderOf(commit.key), revision), Buffer.concat([line, bytes]))
  }

  return { all, read, add }
}

export type RecordHistory = ReturnType<typeof recordHistory>
