import { afterAll, beforeAll, expect, test } from "vitest"
import { preferencesKey } from "../../domain/preferences"
import { writePreferences } from "../../server/write-preferences"
import { type ApiWorld, type Asking, openApiWorld } from "../../testing/api/world"

/* What is kept in mind for a person, asked for with an agent's key that has every scope of records. */

let world: ApiWorld
beforeAll(async () => {
  world = await openApiWorld()
})
afterAll(() => world.close())

const ME = { workspaceId: "w", userId: "ada" }
const KEY = preferencesKey(ME.userId)

async function ask(method: string, path: string, asking: Asking = {}) {
  const response = await world.ask(method, path, asking)
  return { status: response.status, text: await response.text() }
}

test("B6 an agent's key reads, lists, writes, claims and publishes nothing among people's own records", async () => {
  const written = await writePreferences(world.wired, ME, [{ kind: "day-free", day: 5 }], null)
  const version = `"${written.version}"`
  const at = (key: string) => `/records/${encodeURIComponent(key)}`
  const attempts: readonly (readonly [string, string, Asking])[] = [
    ...[KEY, KEY.toUpperCase()].map((key) => ["GET", at(key), {}] as const),
    ["PUT", at(KEY), { body: { value: [] }, headers: { "if-match": version } }],
    ["PUT", at("_people/other/preferences"), { body: { value: [] }, headers: { "if-none-match": "*" } }],
    ["PATCH", at(KEY), { body: { patch: {} }, headers: { "if-match": version } }],
    ["DELETE", at(KEY), { headers: { "if-match": version } }],
    ["POST", "/record-claims", { body: { key: KEY, ttl_seconds: 60 } }],
    ["POST", "/record-snapshots", { body: { keys: [KEY] } }],
    ["POST", "/record-publications", { body: { changes: [{ op: "delete", key: KEY, version }] } }],
  ]
  for (const [method, path, asking] of attempts) {
    const { status, text } = await ask(method, path, asking)
    expect.soft([422, 400, 404], `${method} ${path} ${text}`).toContain(status)
    expect.soft(text).not.toContain("day-free")
  }
  for (const prefix of ["", "_", "_people/"]) {
    const { status, text } = await ask("GET", `/records?prefix=${prefix}`)
    expect(status).toBe(200)
    expect(text).not.toContain("_people")
  }
  expect((await world.wired.records.snapshot(ME.workspaceId, [KEY])).get(KEY)?.version).toBe(written.version)
})
