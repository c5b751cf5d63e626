import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, expect, test } from "vitest"
import { ifmatch } from "../../api-client"
import { type DeadView, hearDeadViews } from "../../api-client/dead-views"
import { sealLog } from "../../server/seal-log"
import { answer, ORIGIN } from "../app"
import { type ApiWorld, openApiWorld } from "./world"

let world: ApiWorld
beforeAll(async () => {
  world = await openApiWorld()
})
afterAll(() => world.close())

const put = async (key: string, headers: Record<string, string>, value: unknown) => {
  const written = await world.ask("PUT", `/records/${encodeURIComponent(key)}`, { body: { value }, headers })
  await sealLog(world.wired)
  return { "if-match": written.headers.get("etag") ?? "" }
}
const read = (key: string, runId: string) =>
  world.ask("GET", `/records/${encodeURIComponent(key)}`, { headers: { "ifmatch-run": runId } })

function listening(runId: string, key = world.keys.low) {
  const told: DeadView[] = []
  const stop = new AbortController()
  const fetch = (request: Request) => answer(request)
  const ended = hearDeadViews(ifmatch({ baseUrl: ORIGIN, key, fetch }), runId, (view) => told.push(view), stop.signal)
  return { told, ended, stop: () => stop.abort() }
}

test("C6 a run hears of each view that dies, once for each version that stands instead, and of nothing else", async () => {
  const [key, unread, runId] = ["heard/plan.json", "heard/other.json", randomUUID()]
  const first = await put(key, { "if-none-match": "*" }, 1)
  const other = await put(unread, { "if-none-match": "*" }, 1)
  await read(key, runId)
  const { told, ended, stop } = listening(runId)
  const another = listening(randomUUID())
  const spy = listening(runId, world.keys.top)
  await put(unread, other, 2)
  const second = await put(key, first, 2)
  const dead = (etag: { "if-match": string }) => ({ key, version: etag["if-match"].slice(1, -1) })
  await expect.poll(() => told).toEqual([dead(second)])
  await read(key, runId)
  // dead again before anything else happened in the log
  const third = await put(key, second, 3)
  await expect.poll(() => told).toEqual([dead(second), dead(third)])
  await put(
    unread,
    await put(unread, { "if-match": (await read(unread, randomUUID())).headers.get("etag") ?? "" }, 3),
    4,
  )
  await world.ask("DELETE", `/records/${encodeURIComponent(key)}`, { headers: third })
  await sealLog(world.wired)
  await expect.poll(() => told.slice(2)).toEqual([{ key, version: null }])
  stop()
  expect(await ended).toBeNull()
  for (const silent of [another, spy]) {
    expect(silent.told).toEqual([])
    silent.stop()
  }
})

test("C6 what is dead already is told first; who comes again is told it again", async () => {
  const [key, runId] = ["heard/late.json", randomUUID()]
  const first = await put(key, { "if-none-match": "*" }, 1)
  await read(key, runId)
  const second = await put(key, first, 2)
  for (let n = 0; n < 2; n++) {
    const { told, stop } = listening(runId)
    await expect.poll(() => told).toEqual([{ key, version: second["if-match"].slice(1, -1) }])
    stop()
  }
})

test("C6 who may not read records hears nothing, and what is no run is not there", async () => {
  const { key } = await world.keyFor("low", { scopes: ["bookings:write"] })
  expect(await listening(randomUUID(), key).ended).toMatchObject({ status: 403, problem: { code: "scope-missing" } })
  expect(await listening("no-run").ended).toMatchObject({ status: 404 })
})
