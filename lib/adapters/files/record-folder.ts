import "server-only"
import path from "node:path"
import type { RecordKey } from "../../domain/record"
import type { Version } from "../../domain/version"
import type { Clock } from "../../ports/clock"
import { type Disk, makeFolder } from "./disk"
import type { Exclusively } from "./process-lock"
import { hashIn, hashOf, nextRevision, recordHistory } from "./record-history"
import { recordJournal } from "./record-journal"
import { placeOf, readPlace } from "./record-place"

export interface Parts {
  readonly disk: Disk
  readonly exclusively: Exclusively
  readonly clock: Clock
}

/** A record as it was found under the lock. */
export interface Found {
  /** Null: there is none. */
  readonly version: Version | null
  readonly bytes: Buffer
  readonly otherSpelling: boolean
  /** The newest revision, also a deletion. */
  readonly last: Version | null
}

/** In the history, for a change that did not come through the store: whose it was the file system does not say. */
const OUTSIDE = { kind: "outside", id: "folder" } as const
const NOTHING = Buffer.alloc(0)

/** One workspace's records and, beside them in a hidden folder, their history, the journal and the lock. */
export function recordFolder(root: string, { disk, exclusively, clock }: Parts) {
  const side = path.join(root, ".ifmatch")
  const history = recordHistory(disk, side)
  const journal = recordJournal(disk, { root, side }, history)

  /** Everything happens in here, reading as well: what a crash left is finished first. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    await makeFolder(disk, side)
    return exclusively(path.join(side, "lock"), async () => {
      await journal.replay()
      return work()
    })
  }

  /** A file that is not what the history says was changed from outside: that becomes a revision, and so a version, before anything is decided on it. */
  async function look(key: RecordKey): Promise<Found> {
    const [last = null] = await history.all(key)
    const place = await placeOf(root, key)
    if (place.kind === "other-spelling") return { version: null, bytes: NOTHING, otherSpelling: true, last }
    const read = place.kind === "there" ? await readPlace(place.file, key) : null
    const hash = read && hashOf(read.bytes)
    const bytes = read?.bytes ?? NOTHING
    const known = hashIn(last)
    if (hash === known) return { version: hash === null ? null : last, bytes, otherSpelling: false, last }
    const revision = nextRevision(last, hash)
    const how = hash === null ? "deleted" : known === null ? "created" : "written"
    const at = read?.at ?? new Date(clock.now()).toISOString()
    await history.add(revision, { key, at, actor: OUTSIDE, how }, bytes)
    return { version: hash === null ? null : revision, bytes, otherSpelling: false, last: revision }
  }

  return { alone, look, history, publish: journal.publish }
}

export type RecordFolder = ReturnType<typeof recordFolder>
