import { afterAll, beforeAll, expect, test } from "vitest"
import { ifmatch } from "../../api-client"
import { cachedRecords } from "../../api-client/cached-records"
import { answer, ORIGIN } from "../app"
import { type ApiWorld, openApiWorld } from "./world"

let world: ApiWorld
beforeAll(async () => {
  world = await openApiWorld()
})
afterAll(() => world.close())

/** What went over the wire: the status and how many bytes of an answer. */
function client(most?: number) {
  const wire: [number, number][] = []
  const api = ifmatch({
    baseUrl: ORIGIN,
    key: world.keys.low,
    async fetch(request) {
      const response = await answer(request)
      wire.push([response.status, (await response.clone().arrayBuffer()).byteLength])
      return response
    },
  })
  return { wire, records: cachedRecords(api, most) }
}
const put = (key: string, headers: Record<string, string>, value: unknown) =>
  world.ask("PUT", `/records/${encodeURIComponent(key)}`, { body: { value }, headers })

test("C13 an unchanged record is asked for and not sent again; a changed, deleted or other one is", async () => {
  const { wire, records } = client()
  const key = "cache/plan.json"
  expect(await records.read(key)).toEqual({ kind: "absent" })
  const made = await put(key, { "if-none-match": "*" }, { text: "x".repeat(5_000) })
  const first = await records.read(key)
  const second = await records.read(key)
  expect([first, second]).toMatchObject([{ cached: false }, { cached: true }])
  expect({ ...second, cached: false }).toEqual(first)
  expect(wire.map(([status]) => status)).toEqual([404, 200, 304])
  expect(wire.at(-1)?.[1]).toBe(0)
  const changed = await put(key, { "if-match": made.headers.get("etag") ?? "" }, "short")
  expect(await records.read(key)).toMatchObject({ cached: false, record: { value: "short" } })
  await world.ask("DELETE", `/records/${encodeURIComponent(key)}`, {
    headers: { "if-match": changed.headers.get("etag") ?? "" },
  })
  expect(await records.read(key)).toEqual({ kind: "absent" })
  expect(await records.read("no key!")).toMatchObject({ kind: "refused", status: 422, problem: { code: "record-key" } })
})

test("C13 what was read longest ago is forgotten, and then sent again", async () => {
  const { wire, records } = client(1)
  for (const key of ["cache/a.json", "cache/b.json"]) await put(key, { "if-none-match": "*" }, key)
  for (const key of ["cache/a.json", "cache/b.json", "cache/b.json", "cache/a.json"]) await records.read(key)
  expect(wire.map(([status]) => status)).toEqual([200, 200, 304, 200])
})
