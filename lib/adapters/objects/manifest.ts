import "server-only"
import { foldedKey, type Json, type RecordKey } from "../../domain/record"
import { type Version, version } from "../../domain/version"
import type { RecordRevision } from "../../ports/record-store"

/*
 * One object a workspace says what stands: the manifest. Values lie in objects beside it, one a publication, that are put before it and never again; a publication has
 * happened once the manifest that names it was put over the one that it was decided on.
 */

/** The newest revision of a key, also of one that was deleted. */
export interface Entry {
  readonly key: RecordKey
  readonly last: Version
  readonly at: string
  readonly gone: boolean
}

export interface Manifest {
  /** Grows by one with each publication, so that no two manifests have the same bytes, and so the same ETag. */
  readonly number: number
  /** The latest publications, newest first: whoever got no answer finds its own. */
  readonly recent: readonly string[]
  /** No two of one folded key. */
  readonly entries: readonly Entry[]
}

/** R8, with what the record held; `value` missing: it was deleted. */
export type Revision = Omit<RecordRevision, "version"> & {
  readonly key: RecordKey
  readonly value?: Json
  readonly previous: Version | null
}

export const RECENT = 100
export const EMPTY: Manifest = { number: 0, recent: [], entries: [] }

/** A revision is named by its publication and its place in it. Ids are never used twice, so neither are versions. */
export const versionOf = (publication: string, place: number): Version => version(`${publication}.${place}`)

const VERSION = /^([0-9a-f-]{36})\.(\d{1,6})$/

/** Null: not one of ours. */
export function placeOf(of: string): { readonly publication: string; readonly place: number } | null {
  const [, publication, place] = VERSION.exec(of) ?? []
  return publication && place ? { publication, place: Number(place) } : null
}

/** The manifest once these revisions stand. */
export function published(before: Manifest, publication: string, revisions: readonly Revision[]): Manifest {
  const entries = new Map(before.entries.map((entry) => [foldedKey(entry.key), entry]))
  for (const [place, { key, at, how }] of revisions.entries())
    entries.set(foldedKey(key), { key, last: versionOf(publication, place), at, gone: how === "deleted" })
  return {
    number: before.number + 1,
    recent: [publication, ...before.recent].slice(0, RECENT),
    entries: [...entries.values()],
  }
}
