import { spawn } from "node:child_process"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import pg from "pg"
import { afterAll, beforeAll, expect, test } from "vitest"
import { installApp } from "../testing/app"
import { testDatabase } from "../testing/pg"
import { openSandbox, type Sandbox } from "../testing/sandbox"
import { TYPESCRIPT_PROGRAM } from "../testing/typescript-program"

/* `npm run worker` as a process of its own: it does what is ordered, and ends when it is asked to. */

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
let owner: pg.Client
beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  installApp({ databaseUrl: database.appUrl, sandboxUrl: sandbox.url })
})
afterAll(async () => {
  await owner.end()
  await sandbox.close()
  await database.drop()
})

const waiting = async (): Promise<number> =>
  (await owner.query("select count(*)::int as n from graphile_worker.jobs")).rows[0].n

test("an order that waits is done by the program, which ends in order when it is told to", async () => {
  // of an account that is not there: nothing to ask, and the order is done with
  const what = { workspaceId: "w1", userId: "u1", connectionId: "c1", calendarId: "primary" }
  await owner.query("select graphile_worker.add_job('sync-calendar', payload := $1::json)", [JSON.stringify(what)])
  await sleep(300)
  expect(await waiting()).toBe(1)

  const program = spawn(process.execPath, [...TYPESCRIPT_PROGRAM, "lib/server/cli/worker.ts"], {
    env: { ...process.env, LOG_LEVEL: "info" },
    stdio: ["ignore", "pipe", "inherit"],
  })
  const ended = once(program, "exit")
  try {
    for (const deadline = Date.now() + 20_000; (await waiting()) > 0 && Date.now() < deadline; await sleep(50));
    expect(await waiting()).toBe(0)
    program.kill("SIGTERM")
    expect(await ended).toEqual([0, null])
  } finally {
    program.kill("SIGKILL")
  }
}, 40_000)
