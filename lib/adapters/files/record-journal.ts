import "server-only"
import { readFile } from "node:fs/promises"
import path from "node:path"
import type { RecordKey } from "../../domain/record"
import type { Version } from "../../domain/version"
import { createFile, type Disk, makeFolder, removeFile, replaceFile, unless } from "./disk"
import { type Commit, hashIn, hashOf, type RecordHistory } from "./record-history"
import { placeOf, readPlace } from "./record-place"
import { UnfitForFiles } from "./unfit-for-files"

/** One change that was decided. */
export interface Effect {
  readonly commit: Commit
  readonly revision: Version
  /** SHA-256 of what it was decided on; null: there was nothing. */
  readonly before: string | null
  /** Null: the record goes. */
  readonly text: string | null
}

/**
 * All of a publication or nothing, whenever the process ends: the rename that puts the journal in its place is the moment it happens. What is missing after that, whoever
 * takes the lock next does first (`replay`), reader or writer. Each step may be done twice.
 */
export function recordJournal(disk: Disk, folders: { root: string; side: string }, history: RecordHistory) {
  const file = path.join(folders.side, "journal.json")

  async function publish(effects: readonly Effect[]): Promise<void> {
    await replaceFile(disk, file, Buffer.from(JSON.stringify(effects)))
    await carryOut(effects)
  }

  async function replay(): Promise<void> {
    const text = await readFile(file, "utf8").catch(unless(null, "ENOENT"))
    if (text !== null) await carryOut(JSON.parse(text) as readonly Effect[])
  }

  async function carryOut(effects: readonly Effect[]): Promise<void> {
    for (const effect of effects) {
      await history.add(effect.revision, effect.commit, Buffer.from(effect.text ?? ""))
      await land(effect).catch(leftToItsOwner)
    }
    await removeFile(disk, file)
  }

  /** Only over what it was decided on. What somebody put there since is newer than this change: it stays, and the next look makes it a revision. */
  async function land({ commit: { key }, before, text, revision }: Effect): Promise<void> {
    const place = await placeOf(folders.root, key)
    if (place.kind === "other-spelling") return
    const found = await contentOf(place, key)
    if (found !== before || found === hashIn(revision)) return
    if (text === null) return removeFile(disk, place.file)
    // compared once more when the new text is on the disk: what is saved while that is written is not written over
    const isStill = async () => (await contentOf(place, key)) === before
    if (before !== null) return replaceFile(disk, place.file, Buffer.from(text), isStill)
    await makeFolder(disk, path.dirname(place.file))
    await createFile(disk, place.file, Buffer.from(text))
  }

  async function contentOf(place: { kind: "there" | "absent"; file: string }, key: RecordKey): Promise<string | null> {
    const read = place.kind === "there" ? await readPlace(place.file, key) : null
    return read && hashOf(read.bytes)
  }

  return { publish, replay }
}

/** Somebody put a link or a folder there since: the change is in the history, and the others must not wait for this one. */
function leftToItsOwner(error: unknown): void {
  if (!(error instanceof UnfitForFiles)) throw error
}
