import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import { OWN_RECORDS } from "../../domain/preferences"
import { type Json, type RecordKey, RecordNotFound, type RecordRefusal } from "../../domain/record"
import { type Version, version } from "../../domain/version"
import type {
  PublishAnswer,
  RecordCapabilities,
  RecordRevision,
  RecordStore,
  StoredRecord,
} from "../../ports/record-store"
import { writesByPublication } from "../record-writes"
import { jsonRow } from "./json-row"

type Answer = { readonly kind: "applied"; readonly versions: Readonly<Record<string, string>> } | RecordRefusal

interface Row {
  readonly key: RecordKey
  readonly value: Json
  readonly version: Version
  readonly at: string
}

export const POSTGRES_RECORDS: RecordCapabilities = {
  claims: true,
  runs: true,
  outsideEdits: false,
  anyValueUnderAnyKey: true,
}

/** Records on the one fence (migration `records`): a publication is one call of `record_publish`, one round trip and one transaction (C13). */
export function postgresRecordStore(db: PrismaClient): RecordStore {
  async function publish({
    workspaceId,
    ...publication
  }: Parameters<RecordStore["publish"]>[0]): Promise<PublishAnswer> {
    const [row] = await db.$queryRaw<{ r: Answer }[]>`
      select record_publish(${workspaceId}, ${jsonRow(publication)}::jsonb) as r`
    if (!row) throw new Error("record_publish answered nothing")
    if (row.r.kind !== "applied") return row.r
    return { kind: "applied", versions: new Map(Object.entries(row.r.versions).map(([key, at]) => [key, version(at)])) }
  }

  /** One statement: all of it from one moment. */
  const rows = (workspaceId: string, keys: readonly string[]) => db.$queryRaw<Row[]>`
    select r.key, r.value, h.version, booking_instant(r.at) as at
    from records r join heads h on h.workspace_id = r.workspace_id and h.kind = 'record' and h.id = r.folded
    where r.workspace_id = ${workspaceId} and r.folded = any (select lower(k) from unnest(${[...keys]}::text[]) k) and r.key = any (${[...keys]}::text[])`

  async function find(workspaceId: string, key: RecordKey): Promise<StoredRecord> {
    const [row] = await rows(workspaceId, [key])
    if (!row) throw new RecordNotFound(key)
    return row
  }

  return {
    ...writesByPublication(publish),
    publish,
    readWithVersion: ({ workspaceId, key }) => find(workspaceId, key),

    async readIfChanged({ workspaceId, key, version: seen }) {
      const [row] = await db.$queryRaw<(Omit<Row, "value"> & { value: Json; same: boolean })[]>`
        select r.key, case when h.version = ${seen} then null else r.value end as value, h.version, booking_instant(r.at) as at, h.version = ${seen} as same
        from records r join heads h on h.workspace_id = r.workspace_id and h.kind = 'record' and h.id = r.folded
        where r.workspace_id = ${workspaceId} and r.folded = lower(${key}) and r.key = ${key}`
      if (!row) throw new RecordNotFound(key)
      const { same, ...record } = row
      return same ? { kind: "unchanged" } : { kind: "changed", record }
    },

    async snapshot(workspaceId, keys) {
      return new Map((await rows(workspaceId, keys)).map((row) => [row.key, row]))
    },

    async list(workspaceId, prefix, { after, limit }) {
      const found = await db.$queryRaw<Omit<Row, "value">[]>`
        select r.key, h.version, booking_instant(r.at) as at
        from records r join heads h on h.workspace_id = r.workspace_id and h.kind = 'record' and h.id = r.folded
        where r.workspace_id = ${workspaceId} and r.folded ~>=~ lower(${prefix}) and starts_with(r.folded, lower(${prefix})) and starts_with(r.key, ${prefix})
          and not starts_with(r.folded, ${OWN_RECORDS}) and r.folded ~>~ lower(${after ?? ""}) order by r.folded using ~<~ limit ${limit + 1}`
      const items = found.slice(0, limit)
      return { items, cursor: found.length > limit ? (items.at(-1)?.key ?? null) : null }
    },

    async history({ workspaceId, key }, { before, limit }) {
      const found = await db.$queryRaw<RecordRevision[]>`
        select seq::text as version, booking_instant(at) as at, jsonb_build_object('kind', actor_kind, 'id', actor_id) as actor, how
        from record_versions where workspace_id = ${workspaceId} and folded = lower(${key}) and key = ${key}
          and (${before}::bigint is null or seq < ${before}::bigint) order by seq desc limit ${limit + 1}`
      const items = found.slice(0, limit)
      return { items, cursor: found.length > limit ? (items.at(-1)?.version ?? null) : null }
    },

    async readAt({ workspaceId, key, version: then }) {
      if (!/^\d{1,18}$/.test(then)) return null
      const [row] = await db.$queryRaw<Row[]>`
        select key, value, seq::text as version, booking_instant(at) as at from record_versions
        where workspace_id = ${workspaceId} and folded = lower(${key}) and key = ${key} and seq = ${then}::bigint and value is not null`
      return row ?? null
    },
  }
}
