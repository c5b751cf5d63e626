import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import path from "node:path"
import { PrismaPg } from "@prisma/adapter-pg"
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils"

const PG_CHAR = 18
const PG_TEXT = 25

/** Prisma's schema engine as WebAssembly, from npm: the native one is downloaded, which does not work everywhere. */
async function loadEngine() {
  const engine = await import("@prisma/schema-engine-wasm/schema_engine_bg")
  const folder = path.dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"))
  const code = readFileSync(path.join(folder, "schema_engine_bg.wasm"))
  const { instance } = await WebAssembly.instantiate(code, { "./schema_engine_bg.js": { ...engine } })
  engine.__wbg_set_wasm(instance.exports)
  const begin = /** @type {() => void} */ (instance.exports.__wbindgen_start)
  begin()
  return engine.SchemaEngine
}

/** What of the adapter's inside is touched below. @typedef {{ fields?: { dataTypeID: number }[] }} Answer */

/**
 * Connections whose answers the engine understands: PostgreSQL's internal type "char", which the adapter does not know, as a character.
 * @param {string} url
 */
function connections(url) {
  const factory = new PrismaPg({ connectionString: url })
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const adapter = await connect()
    const inside = /** @type {{ performIO(query: unknown): Promise<Answer> }} */ (/** @type {unknown} */ (adapter))
    const ask = inside.performIO.bind(adapter)
    const queryRaw = adapter.queryRaw.bind(adapter)
    let characters = /** @type {number[]} */ ([])
    inside.performIO = async (query) => {
      const answer = await ask(query)
      characters = (answer.fields ?? []).flatMap((field, index) => (field.dataTypeID === PG_CHAR ? [index] : []))
      for (const index of characters) if (answer.fields?.[index]) answer.fields[index].dataTypeID = PG_TEXT
      return answer
    }
    adapter.queryRaw = async (query) => {
      const rows = await queryRaw(query)
      for (const index of characters) rows.columnTypes[index] = ColumnTypeEnum.Character
      return rows
    }
    return adapter
  }
  return bindMigrationAwareSqlAdapterFactory(factory)
}

/**
 * The SQL that leads from a database as it stands to a Prisma schema. Functions, triggers, checks and partial indexes, which such a schema
 * cannot say, are kept.
 * @param {string} url
 * @param {string} schema the text of schema.prisma
 * @returns {Promise<string>}
 */
export async function scriptFrom(url, schema) {
  const SchemaEngine = await loadEngine()
  const files = [{ path: "schema.prisma", content: schema }]
  const engine = await SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, () => {}, connections(url))
  const { stdout } = await engine.diff({
    from: { tag: "schemaDatasource", files, configDir: "/" },
    to: { tag: "schemaDatamodel", files },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  return stdout ?? ""
}
