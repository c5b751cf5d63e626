import type pg from "pg"
import type { PrismaClient } from "../../../generated/prisma/client"
import { postgresRecordStore } from "../../adapters/postgres/record-store"
import type { PublishAnswer, RecordStore, StoredRecord } from "../../ports/record-store"
import { type Edit, editFunction } from "../booking/plants"

/*
 * Bugs of stores, put into the functions of a test database or before the store of a client's process. Each is one that systems really have.
 */

type Wrap = (db: PrismaClient, store: RecordStore) => RecordStore
interface Plant {
  readonly edits?: readonly Edit[]
  readonly wrap?: Wrap
  /** What the checker has to say of it, one of these. */
  readonly shows: RegExp
}

const STALE_MS = 30
/** One publication in so many is answered, and then rolled back. */
const ROLLED_BACK_ONE_IN = 20

const fromCache: Wrap = (_, store) => {
  const cache = new Map<string, { record: StoredRecord; until: number }>()
  return {
    ...store,
    async readWithVersion(read) {
      const known = cache.get(read.key)
      if (known && performance.now() < known.until) return known.record
      const record = await store.readWithVersion(read)
      cache.set(read.key, { record, until: performance.now() + STALE_MS })
      return record
    },
  }
}

class RolledBack extends Error {
  constructor(readonly answer: PublishAnswer) {
    super("rolled back")
  }
}

const beforeTheCommit: Wrap = (db, store) => ({
  ...store,
  async publish(publication) {
    if (Math.random() * ROLLED_BACK_ONE_IN > 1) return store.publish(publication)
    try {
      return await db.$transaction(async (within): Promise<PublishAnswer> => {
        throw new RolledBack(await postgresRecordStore(within as PrismaClient).publish(publication))
      })
    } catch (error) {
      if (error instanceof RolledBack) return error.answer
      throw error
    }
  },
})

export const HISTORY_PLANTS = {
  /** The version that is shown is not compared. */
  "lost-update": {
    edits: [{ in: "record_refusal", from: "v_head.version is distinct from c ->> 'expectedVersion'", to: "false" }],
    shows: /was replaced twice/,
  },
  /** Each process answers reads from what it read a moment ago. */
  "stale-read": { wrap: fromCache, shows: /comes after it|saw nothing|was still there/ },
  /** Answered before the commit, which then fails. */
  "told-and-rolled-back": {
    wrap: beforeTheCommit,
    shows: /comes after it|saw nothing|was replaced twice|was still there|all the while/,
  },
  /** A counter in the record, which begins anew with it (A, B, A). */
  "version-reused": {
    edits: [
      {
        in: "record_put",
        from: "set version = v_seq::text where",
        to: "set version = case when p_how = 'created' then '1' else (p_before::bigint + 1)::text end where",
      },
      {
        in: "record_put",
        from: "return v_seq::text;",
        to: "return (select version from heads where workspace_id = p_ws and kind = 'record' and id = lower(p_key));",
      },
    ],
    shows: /was made twice/,
  },
  /** Refused, and written all the same. */
  "refused-and-written": {
    edits: [
      {
        in: "record_publish",
        from: "    return v_refusal;",
        to: `    if v_refusal ->> 'why' = 'version' and p #>> '{changes,0,op}' = 'write' then
      perform record_put(p_ws, p #>> '{changes,0,key}', p #> '{changes,0,value}', 'written', p -> 'actor', '', v_now);
    end if;
    return v_refusal;`,
      },
    ],
    shows: /which nobody was told to have made/,
  },
  /** An upsert where there should have been an insert. */
  "create-overwrites": {
    edits: [
      { in: "record_refusal", from: "if v_record.key is not null then", to: "if false then" },
      {
        in: "record_put",
        from: "values (p_ws, lower(p_key), p_key, p_value, p_now);\n  else",
        to: "values (p_ws, lower(p_key), p_key, p_value, p_now) on conflict (workspace_id, folded) do update set value = excluded.value;\n  else",
      },
    ],
    shows: /was still there when|created what was there/,
  },
} as const satisfies Readonly<Record<string, Plant>>

export type HistoryPlant = keyof typeof HISTORY_PLANTS

/** The half of a plant that lies in the database. @throws as `editFunction` */
export async function plantHistory(owner: pg.Client, name: HistoryPlant): Promise<void> {
  const { edits = [] }: Plant = HISTORY_PLANTS[name]
  for (const fn of new Set(edits.map((edit) => edit.in)))
    await editFunction(
      owner,
      fn,
      edits.filter((edit) => edit.in === fn),
    )
}

/** The half that a client's process does. */
export function plantedStore(db: PrismaClient, store: RecordStore, name: HistoryPlant | null): RecordStore {
  const plant: Plant | null = name && HISTORY_PLANTS[name]
  return plant?.wrap ? plant.wrap(db, store) : store
}
