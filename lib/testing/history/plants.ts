import { setTimeout as sleep } from "node:timers/promises"
import { type RecordKey, RecordNotFound } from "../../domain/record"
import { version } from "../../domain/version"
import type { Publication, PublishAnswer, RecordStore, StoredRecord } from "../../ports/record-store"

/* F2's bugs, put into the store that clients use by wrapping its port. The rare ones are rare, as such bugs are. */

type Publish = RecordStore["publish"]
type Plant = (store: RecordStore) => RecordStore

const RARELY = 0.02
const rarely = () => Math.random() < RARELY

/** Another way to carry out a publication of one change. */
const publishing =
  (other: (publication: Publication, publish: Publish, store: RecordStore) => Promise<PublishAnswer>): Plant =>
  (store) => ({ ...store, publish: (publication) => other(publication, store.publish, store) })

const standing = (store: RecordStore, { workspaceId, changes: [change] }: Publication): Promise<StoredRecord | null> =>
  store.readWithVersion({ workspaceId, key: change?.key as RecordKey }).catch((error: unknown) => {
    if (error instanceof RecordNotFound) return null
    throw error
  })

const appliedAs = (publication: Publication, made: string): PublishAnswer => ({
  kind: "applied",
  versions: new Map(publication.changes.map(({ key }) => [key, version(made)])),
})

export const RECORD_PLANTS = {
  /** Writes over whatever stands there. */
  "last-write-wins": publishing(async (publication, publish, store) => {
    const [change] = publication.changes
    const now = change?.op === "write" ? await standing(store, publication) : null
    return publish(
      now && change?.op === "write"
        ? { ...publication, changes: [{ ...change, expectedVersion: now.version }] }
        : publication,
    )
  }),
  /** Reads what it read a moment ago. */
  "read-from-a-cache": (store) => {
    const kept = new Map<string, { readonly record: StoredRecord; readonly at: number }>()
    return {
      ...store,
      async readWithVersion(read) {
        const known = kept.get(read.key)
        if (known && performance.now() - known.at < 20) return known.record
        const record = await store.readWithVersion(read)
        kept.set(read.key, { record, at: performance.now() })
        return record
      },
    }
  },
  /** Says that it wrote, and did not. */
  "acknowledged-and-rolled-back": publishing(async (publication, publish) => {
    const [change] = publication.changes
    if (change?.op !== "write" || !rarely()) return publish(publication)
    await sleep(1)
    return appliedAs(publication, `9${change.expectedVersion}`)
  }),
  /** Says that it lost, and wrote. */
  "refused-and-carried-out": publishing(async (publication, publish) => {
    const done = await publish(publication)
    const [change] = publication.changes
    if (done.kind !== "applied" || change?.op !== "write" || !rarely()) return done
    return { kind: "conflict", key: change.key, why: "version", currentVersion: done.versions.get(change.key) ?? null }
  }),
  "create-writes-over": publishing(async (publication, publish, store) => {
    const done = await publish(publication)
    const [change] = publication.changes
    const now = done.kind === "conflict" && change?.op === "create" ? await standing(store, publication) : null
    if (!now || change?.op !== "create") return done
    return publish({ ...publication, changes: [{ ...change, op: "write", expectedVersion: now.version }] })
  }),
  /** A write after which the version is what it was. */
  "version-used-again": publishing(async (publication, publish) => {
    const done = await publish(publication)
    const [change] = publication.changes
    return done.kind === "applied" && change?.op === "write" && rarely()
      ? appliedAs(publication, change.expectedVersion)
      : done
  }),
  /** The value of one statement with the version of the next. */
  "value-and-version-apart": (store) => ({
    ...store,
    async readWithVersion(read) {
      const first = await store.readWithVersion(read)
      return { ...(await store.readWithVersion(read)), value: first.value }
    },
  }),
} as const satisfies Record<string, Plant>

export type RecordPlantName = keyof typeof RECORD_PLANTS
