import { execFile, execFileSync } from "node:child_process"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import path from "node:path"
import { promisify } from "node:util"
import { serve } from "@hono/node-server"
import { afterAll, beforeAll, expect, test } from "vitest"
import { answer } from "../app"
import { type ApiWorld, openApiWorld } from "./world"

/* The recipe for Python, as two programs that race. */

const run = promisify(execFile)
const PROGRAM = path.join(import.meta.dirname, "../../api-client/examples/records.py")
const EACH = 8

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" })
    return true
  } catch {
    console.warn("NOT TESTED: there is no python3 here, so the Python example was not run")
    return false
  }
}

/** The first read of each program is answered when both have read: both then write on one ETag. */
let reads = 0
let bothHaveRead = () => {}
const bothRead = new Promise<void>((resolve) => {
  bothHaveRead = resolve
})
async function meeting(request: Request): Promise<Response> {
  const answered = await answer(request)
  if (request.method === "GET" && ++reads <= 2) {
    if (reads === 2) bothHaveRead()
    await bothRead
  }
  return answered
}

let world: ApiWorld
let server: ReturnType<typeof serve>
beforeAll(async () => {
  world = await openApiWorld()
  server = serve({ fetch: meeting, port: 0, hostname: "127.0.0.1" })
  await once(server, "listening")
})
afterAll(async () => {
  server.close()
  await world.close()
})

test.skipIf(!hasPython())("C1 two Python programs add to one record: nothing is lost", async () => {
  const key = "plans/python.json"
  const at = `/records/${encodeURIComponent(key)}`
  await world.ask("PUT", at, { body: { value: { items: [] } }, headers: { "if-none-match": "*" } })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const program = (name: "low" | "mid") =>
    run("python3", [PROGRAM, key, name, String(EACH)], {
      env: { ...process.env, IFMATCH_URL: url, IFMATCH_KEY: world.keys[name] },
    })
  const said = await Promise.all([program("low"), program("mid")])
  const { value } = (await (await world.ask("GET", at)).json()) as { value: { items: string[] } }
  const all = ["low", "mid"].flatMap((name) => Array.from({ length: EACH }, (_, n) => `${name}-${n}`))
  expect([...value.items].sort()).toEqual(all.sort())
  // they did meet: otherwise nothing was shown
  expect(said.reduce((lost, { stdout }) => lost + Number(stdout), 0)).toBeGreaterThan(0)
})
