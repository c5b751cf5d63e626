import "server-only"
import { setTimeout as sleep } from "node:timers/promises"
import { refusalOf, type Standing } from "../../domain/publication"
import { foldedKey, type RecordKey, RecordNotFound } from "../../domain/record"
import type { Version } from "../../domain/version"
import type { Clock } from "../../ports/clock"
import type { Ids } from "../../ports/ids"
import type {
  Publication,
  PublishAnswer,
  RecordCapabilities,
  RecordRevision,
  RecordStore,
  StoredRecord,
} from "../../ports/record-store"
import { writesByPublication } from "../record-writes"
import type { Bucket } from "./bucket"
import { EMPTY, type Entry, type Manifest, placeOf, published, RECENT, type Revision, versionOf } from "./manifest"

export const OBJECT_RECORDS: RecordCapabilities = {
  claims: false,
  runs: false,
  outsideEdits: false,
  anyValueUnderAnyKey: true,
}

/** So often another publication may get in between before a writer gives up; somebody else's went through each time. */
const ATTEMPTS = 200
const LONGEST_PAUSE_MS = 50
/** So often a manifest is put again whose answer did not come. */
const ASKS = 3

/** The manifest as it was read, with the ETag that its successor has to show; null: there is none yet. */
interface Seen {
  readonly manifest: Manifest
  readonly etag: string | null
}

/**
 * Records in object storage that honours If-Match and If-None-Match on a put (decision 017). Many processes may share it; the commit is the manifest's conditional put, so that several keys change
 * together and a snapshot is one read.
 *
 * @throws {Error} when the storage does not answer: read before you write again, it may have happened. A publication under a run, and one that others got in before too often, are thrown with nothing written.
 */
export function objectRecordStore(
  bucket: Bucket,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
): RecordStore {
  const nameOf = (workspaceId: string, name: string) => `${encodeURIComponent(workspaceId)}/${name}`
  const manifestOf = (workspaceId: string) => nameOf(workspaceId, "manifest.json")
  const bodyOf = (workspaceId: string, publication: string) => nameOf(workspaceId, `publications/${publication}.json`)

  async function look(workspaceId: string): Promise<Seen> {
    const kept = await bucket.get(manifestOf(workspaceId))
    return kept ? { manifest: JSON.parse(kept.text) as Manifest, etag: kept.etag } : { manifest: EMPTY, etag: null }
  }

  async function revisionAt(workspaceId: string, of: Version): Promise<Revision | null> {
    const at = placeOf(of)
    const kept = at && (await bucket.get(bodyOf(workspaceId, at.publication)))
    return kept ? ((JSON.parse(kept.text) as Revision[])[at.place] ?? null) : null
  }

  /**
   * Puts the manifest over the one that was seen. Sent again after silence it cannot land twice, and once another one stands it cannot land any more.
   * @returns whether it stands, or stood
   */
  async function put(workspaceId: string, seen: Seen, publication: string, next: Manifest): Promise<boolean> {
    for (let asked = 1; ; asked++) {
      let silence: unknown = null
      try {
        if (await bucket.putIf(manifestOf(workspaceId), JSON.stringify(next), seen.etag)) return true
      } catch (error) {
        silence = error
      }
      const now = await look(workspaceId)
      if (now.manifest.recent.includes(publication)) return true
      if (now.manifest.number >= next.number + RECENT)
        throw new Error(`whether ${publication} was published cannot be told any more`, { cause: silence })
      if (now.etag !== seen.etag) return false
      if (silence === null) throw new Error("a conditional put was refused on the ETag that stands")
      if (asked === ASKS) throw silence
    }
  }

  async function publish({ workspaceId, actor, changes, reads = [], runId }: Publication): Promise<PublishAnswer> {
    if (runId !== undefined) throw new Error(`${runId} is a run, and there are no views here`)
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const seen = await look(workspaceId)
      const entries = byFoldedKey(seen.manifest)
      const refusal = refusalOf(changes, reads, (key) => standing(entries.get(foldedKey(key)), key))
      if (refusal) return refusal
      const at = new Date(clock.now()).toISOString()
      const publication = ids.uuid()
      const revisions = changes.map((change): Revision => {
        const previous = entries.get(foldedKey(change.key))?.last ?? null
        const commit = { key: change.key, at, actor, how: HOW[change.op], previous }
        return change.op === "delete" ? commit : { ...commit, value: change.value }
      })
      if (!(await bucket.putIf(bodyOf(workspaceId, publication), JSON.stringify(revisions), null)))
        throw new Error(`there is a publication ${publication} already`)
      if (await put(workspaceId, seen, publication, published(seen.manifest, publication, revisions)))
        return {
          kind: "applied",
          versions: new Map(changes.map(({ key }, place) => [key, versionOf(publication, place)])),
        }
      await sleep(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** attempt))
    }
    throw new Error("other publications got in between too often; nothing was written")
  }

  async function stored(workspaceId: string, entry: Entry | undefined, key: RecordKey): Promise<StoredRecord | null> {
    if (!entry || entry.gone || entry.key !== key) return null
    const revision = await revisionAt(workspaceId, entry.last)
    if (revision?.value === undefined) throw new Error(`the value of ${key} at ${entry.last} is missing`)
    return { key, value: revision.value, version: entry.last, at: entry.at }
  }

  const entryOf = async (workspaceId: string, key: RecordKey) =>
    byFoldedKey((await look(workspaceId)).manifest).get(foldedKey(key))

  async function find(workspaceId: string, key: RecordKey): Promise<StoredRecord> {
    const record = await stored(workspaceId, await entryOf(workspaceId, key), key)
    if (!record) throw new RecordNotFound(key)
    return record
  }

  return {
    ...writesByPublication(publish),
    publish,
    readWithVersion: ({ workspaceId, key }) => find(workspaceId, key),

    async readIfChanged({ workspaceId, key, version: seen }) {
      const entry = await entryOf(workspaceId, key)
      if (entry && !entry.gone && entry.key === key && entry.last === seen) return { kind: "unchanged" }
      return { kind: "changed", record: await find(workspaceId, key) }
    },

    async snapshot(workspaceId, keys) {
      const entries = byFoldedKey((await look(workspaceId)).manifest)
      const found = await Promise.all(keys.map((key) => stored(workspaceId, entries.get(foldedKey(key)), key)))
      return new Map(found.flatMap((record) => (record ? [[record.key, record] as const] : [])))
    },

    async list(workspaceId, prefix, { after, limit }) {
      const { manifest } = await look(workspaceId)
      const found = manifest.entries
        .filter((entry) => !entry.gone && entry.key.startsWith(prefix))
        .filter((entry) => foldedKey(entry.key) > (after ?? "").toLowerCase())
        .sort((a, b) => (foldedKey(a.key) < foldedKey(b.key) ? -1 : 1))
      const items = found.slice(0, limit).map(({ key, last, at }) => ({ key, version: last, at }))
      return { items, cursor: found.length > limit ? (items.at(-1)?.key ?? null) : null }
    },

    async history({ workspaceId, key }, { before, limit }) {
      const items: RecordRevision[] = []
      const first = before === null ? (await entryOf(workspaceId, key))?.last : null
      let next =
        first ?? (before === null ? null : ((await revisionAt(workspaceId, before as Version))?.previous ?? null))
      while (next && items.length <= limit) {
        const revision = await revisionAt(workspaceId, next)
        if (!revision) throw new Error(`revision ${next} of ${key} is missing`)
        const { at, actor, how, previous } = revision
        if (revision.key === key) items.push({ version: next, at, actor, how })
        next = previous
      }
      const page = items.slice(0, limit)
      return { items: page, cursor: items.length > limit ? (page.at(-1)?.version ?? null) : null }
    },

    async readAt({ workspaceId, key, version }) {
      const revision = await revisionAt(workspaceId, version)
      if (revision?.value === undefined || revision.key !== key) return null
      return { key, version, at: revision.at, value: revision.value }
    },
  }
}

const HOW = { create: "created", write: "written", delete: "deleted" } as const

const byFoldedKey = ({ entries }: Manifest): ReadonlyMap<string, Entry> =>
  new Map(entries.map((entry) => [foldedKey(entry.key), entry]))

const standing = (entry: Entry | undefined, key: RecordKey): Standing =>
  !entry || entry.gone
    ? { version: null, otherSpelling: false }
    : entry.key === key
      ? { version: entry.last, otherSpelling: false }
      : { version: null, otherSpelling: true }
