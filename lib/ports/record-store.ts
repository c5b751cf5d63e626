import type { Json, RecordKey, RecordRefusal } from "../domain/record"
import type { Version } from "../domain/version"

/*
 * Records: what agents and the product itself remember together (notes, plans, preferences, decisions).
 *
 * - *Version*: opaque, never empty, never used twice for one record. What a read returns is what a write shows.
 * - *Publication*: changes of several records that happen all or not at all, and the read set they were derived from.
 * - *Read set*: records that were only read, with the version of each. Naming them is what refuses write skew.
 *
 * A lost race is an answer; an exception is a fault, and nothing was written. Values and keys are checked by whoever calls (`valueProblem`, `recordKey`).
 */

/** A record as it stands. */
export interface StoredRecord {
  readonly key: RecordKey
  readonly value: Json
  readonly version: Version
  /** ISO instant of the write that made this version. */
  readonly at: string
}

/** Who writes, for the commit record (R8). */
export interface RecordActor {
  readonly kind: "person" | "assistant" | "agent" | "system"
  readonly id: string
}

/** Names a claim that is held; without one, a record that somebody claimed is not written. */
interface UnderClaim {
  readonly claimId?: string
}

export type RecordChange = UnderClaim & { readonly key: RecordKey } & (
    | { readonly op: "create"; readonly value: Json }
    | { readonly op: "write"; readonly value: Json; readonly expectedVersion: Version }
    | { readonly op: "delete"; readonly expectedVersion: Version }
  )

/** A record and the version it was read at: live while that is the record's. Null: it was read that there is none. */
export interface RecordView {
  readonly key: RecordKey
  readonly version: Version | null
}

export interface Publication {
  readonly workspaceId: string
  readonly actor: RecordActor
  /** At least one, no key twice. */
  readonly changes: readonly RecordChange[]
  readonly reads?: readonly RecordView[]
  /** The run whose views all have to be live (C5); see `RecordClaims`. */
  readonly runId?: string
}

export type PublishAnswer =
  | { readonly kind: "applied"; readonly versions: ReadonlyMap<string, Version> }
  | RecordRefusal

/** One row of a record's past, R8's commit record. */
export interface RecordRevision {
  readonly version: Version
  readonly at: string
  readonly actor: { readonly kind: string; readonly id: string }
  readonly how: "created" | "written" | "deleted" | "handed-off"
}

export interface RecordPage<T> {
  readonly items: readonly T[]
  readonly cursor: string | null
}

export interface RecordRead {
  readonly workspaceId: string
  readonly key: RecordKey
}

export type SingleWrite = Pick<Publication, "workspaceId" | "actor"> & {
  readonly key: RecordKey
  readonly value: Json
}

/** Where backends differ; everything else all of them promise, and one contract suite asks them. */
export interface RecordCapabilities {
  /** Records can be claimed (`RecordClaims`). Where not, a claim that is shown is `superseded`. */
  readonly claims: boolean
  /** Views of a run are compared. Where not, a publication under a run is an exception and nothing is written. */
  readonly runs: boolean
  /** Records may change without the store, which then finds a version that nobody was given. */
  readonly outsideEdits: boolean
  /** Where not, only a key that ends in `.json` takes what is no text, and no key lies below another. */
  readonly anyValueUnderAnyKey: boolean
}

export interface RecordStore {
  /** R1. @throws {RecordNotFound} (R7) */
  readWithVersion(read: RecordRead): Promise<StoredRecord>
  /** The same, but nothing of the value when the caller's version still stands. @throws {RecordNotFound} */
  readIfChanged(
    read: RecordRead & { readonly version: Version },
  ): Promise<{ readonly kind: "unchanged" } | { readonly kind: "changed"; readonly record: StoredRecord }>
  /** R1, R2. False: the race was lost, or somebody else has claimed it; nothing was written. @throws {RecordNotFound} */
  writeIfVersion(write: SingleWrite & { readonly expectedVersion: Version }): Promise<boolean>
  /** R3. False: it is there, under this or another spelling. */
  createIfAbsent(write: SingleWrite): Promise<boolean>
  /** All or nothing; one transaction, with a commit record for each change (R8). */
  publish(publication: Publication): Promise<PublishAnswer>
  /** All as they stood at one moment; what is not there is missing. */
  snapshot(workspaceId: string, keys: readonly RecordKey[]): Promise<ReadonlyMap<string, StoredRecord>>
  /** Keys that begin with `prefix`, in order; people's own (`domain/preferences.ts`) are in no list. `after`: the `cursor` of the page before. */
  list(
    workspaceId: string,
    prefix: string,
    paging: { readonly after: string | null; readonly limit: number },
  ): Promise<RecordPage<Omit<StoredRecord, "value">>>
  /** Newest first; also of a record that is no longer there. `before`: the `cursor` of the page before. */
  history(
    read: RecordRead,
    paging: { readonly before: string | null; readonly limit: number },
  ): Promise<RecordPage<RecordRevision>>
  /** As it was; null: it never had that version, or that version is its deletion. */
  readAt(read: RecordRead & { readonly version: Version }): Promise<StoredRecord | null>
}
