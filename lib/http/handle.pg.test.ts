import { randomBytes } from "node:crypto"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { z } from "zod"
import { seed } from "../../prisma/seed"
import { tokenHash } from "../domain/token-hash"
import { installApp, ORIGIN } from "../testing/app"
import { testDatabase } from "../testing/pg"
import { handle } from "./handle"
import { outcomeStatus } from "./outcome-response"
import { MAX_BODY_BYTES } from "./read-input"

let database: Awaited<ReturnType<typeof testDatabase>>
let cookie: string

beforeAll(async () => {
  database = await testDatabase()
  await seed(database.ownerUrl)
  installApp({ databaseUrl: database.appUrl, sandboxUrl: "http://localhost:1" })
  const { wired } = await import("../server/wiring")
  const token = randomBytes(32).toString("base64url")
  await wired.identities.openSession(tokenHash(token), "sandbox-ada")
  cookie = `other=1; ifmatch.session=${token}`
})

afterAll(async () => {
  const { closeWiring } = await import("../server/wiring")
  await closeWiring()
  await database.drop()
})

const Words = z.object({ words: z.string().max(10), times: z.array(z.object({ n: z.number() })).default([]) })
const echo = handle("POST /api/assistant", Words, ({ input, person }) => ({ input, name: person.name }))
const context = { params: Promise.resolve({}) }

function post(body: BodyInit | null, headers: Record<string, string> = {}): Promise<Response> {
  const all = { cookie, origin: ORIGIN, "content-type": "application/json", ...headers }
  const init = { method: "POST", body, headers: all, duplex: "half" }
  return echo(new Request(`${ORIGIN}/api/assistant`, init), context)
}

describe("handle", () => {
  it("passes on what was checked, and who asks", async () => {
    const answer = await post('{"words":"hi","more":1}')
    expect([answer.status, await answer.json()]).toEqual([200, { input: { words: "hi", times: [] }, name: "Ada Park" }])
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/)
  })

  it.each([
    ["{", 400, "the body is not JSON"],
    ["[]", 400, "expected object"],
    ['{"words":"01234567890"}', 400, "words: "],
    ['{"words":"a","times":[{"n":"x"}]}', 400, "times.0.n: "],
  ])("names the field that is wrong: %s", async (body, status, words) => {
    const answer = await post(body)
    expect(answer.status).toBe(status)
    expect(answer.headers.get("content-type")).toBe("application/problem+json")
    expect(((await answer.json()) as { detail: string }).detail).toContain(words)
  })

  it("reads no form: a form needs no script to be sent from another site", async () => {
    expect((await post("words=hi", { "content-type": "application/x-www-form-urlencoded" })).status).toBe(415)
    expect((await post('{"words":"hi"}', { "content-type": "text/plain" })).status).toBe(415)
  })

  it("stops reading a body that is too long, whatever its length was said to be", async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(32))
      },
    })
    expect((await post(endless)).status).toBe(413)
    expect(sent).toBeLessThan(MAX_BODY_BYTES * 3)
    expect((await post("{}", { "content-length": "999999999" })).status).toBe(413)
  })

  it("answers a fault with an id and nothing else", async () => {
    const broken = handle("GET /healthz", null, () => {
      throw new Error("secret table is missing")
    })
    const answer = await broken(new Request(`${ORIGIN}/healthz`), context)
    const text = await answer.text()
    expect(answer.status).toBe(500)
    expect(text).not.toContain("secret table")
    expect(text).toContain(answer.headers.get("x-request-id"))
  })

  it("answers nothing with 204 and hands a response through", async () => {
    const empty = handle("GET /healthz", null, () => undefined)
    expect((await empty(new Request(`${ORIGIN}/healthz`), context)).status).toBe(204)
    const own = handle(
      "GET /healthz",
      null,
      () => new Response("x", { status: 418, headers: { "cache-control": "max-age=1" } }),
    )
    const answer = await own(new Request(`${ORIGIN}/healthz`), context)
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([418, "max-age=1"])
  })

  it("takes no id that none of ours can be", async () => {
    const read = handle("GET /api/proposals/:id", null, ({ params }) => params)
    const ask = (id: string) =>
      read(new Request(`${ORIGIN}/api/proposals/x`, { headers: { cookie } }), { params: Promise.resolve({ id }) })
    expect((await ask("p1")).status).toBe(200)
    expect((await ask("x".repeat(201))).status).toBe(404)
  })
})

describe("outcome statuses", () => {
  it("a conflict is 412 where the request named a version", () => {
    expect(outcomeStatus("conflict", new Request(ORIGIN, { headers: { "if-match": '"1"' } }))).toBe(412)
    expect(outcomeStatus("conflict", new Request(ORIGIN))).toBe(409)
    expect(outcomeStatus("unknown", new Request(ORIGIN))).toBe(202)
  })
})

describe("readiness", () => {
  const checks = async () => {
    const { wired } = await import("../server/wiring")
    return Object.fromEntries((await wired.readiness.checks()).map(({ name, ok, detail }) => [name, detail ?? ok]))
  }

  it("is given on a migrated database under the runtime role", async () => {
    expect(await checks()).toEqual({ database: true, migrations: true, "log-rights": true, sealer: true })
  })

  it("is lost when the role could rewrite the log, a migration is missing, or rows wait too long", async () => {
    const owner = new pg.Client({ connectionString: database.ownerUrl })
    await owner.connect()
    await owner.query("grant update on log to ifmatch_app")
    await owner.query("update _prisma_migrations set finished_at = null where migration_name like '%0_tables'")
    await owner.query(`insert into log (workspace_id, at, actor_kind, actor_id, kind, subject_kind, subject_id, body)
      values ('w', clock_timestamp() - interval '6 s', 'system', 's', 'read', 'log', 'l', '{}')`)
    await owner.query(
      "insert into log_unsealed (workspace_id, log_id) select workspace_id, id from log where workspace_id = 'w'",
    )
    expect(await checks()).toMatchObject({
      migrations: "not applied: 20261121000000_tables",
      "log-rights": "could be rewritten: log",
      sealer: "1 rows unsealed for more than 5 s",
    })
    await owner.end()
  })
})
