import { randomBytes } from "node:crypto"
import pg from "pg"
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { seed } from "../../prisma/seed"
import { checkHost } from "../adapters/outside-request"
import { vault } from "../adapters/vault/vault"
import type { Person } from "../domain/person"
import { modelKeyContext } from "../domain/seal-context"
import { tokenHash } from "../domain/token-hash"
import type { SayLine, TurnView } from "../http/schemas/assistant"
import type { ModelAnswer, ModelView } from "../http/schemas/model"
import { atTheSameMoment, installApp } from "../testing/app"
import { type ModelServer, openModelServer } from "../testing/model-server"
import { testDatabase } from "../testing/pg"
import { openSandbox, type Sandbox } from "../testing/sandbox"
import { answers } from "../testing/scripted-model"
import { Visitor } from "../testing/visitor"
import { openReceiver } from "../testing/webhooks/receiver"
import { chooseModel } from "./choose-model"
import { rotateKeys } from "./rotate-keys"

const KEY = "sk-canary-of-a-workspace"
const PATH = "/api/settings/model"
/** The grammar would understand it; the scripted model does not. */
const WORDS = "Move my weekly sync to Thursday 3pm"

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
let owner: pg.Client
let server: ModelServer
let wired: Awaited<typeof import("./wiring")>["wired"]
const people = new Map<string, Visitor>()
/** Everything that was answered to anybody. */
const told: string[] = []

beforeAll(async () => {
  database = await testDatabase()
  ;[sandbox, server] = await Promise.all([openSandbox(database.sandboxUrl), openModelServer()])
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await seed(database.ownerUrl)
  await owner.query(`
    insert into users (id, name, email) values ('olga', 'Olga', 'olga@example.test');
    insert into workspaces (id, name) values ('other', 'Other & Co');
    insert into members (workspace_id, user_id, role, time_zone, working_hours)
    select 'other', 'olga', 'admin', 'UTC', working_hours from members limit 1`)
  installApp({ databaseUrl: database.appUrl, sandboxUrl: sandbox.url })
  process.env.IFMATCH_WEBHOOK_LOOPBACK = "1"
  ;({ wired } = await import("./wiring"))
  for (const level of ["error", "warn", "info"] as const)
    vi.spyOn(wired.log, level).mockImplementation((...said) => void told.push(JSON.stringify(said)))
  for (const userId of ["sandbox-ada", "sandbox-grace", "olga"]) {
    const token = randomBytes(32).toString("base64url")
    await wired.identities.openSession(tokenHash(token), userId)
    const visitor = new Visitor()
    visitor.cookies.set("ifmatch.session", token)
    people.set(userId, visitor)
  }
  await visitor("sandbox-ada").connect("google", "ada@google.sandbox")
  await visitor("olga").connect("google", "ben@google.sandbox")
})

afterAll(async () => {
  const { closeAll } = await import("./shutdown")
  const { closeWiring } = await import("./wiring")
  closeAll()
  await closeWiring()
  await owner.end()
  await Promise.all([sandbox.close(), server.stop()])
  await database.drop()
})

beforeEach(async () => {
  await owner.query("truncate model_choices, token_buckets")
  server.plays(() => answers({ kind: "refusal", reason: "not-understood" }))
})

function visitor(userId: string): Visitor {
  const someone = people.get(userId)
  if (!someone) throw new Error(`${userId} is not signed in`)
  return someone
}

async function ask<T>(userId: string, verb: string, path: string, body?: unknown, headers = {}) {
  const answered = await visitor(userId).ask(verb, path, { ...(body !== undefined && { body }), headers })
  const text = await answered.text()
  told.push(text)
  return { status: answered.status, body: JSON.parse(text) as T }
}

const own = (over: object = {}) => ({
  kind: "own",
  provider: "openai-compatible",
  model: "small",
  baseUrl: server.url,
  ...over,
})
const choose = (choice: object, key?: string | null, seen = '"0"', userId = "sandbox-grace") =>
  ask<ModelAnswer & { code?: string }>(userId, "PATCH", PATH, { choice, key }, { "if-match": seen })
const shown = async () => (await ask<ModelView>("sandbox-grace", "GET", PATH)).body
const say = async (userId: string, words = WORDS) =>
  (await ask<TurnView>(userId, "POST", "/api/assistant", { words })).body

const changes = async (): Promise<Record<string, unknown>[]> =>
  (await owner.query("select body from log where kind = 'model-changed' order by id")).rows.map(({ body }) => body)
const stored = async () => (await owner.query("select * from model_choices")).rows

/** Nothing of the choice that stands, and no row of the log, is another one after it. */
async function writesNothing(act: () => Promise<void>): Promise<void> {
  const before = [await stored(), await changes()]
  await act()
  expect([await stored(), await changes()]).toEqual(before)
}

describe("P1 a model of a workspace's own", () => {
  test("is asked for its own people, and the log has who chose what, where", async () => {
    expect(await shown()).toEqual({ choice: { kind: "grammar" }, version: '"0"', keySet: false, installation: null })
    const before = (await changes()).length
    const chosen = await choose(own(), KEY)
    expect(chosen).toEqual({
      status: 200,
      body: { kind: "chosen", now: { choice: own(), version: '"1"', keySet: true, installation: null } },
    })
    expect((await changes()).slice(before)).toEqual([
      { kind: "own", provider: "openai-compatible", model: "small", host: new URL(server.url).host },
    ])
    expect((await say("sandbox-ada")).answer.kind).toBe("refusal")
    expect(server.received()).toHaveLength(1)
    server.plays(() => answers({ kind: "refusal", reason: "not-understood" }))
    const elsewhere = await say("olga", "When am I free tomorrow?")
    expect(elsewhere).toMatchObject({ answer: { kind: "told" } })
    expect(elsewhere).not.toHaveProperty("note")
    expect(server.received()).toEqual([])
  })

  test("gets the key of its address, and nobody else's", async () => {
    const receiver = await openReceiver()
    receiver.answer = () => ({ status: 401 })
    await choose(own({ baseUrl: `${receiver.url}/v1` }), KEY)
    expect((await say("sandbox-ada")).note).toMatch(/refused to be asked/)
    await choose(own({ baseUrl: `${receiver.url}/v1` }), null, '"1"')
    await say("sandbox-ada")
    expect(receiver.received.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${KEY}`, undefined])
    await receiver.close()
  })

  test("off again, the grammar reads at once, and the key is gone", async () => {
    await choose(own(), KEY)
    expect((await choose({ kind: "grammar" }, undefined, '"1"')).body).toMatchObject({ now: { keySet: false } })
    expect(await stored()).toMatchObject([{ kind: "grammar", provider: null, base_url: null, sealed_key: null }])
    expect(await say("sandbox-ada")).toMatchObject({ answer: { kind: "proposal" } })
    expect(server.received()).toEqual([])
  })

  test("that is down or has another key: the grammar answers and says so, and whoever tries it is told what to mend", async () => {
    await choose(own(), KEY)
    server.plays(() => ({ error: { message: "no such key", type: "auth" }, status: 401 }))
    expect(await say("sandbox-ada")).toMatchObject({
      answer: { kind: "proposal" },
      note: "The language model's provider refused to be asked, so I read this by my own grammar.",
    })
    expect((await ask("sandbox-grace", "POST", `${PATH}/try`)).body).toEqual({
      failure: "The language model's provider refused to be asked. Look at its key, its name and its address.",
    })
    server.plays(() => answers({ kind: "refusal", reason: "not-understood" }))
    expect((await ask("sandbox-grace", "POST", `${PATH}/try`)).body).toEqual({ failure: null })
    await choose(own({ baseUrl: "http://127.0.0.1:9/v1" }), null, '"1"')
    expect((await say("sandbox-ada")).note).toMatch(/^The language model could not be reached, /)
  })
})

describe("how often a workspace may try its model", () => {
  const tries = async (userId = "sandbox-grace") => {
    const answered = await visitor(userId).ask("POST", `${PATH}/try`)
    const header = (name: string) => answered.headers.get(name)
    return { status: answered.status, header, body: (await answered.json()) as Record<string, unknown> }
  }
  const bucketHas = (tokens: number) =>
    owner.query(
      `insert into token_buckets (workspace_id, id, tokens, passed, at) values ('sandbox', 'model/try', $1, true, clock_timestamp())
       on conflict (workspace_id, id) do update set tokens = excluded.tokens, at = excluded.at`,
      [tokens],
    )
  const asked = async (): Promise<number> =>
    (await owner.query("select count(*)::int as n from log where kind = 'model-asked'")).rows[0].n

  test("ten of twelve at one moment; the others are told when, nothing is sent for them, and nothing written", async () => {
    await choose(own(), KEY)
    const before = await asked()
    const answered = await atTheSameMoment(Array.from({ length: 12 }, () => () => tries()))
    const [done, refused] = [200, 429].map((status) => answered.filter((each) => each.status === status))
    expect([done?.length, refused?.length]).toEqual([10, 2])
    expect([server.received().length, (await asked()) - before]).toEqual([10, 10])
    for (const { header, body } of refused ?? []) {
      expect(body).toMatchObject({ code: "too-many", title: "Too many requests" })
      expect(body.detail).toMatch(/It can be tried again in (29|30) seconds\.$/)
      expect(header("retry-after")).toMatch(/^(29|30)$/)
      expect(header("ratelimit")).toMatch(/^"model-try";r=0;t=\d+$/)
      expect(header("ratelimit-policy")).toBe('"model-try";q=10;w=300')
    }
    expect((await tries("olga")).status).toBe(200)
  })

  test("once more when half a minute has gone by, and no more than once", async () => {
    await choose(own(), KEY)
    await bucketHas(0.5)
    await owner.query("update token_buckets set at = at - interval '15 seconds' where id = 'model/try'")
    expect([(await tries()).status, (await tries()).status]).toEqual([200, 429])
    await bucketHas(10)
    const { status, header } = await tries()
    expect([status, header("ratelimit")]).toEqual([200, '"model-try";r=9;t=30'])
    expect(header("retry-after")).toBeNull()
  })
})

describe("how many lines of a person a model reads", () => {
  /** Asks without knowing what it asks about, so that neither planner looks any further. */
  const LINE = "When am I free tomorrow?"
  const note = async (userId = "sandbox-ada", words = LINE) => (await say(userId, words)).note
  const lineBucketHas = (tokens: number) =>
    owner.query("update token_buckets set tokens = $1, at = clock_timestamp() where id = 'model/line/sandbox-ada'", [
      tokens,
    ])

  test("twenty-one at one moment: the grammar reads one of them and says why, and the model was not asked for it", async () => {
    await choose(own(), KEY)
    server.plays(() => answers({ kind: "refusal", reason: "not-understood" }))
    const notes = await atTheSameMoment(Array.from({ length: 21 }, () => () => note()))
    expect(notes.filter(Boolean)).toEqual([
      "You have asked the language model often just now, so I read this by my own grammar.",
    ])
    expect(server.received()).toHaveLength(20)
    const { rows } = await owner.query(
      "select outcome, (body->>'steps')::int as steps from log where kind = 'model-asked' order by id desc limit 21",
    )
    expect(rows.filter(({ outcome }) => outcome !== "answered")).toEqual([{ outcome: "too-often", steps: 0 }])
  }, 60_000)

  test("somebody else's are theirs, and so is a trial", async () => {
    await choose(own(), KEY)
    await note()
    await lineBucketHas(0)
    expect(await note()).toMatch(/often just now/)
    expect(await note("sandbox-grace")).toBeUndefined()
    expect((await ask("sandbox-grace", "POST", `${PATH}/try`)).body).toEqual({ failure: null })
  })

  test("words that no model is told take nothing", async () => {
    await choose(own(), KEY)
    await note()
    await lineBucketHas(1)
    await note("sandbox-ada", "what do you remember?")
    expect(await note()).toBeUndefined()
    expect(await note()).toMatch(/often just now/)
  })

  test("the grammar alone has no budget", async () => {
    await choose({ kind: "grammar" })
    await lineBucketHas(0)
    expect(await note()).toBeUndefined()
  })
})

describe("what is heard on the way", () => {
  const heard = async (words: string) => {
    const headers = { accept: "application/x-ndjson" }
    const answered = await visitor("sandbox-ada").ask("POST", "/api/assistant", { body: { words }, headers })
    const lines = (await answered.text()).trim().split("\n")
    return lines.map((line) => JSON.parse(line) as SayLine)
  }

  test("that the calendar is read and a model is asked, and nothing that stands in either; then the turn", async () => {
    await choose(own(), KEY)
    const [reading, asking, last, ...more] = await heard(WORDS)
    expect([reading, asking]).toEqual([
      { kind: "step", step: "reading" },
      { kind: "step", step: "asking" },
    ])
    expect(last).toMatchObject({ kind: "turn", turn: { words: WORDS, answer: { kind: "refusal" } } })
    expect(more).toEqual([])
  })

  test("of the grammar no more than that: it is quick", async () => {
    expect((await heard(WORDS)).map((line) => line.kind)).toEqual(["step", "turn"])
  })

  test("a fault ends it without a turn, and is in the operator's log", async () => {
    const failing = vi.spyOn(wired.store, "addTurn").mockRejectedValueOnce(new Error("no database"))
    const before = told.length
    expect((await heard(WORDS)).map((line) => line.kind)).toEqual(["step"])
    expect(told.slice(before).join()).toContain("a line of chat failed")
    failing.mockRestore()
  })
})

describe("the key", () => {
  test("is in no answer, no log and no row of the database", async () => {
    await choose(own(), KEY)
    await shown()
    await say("sandbox-ada")
    server.plays(() => ({ error: { message: `no such key: ${KEY}`, type: "auth" }, status: 401 }))
    await say("sandbox-ada")
    await ask("sandbox-grace", "POST", `${PATH}/try`)
    await choose(own(), `${KEY} `, '"1"')
    await choose(own({ baseUrl: "https://10.0.0.1/v1" }), KEY, '"1"')
    const asked = vi.spyOn(wired.modelChoices, "choose")
    await choose({ kind: "grammar" }, KEY, '"0"')
    told.push(JSON.stringify(asked.mock.calls))
    asked.mockRestore()
    await ask("sandbox-grace", "GET", "/api/log")
    expect(told.length).toBeGreaterThan(8)
    expect(told.join("\n")).not.toContain(KEY)
    const rows = await owner.query(
      "select row_to_json(l) as r from log l union all select row_to_json(c) from model_choices c",
    )
    expect(JSON.stringify(rows.rows)).not.toContain(KEY)
  })

  test("stays where it goes: another address or provider needs it given again", async () => {
    await choose(own(), KEY)
    await writesNothing(async () => {
      for (const moved of [own({ baseUrl: "https://1.1.1.1/v1" }), own({ provider: "anthropic" })])
        expect(await choose(moved, undefined, '"1"')).toMatchObject({ status: 422, body: { code: "model-key-again" } })
    })
    expect(await choose(own({ model: "large" }), undefined, '"1"')).toMatchObject({
      body: { kind: "chosen", now: { keySet: true, version: '"2"' } },
    })
  })

  test("does not open for an address that somebody put beside it: nothing is sent, and it is said", async () => {
    await choose(own({ baseUrl: "http://127.0.0.1:9/v1" }), KEY)
    await owner.query("update model_choices set base_url = $1", [server.url])
    expect((await say("sandbox-ada")).note).toMatch(/^The language model's key cannot be read any more, /)
    expect(server.received()).toEqual([])
  })

  test("can be taken away where a server needs none, and nowhere else", async () => {
    await choose(own(), KEY)
    expect((await choose(own(), null, '"1"')).body).toMatchObject({ now: { keySet: false } })
    await writesNothing(async () => {
      const bare = await choose(own({ provider: "google", baseUrl: null }), null, '"2"')
      expect(bare).toMatchObject({ status: 422, body: { code: "model-key-needed" } })
    })
  })

  test("is sealed anew when the key of the keys is changed", async () => {
    await choose(own(), KEY)
    const fresh = { id: "fresh", key: randomBytes(32).toString("base64") }
    const after = vault({ current: fresh, retired: { test: process.env.IFMATCH_KEK ?? "" } })
    expect(await rotateKeys({ vault: after, sealedTexts: wired.sealedTexts })).toMatchObject({ lost: [] })
    const [row] = await stored()
    expect(after.isCurrent(row.sealed_key)).toBe(true)
    const of = { workspaceId: "sandbox", provider: "openai-compatible", baseUrl: server.url }
    expect(vault({ current: fresh, retired: {} }).open(row.sealed_key, modelKeyContext(of))).toBe(KEY)
  })
})

describe("T3 who chooses on a choice that no longer stands", () => {
  test("is shown the one that does; nothing is written", async () => {
    await choose(own(), KEY)
    await writesNothing(async () => {
      const late = await choose({ kind: "grammar" })
      expect(late).toMatchObject({ status: 412, body: { kind: "conflict", now: { choice: own(), version: '"1"' } } })
      expect((await choose({ kind: "grammar" }, undefined, "W/nonsense")).status).toBe(412)
      expect((await ask("sandbox-grace", "PATCH", PATH, { choice: { kind: "grammar" } })).status).toBe(428)
    })
  })

  test("of many at once one is first", async () => {
    const all = await Promise.all(Array.from({ length: 6 }, (_, i) => choose(own({ model: `m${i}` }))))
    expect(all.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412])
    expect(await stored()).toMatchObject([{ version: 1 }])
  })
})

describe("who may choose", () => {
  test("no member: they neither see it nor change it", async () => {
    await choose(own(), KEY)
    await writesNothing(async () => {
      expect((await ask("sandbox-ada", "GET", PATH)).status).toBe(403)
      expect((await choose({ kind: "grammar" }, undefined, '"1"', "sandbox-ada")).status).toBe(403)
      expect((await ask("sandbox-ada", "POST", `${PATH}/try`)).status).toBe(403)
    })
  })

  test("an admin of another workspace chooses for theirs", async () => {
    await choose(own(), KEY)
    expect((await ask<ModelView>("olga", "GET", PATH)).body).toMatchObject({ version: '"0"', keySet: false })
  })

  test("nobody whose role was taken away after they were let in", async () => {
    const ada = { workspaceId: "sandbox", userId: "sandbox-ada", role: "admin" } as Person
    await writesNothing(async () => {
      expect(await chooseModel(wired, ada, '"0"', { choice: { kind: "grammar" } })).toBe("not-admin")
    })
  })

  test("the runtime role writes it by the guarded function only", async () => {
    const app = new pg.Client({ connectionString: database.appUrl })
    await app.connect()
    const insert = app.query("insert into model_choices (workspace_id, version, kind) values ('sandbox', 1, 'grammar')")
    await expect(insert).rejects.toThrow(/permission denied/)
    await app.end()
  })
})

describe("what is refused", () => {
  test.each([
    "https://169.254.169.254/v1",
    "http://169.254.169.254/latest",
    "https://10.0.0.1/v1",
    "https://[::ffff:169.254.169.254]/v1",
    "http://1.1.1.1/v1",
    "https://user:pass@1.1.1.1/v1",
  ])("an address that is none on the public internet: %s", async (baseUrl) => {
    await writesNothing(async () =>
      expect(await choose(own({ baseUrl }), KEY)).toMatchObject({ status: 422, body: { code: "model-address" } }),
    )
  })

  test.each(["http://127.0.0.1:11434/v1", "https://127.0.0.1/v1", "https://localhost/v1", "https://[::1]/v1"])(
    "without the switch for development this machine too: %s",
    async (baseUrl) => {
      const needs = { ...parts(), modelMayBeAt: (address: string) => checkHost(address, "public") }
      const grace = { workspaceId: "sandbox", userId: "sandbox-grace", role: "admin" } as Person
      const choice = { kind: "own", provider: "openai-compatible", model: "small", baseUrl } as const
      await writesNothing(async () => {
        expect(await chooseModel(needs, grace, '"0"', { choice, key: KEY })).toBe("refused-address")
      })
    },
  )

  test.each<[string, object, unknown, number]>([
    ["a model without a name", { model: "" }, KEY, 400],
    ["a model with a sentence for a name", { model: "the best one" }, KEY, 400],
    ["an unknown provider", { provider: "oracle" }, KEY, 400],
    ["no address where one is needed", { baseUrl: null }, KEY, 400],
    ["an address with a query", { baseUrl: "https://1.1.1.1/v1?key=1" }, KEY, 400],
    ["no address but a file", { baseUrl: "file:///etc/passwd" }, KEY, 400],
    ["a key with a line break", {}, "a\nb", 400],
    ["an empty key", {}, "", 400],
  ])("%s", async (_, over, key, status) => {
    await writesNothing(async () => expect((await choose(own(over), key as string)).status).toBe(status))
  })

  test("the installation's model, where it has none", async () => {
    await writesNothing(async () => expect((await choose({ kind: "installation" })).body.code).toBe("model-none"))
  })
})

const parts = () => ({ modelChoices: wired.modelChoices, planners: wired.planners, vault: wired.vault })
