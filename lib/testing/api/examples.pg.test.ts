import { execFile } from "node:child_process"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import path from "node:path"
import { promisify } from "node:util"
import { serve } from "@hono/node-server"
import { afterAll, beforeAll, expect, test } from "vitest"
import { ifmatch } from "../../api-client"
import { answer, ORIGIN } from "../app"
import { TYPESCRIPT_PROGRAM } from "../typescript-program"
import { type ApiWorld, openApiWorld } from "./world"

/* D28: what people are told to run is run. */

const run = promisify(execFile)
const EXAMPLES = path.join(import.meta.dirname, "../../api-client/examples")
let world: ApiWorld
let server: ReturnType<typeof serve>
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  world = await openApiWorld()
  server = serve({ fetch: answer, port: 0, hostname: "127.0.0.1" })
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  env = { ...process.env, IFMATCH_URL: url, IFMATCH_KEY: world.keys.low }
})
afterAll(async () => {
  server.close()
  await world.close()
})

test("D28 the TypeScript example", async () => {
  const { stdout } = await run(process.execPath, [...TYPESCRIPT_PROGRAM, path.join(EXAMPLES, "quickstart.ts")], { env })
  expect(stdout).toMatch(/I am low, number 3 of ada\nbooked .*\nconflict: outranked, see audit row \d+\ncancelled\n/)
})

test("D28 the plain HTTP example", async () => {
  const { start, end } = world.freshSlot()
  const { stdout } = await run("sh", [path.join(EXAMPLES, "quickstart.sh")], {
    env: { ...env, USER_ID: "ada", START: start, END: end },
  })
  const [me, first, again, late] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(me).toMatchObject({ agent: { id: "low" } })
  expect(first).toMatchObject({ title: "Quickstart", state: "live" })
  expect(again).toEqual(first)
  expect(late).toMatchObject({ error: "outranked", winning_booking_id: first?.id })
})

test("D28 a write whose answer was lost is sent again under its key: one booking", async () => {
  let lost = 0
  const api = ifmatch({
    baseUrl: ORIGIN,
    key: world.keys.low,
    async fetch(request) {
      const answered = await answer(request)
      if (lost++ < 2) throw new TypeError("fetch failed")
      return answered
    },
  })
  const slot = world.freshSlot()
  const result = await api.commit({ user_id: "ada", ...slot, title: "Once" })
  expect(result).toMatchObject({ kind: "done", replayed: true })
  const { rows } = await world.owner.query("select count(*)::int as n from bookings where starts_at = $1", [slot.start])
  expect(rows[0].n).toBe(1)
  const taken = await api.commit({ user_id: "ada", ...slot, title: "Again" })
  expect(taken).toMatchObject({ kind: "conflict", conflict: { error: "outranked", winning_agent_id: "low" } })
  expect(await api.commit({ user_id: "nobody", ...slot, title: "x" })).toMatchObject({
    kind: "refused",
    status: 404,
    problem: { code: "not-found" },
    retryAfterSeconds: null,
  })
})
