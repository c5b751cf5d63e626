import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import pg from "pg"

export type SandboxProvider = "google" | "microsoft"

export type Query = <Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<Row[]>

/** One write of one provider. While it runs, no other write of that provider does. */
export interface Tx {
  readonly provider: SandboxProvider
  readonly query: Query
  /** A version number larger than every one handed out before, at this provider. Microseconds since the epoch, about. */
  readonly nextVersion: () => number
}

export interface Database {
  readonly query: Query
  /** Runs `work` under the provider's lock and commits what it did; whatever it throws rolls everything back. */
  readonly write: <T>(provider: SandboxProvider, work: (tx: Tx) => Promise<T>) => Promise<T>
  /** Applies the schema, which may be repeated, and then runs `work`, both `alone`. */
  readonly prepare: (work: () => Promise<void>) => Promise<void>
  /** Runs `work` while nobody else does theirs, of whatever sandbox on this schema. */
  readonly alone: (work: () => Promise<void>) => Promise<void>
  /** Calls back after every committed write. */
  readonly onWrite: (listener: (provider: SandboxProvider) => void) => void
  readonly close: () => Promise<void>
}

const INT8 = 20
/** A write touches copies and exceptions too, and each gets a version of its own. */
const VERSIONS_A_WRITE = 1000
const ALONE_LOCK = 4710

/**
 * @param schema the sandbox's own schema; made when the role may, else expected to exist.
 * @param now milliseconds, the sandbox's clock.
 */
export function openDatabase(url: string, schema: string, now: () => number): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: 12,
    options: `-c search_path=${schema}`,
    types: {
      getTypeParser: (oid: number, format?: "text" | "binary") =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format),
    },
  })
  pool.on("error", (error) => console.error(`sandbox: a database connection was lost: ${error.message}`))
  const query: Query = async (text, values = []) => (await pool.query(prepared(text, values))).rows

  let written: (provider: SandboxProvider) => void = () => undefined

  async function write<T>(provider: SandboxProvider, work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    try {
      // Both in one message: every write pays for it.
      const [, ticked] = (await client.query(`begin; ${tick(provider, now() * 1000)}`)) as unknown as pg.QueryResult<{
        last_version: number
      }>[]
      const last = ticked?.rows[0]?.last_version
      if (last === undefined) throw new Error(`no ticks row for ${provider}`)
      let next = last - VERSIONS_A_WRITE
      const nextVersion = () => {
        if (next === last) throw new Error(`more than ${VERSIONS_A_WRITE} rows in one write`)
        next += 1
        return next
      }
      const inside: Query = async (text, values = []) => (await client.query(prepared(text, values))).rows
      const result = await work({ provider, nextVersion, query: inside })
      await client.query("commit")
      client.release()
      written(provider)
      return result
    } catch (error) {
      await client.query("rollback").then(
        () => client.release(),
        (broken: Error) => client.release(broken),
      )
      throw error
    }
  }

  async function alone(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await pool.connect()
    try {
      await client.query("select pg_advisory_lock($1, hashtext($2))", [ALONE_LOCK, schema])
      await work(client)
    } finally {
      client.release(true)
    }
  }

  const prepare = (work: () => Promise<void>): Promise<void> =>
    alone(async (client) => {
      const present = await client.query("select 1 from pg_namespace where nspname = $1", [schema])
      if (present.rowCount === 0) await client.query(`create schema ${pg.escapeIdentifier(schema)}`)
      await client.query(readFileSync(new URL("../schema.sql", import.meta.url), "utf8"))
      await work()
    })

  const onWrite: Database["onWrite"] = (listener) => {
    written = listener
  }
  return { query, write, prepare, alone, onWrite, close: () => pool.end() }
}

/** Takes the provider's row lock until the transaction's end, and reserves the versions of one write. */
const tick = (provider: SandboxProvider, micros: number): string =>
  `update ticks set last_version = greatest(last_version + ${VERSIONS_A_WRITE}, ${Math.trunc(micros)})
   where provider = ${pg.escapeLiteral(provider)} returning last_version`

/** Planned once a connection: the texts are few and fixed. */
const prepared = (text: string, values: readonly unknown[]): pg.QueryConfig => ({
  name: createHash("sha1").update(text).digest("hex"),
  text,
  values: [...values],
})
