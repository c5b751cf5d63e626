import "server-only"
import path from "node:path"
import { keyGlob } from "../../domain/key-glob"
import { refusalOf, type Standing } from "../../domain/publication"
import { foldedKey, type RecordKey, RecordNotFound, recordKey } from "../../domain/record"
import type {
  Publication,
  PublishAnswer,
  RecordCapabilities,
  RecordStore,
  StoredRecord,
} from "../../ports/record-store"
import { writesByPublication } from "../record-writes"
import { nodeDisk } from "./disk"
import { processLock } from "./process-lock"
import { type Found, type Parts, type RecordFolder, recordFolder } from "./record-folder"
import { hashOf, nextRevision } from "./record-history"
import type { Effect } from "./record-journal"
import { mustStandTogether, pathsBelow } from "./record-place"
import { fileText, fileValue } from "./record-text"
import { UnfitForFiles } from "./unfit-for-files"

export const FILE_RECORDS: RecordCapabilities = {
  claims: false,
  runs: false,
  outsideEdits: true,
  anyValueUnderAnyKey: false,
}

export interface FileRecordOptions {
  /** A folder of the file system of this machine; below it a folder a workspace, named by its id. Links on the way to it are the opener's. */
  readonly folder: string
  /** C18. Nothing else in there is ever read or written. */
  readonly globs: readonly string[]
}

const WORKSPACE = /^[a-z0-9][a-z0-9_-]{0,99}$/

/**
 * Records as files of a folder that processes of one machine share, and that a person may edit by hand: one lock a workspace, also for reading, so that what is read of
 * several stood at one moment. Decision 017 says what an editor that takes no lock may see and do.
 *
 * @throws {UnfitForFiles} for what this backend does not keep (`FILE_RECORDS`) or will not touch; @throws {LockHeld}. Nothing was written then. After an error of the disk itself, read before you write again: it may have happened.
 */
export function fileRecordStore(
  { folder, globs }: FileRecordOptions,
  { clock, disk = nodeDisk, exclusively = processLock() }: Pick<Parts, "clock"> & Partial<Parts>,
): RecordStore {
  const managing = globs.map(keyGlob)
  const managed = (key: RecordKey) => managing.some((manages) => manages(key))

  function rootOf(workspaceId: string): string {
    if (!WORKSPACE.test(workspaceId)) throw new UnfitForFiles(workspaceId, "workspace")
    return path.resolve(folder, workspaceId)
  }

  async function within<T>(workspaceId: string, keys: readonly RecordKey[], work: (in_: RecordFolder) => Promise<T>) {
    for (const key of keys) {
      if (recordKey(key) === null) throw new UnfitForFiles(JSON.stringify(key), "key")
      if (!managed(key)) throw new UnfitForFiles(key, "unmanaged")
    }
    const opened = recordFolder(rootOf(workspaceId), { clock, disk, exclusively })
    return opened.alone(() => work(opened))
  }

  async function publish({ workspaceId, actor, changes, reads = [], runId }: Publication): Promise<PublishAnswer> {
    if (runId !== undefined) throw new UnfitForFiles(runId, "runs")
    mustStandTogether(changes.map(({ key }) => key))
    const keys = [...changes, ...reads].map(({ key }) => key)
    return within(workspaceId, keys, async (opened) => {
      const found = await lookAt(opened, keys)
      const standing = (key: RecordKey): Standing => found.get(key) ?? { version: null, otherSpelling: false }
      const refusal = refusalOf(changes, reads, standing)
      if (refusal) return refusal
      const at = new Date(clock.now()).toISOString()
      const effects = changes.map((change) => effectOf(change, found.get(change.key), { at, actor }))
      await opened.publish(effects)
      return { kind: "applied", versions: new Map(effects.map(({ commit, revision }) => [commit.key, revision])) }
    })
  }

  const find = (workspaceId: string, key: RecordKey) =>
    within(workspaceId, [key], async (opened) => {
      const record = await stored(opened, key, await opened.look(key))
      if (!record) throw new RecordNotFound(key)
      return record
    })

  return {
    ...writesByPublication(publish),
    publish,
    readWithVersion: ({ workspaceId, key }) => find(workspaceId, key),

    async readIfChanged({ workspaceId, key, version: seen }) {
      const record = await find(workspaceId, key)
      return record.version === seen ? { kind: "unchanged" } : { kind: "changed", record }
    },

    snapshot: (workspaceId, keys) =>
      within(workspaceId, keys, async (opened) => {
        const records = new Map<string, StoredRecord>()
        for (const [key, found] of await lookAt(opened, keys)) {
          const record = await stored(opened, key, found)
          if (record) records.set(key, record)
        }
        return records
      }),

    list: (workspaceId, prefix, { after, limit }) =>
      within(workspaceId, [], async (opened) => {
        const keys = listed(await pathsBelow(rootOf(workspaceId))).filter(
          (key) => managed(key) && key.startsWith(prefix) && foldedKey(key) > (after ?? "").toLowerCase(),
        )
        const items = []
        for (const key of keys.slice(0, limit)) {
          const { version } = await opened.look(key)
          const revision = version && (await opened.history.read(key, version))
          if (revision) items.push({ key, version, at: revision.commit.at })
        }
        return { items, cursor: keys.length > limit ? (keys[limit - 1] ?? null) : null }
      }),

    history: ({ workspaceId, key }, { before, limit }) =>
      within(workspaceId, [key], async (opened) => {
        await opened.look(key)
        const items = []
        for (const version of await opened.history.all(key)) {
          if (before !== null && version >= before) continue
          const revision = await opened.history.read(key, version)
          if (revision?.commit.key !== key) continue
          const { key: _, ...commit } = revision.commit
          if (items.push({ version, ...commit }) > limit) break
        }
        return {
          items: items.slice(0, limit),
          cursor: items.length > limit ? (items[limit - 1]?.version ?? null) : null,
        }
      }),

    readAt: ({ workspaceId, key, version }) =>
      within(workspaceId, [key], async ({ history }) => {
        const revision = await history.read(key, version)
        if (!revision || revision.commit.how === "deleted" || revision.commit.key !== key) return null
        return { key, version, at: revision.commit.at, value: fileValue(key, revision.bytes) }
      }),
  }
}

async function lookAt(opened: RecordFolder, keys: readonly RecordKey[]): Promise<Map<RecordKey, Found>> {
  const found = new Map<RecordKey, Found>()
  for (const key of new Set(keys)) found.set(key, await opened.look(key))
  return found
}

async function stored(opened: RecordFolder, key: RecordKey, { version, bytes }: Found): Promise<StoredRecord | null> {
  const revision = version && (await opened.history.read(key, version))
  return revision ? { key, value: fileValue(key, bytes), version, at: revision.commit.at } : null
}

const HOW = { create: "created", write: "written", delete: "deleted" } as const

function effectOf(
  change: Publication["changes"][number],
  found: Found | undefined,
  who: { readonly at: string; readonly actor: Publication["actor"] },
): Effect {
  const { key, op } = change
  const text = change.op === "delete" ? null : fileText(key, change.value)
  const revision = nextRevision(found?.last ?? null, text === null ? null : hashOf(Buffer.from(text)))
  const before = found?.version ? hashOf(found.bytes) : null
  return { commit: { key, ...who, how: HOW[op] }, revision, before, text }
}

/** In order; what is there in two spellings is no record until one of them goes. */
function listed(paths: readonly string[]): RecordKey[] {
  const keys = paths.flatMap((at) => recordKey(at) ?? [])
  const spelled = new Map<string, number>()
  for (const key of keys) spelled.set(foldedKey(key), (spelled.get(foldedKey(key)) ?? 0) + 1)
  return keys.filter((key) => spelled.get(foldedKey(key)) === 1).sort(byFoldedKey)
}

const byFoldedKey = (a: RecordKey, b: RecordKey) => (foldedKey(a) < foldedKey(b) ? -1 : 1)
