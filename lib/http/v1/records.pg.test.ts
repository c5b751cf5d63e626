import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type ApiWorld, type Asking, openApiWorld } from "../../testing/api/world"
import { atTheSameMoment } from "../../testing/app"

let world: ApiWorld
beforeAll(async () => {
  world = await openApiWorld()
})
afterAll(() => world.close())

interface Body {
  readonly [field: string]: unknown
  readonly code: string
  readonly version: string
  readonly claim_id: string
}
let fresh = 0
const freshKey = () => `plans/p${++fresh}.json`
const at = (key: string) => `/records/${encodeURIComponent(key)}`
async function ask(method: string, path: string, asking: Asking = {}) {
  const response = await world.ask(method, path, asking)
  const text = await response.text()
  return {
    response,
    status: response.status,
    etag: response.headers.get("etag"),
    body: JSON.parse(text || "null") as Body,
  }
}
const made = async (key = freshKey(), value: unknown = { n: 0 }) => {
  const { status, etag } = await ask("PUT", at(key), { body: { value }, headers: { "if-none-match": "*" } })
  expect(status).toBe(201)
  return { key, etag: etag ?? "" }
}
const put = (key: string, etag: string, value: unknown, more: object = {}, asking: Asking = {}) =>
  ask("PUT", at(key), { ...asking, body: { value, ...more }, headers: { "if-match": etag, ...asking.headers } })
const claim = async (key: string, key_?: string) =>
  (await ask("POST", "/record-claims", { body: { key, ttl_seconds: 60 }, ...(key_ && { key: key_ }) })).body

/** The refusal, and that the record and its history are as they were. */
async function nothingWritten(
  key: string,
  doing: () => Promise<{ status: number; body: Body }>,
  status: number,
  says: object,
) {
  const look = async () => [(await ask("GET", at(key))).body, (await ask("GET", `${at(key)}/history`)).body]
  const before = await look()
  const answer = await doing()
  expect([answer.status, answer.body]).toMatchObject([status, says])
  expect(await look()).toEqual(before)
}

describe("a record over HTTP", () => {
  test("create, read, 304, write on the ETag, history, an older version, delete", async () => {
    const { key, etag } = await made()
    const first = await ask("GET", at(key))
    expect([first.etag, first.body]).toMatchObject([etag, { key, value: { n: 0 } }])
    const same = await ask("GET", at(key), { headers: { "if-none-match": etag } })
    expect([same.status, same.body, same.etag]).toEqual([304, null, etag])
    const second = await put(key, etag, { n: 1 })
    expect([second.status, second.etag]).toEqual([200, `"${second.body.version}"`])
    expect((await ask("GET", at(key), { headers: { "if-none-match": etag } })).body.value).toEqual({ n: 1 })
    expect((await ask("GET", `${at(key)}?version=${first.body.version}`)).body.value).toEqual({ n: 0 })
    const gone = await ask("DELETE", at(key), { headers: { "if-match": second.etag ?? "" } })
    expect(gone.status).toBe(200)
    expect((await ask("GET", at(key))).status).toBe(404)
    const { items } = (await ask("GET", `${at(key)}/history`)).body as unknown as { items: { how: string }[] }
    expect(items.map(({ how }) => how)).toEqual(["deleted", "written", "created"])
  })

  test("T3 without a version nothing is written: 428", async () => {
    const { key } = await made()
    const none: readonly Record<string, string>[] = [{}, { "if-match": "*" }, { "if-match": "" }, { "if-match": '""' }]
    for (const headers of none)
      await nothingWritten(key, () => ask("PUT", at(key), { body: { value: 1 }, headers }), 428, {
        code: "precondition-required",
      })
    await nothingWritten(key, () => ask("DELETE", at(key)), 428, { code: "precondition-required" })
  })

  test("C1 a lost race is 412 with the version that stands", async () => {
    const { key, etag } = await made()
    const all = await atTheSameMoment(Array.from({ length: 8 }, (_, n) => () => put(key, etag, { n })))
    expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 412)])
    const now = (await ask("GET", at(key))).body.version
    await nothingWritten(key, () => put(key, etag, 1), 412, {
      code: "record-conflict",
      why: "version",
      current_version: now,
      recovery: "reacquire_and_reread",
    })
    const again = () => ask("PUT", at(key), { body: { value: 1 }, headers: { "if-none-match": "*" } })
    await nothingWritten(key, again, 412, { why: "exists" })
  })

  test("R5 PATCH keeps the fields it does not name; with If-Match it is not tried again", async () => {
    const { key, etag } = await made(freshKey(), { a: 1, b: 1 })
    const patched = await ask("PATCH", at(key), { body: { patch: { b: 2 } } })
    expect(patched.body).toMatchObject({ value: { a: 1, b: 2 }, retried: false })
    const stale = () => ask("PATCH", at(key), { body: { patch: { b: 3 } }, headers: { "if-match": etag } })
    await nothingWritten(key, stale, 412, { code: "record-conflict" })
    const both = await atTheSameMoment(
      ["x", "y"].map((field) => () => ask("PATCH", at(key), { body: { patch: { [field]: 1 } } })),
    )
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect((await ask("GET", at(key))).body.value).toEqual({ a: 1, b: 2, x: 1, y: 1 })
  })

  test("several at once, a read set, and a snapshot", async () => {
    const [a, b] = [await made(), await made()]
    const version = (etag: string) => etag.slice(1, -1)
    const publication = (seen: string) => ({
      changes: [
        { op: "write", key: a.key, value: 1, version: version(a.etag) },
        { op: "create", key: `${a.key}x`, value: 1 },
      ],
      reads: [{ key: b.key, version: seen }],
    })
    await nothingWritten(a.key, () => ask("POST", "/record-publications", { body: publication("0") }), 409, {
      key: b.key,
      why: "readSet",
    })
    const done = await ask("POST", "/record-publications", { body: publication(version(b.etag)) })
    expect(done.status).toBe(200)
    const shot = await ask("POST", "/record-snapshots", { body: { keys: [a.key, `${a.key}x`, freshKey()] } })
    expect(shot.body).toMatchObject({
      records: expect.arrayContaining([expect.objectContaining({ key: a.key, value: 1 })]),
    })
    expect((shot.body as unknown as { records: unknown[] }).records).toHaveLength(2)
  })

  test("lists by prefix", async () => {
    const folder = `notes/f${++fresh}`
    for (const name of ["a", "b"]) await made(`${folder}/${name}`)
    const { body } = await ask("GET", `/records?prefix=${folder}/&limit=1`)
    expect(body).toMatchObject({ items: [{ key: `${folder}/a` }], next_cursor: `${folder}/a` })
    expect((await ask("GET", `/records?prefix=${folder}/&cursor=${folder}/a`)).body).toMatchObject({
      items: [{ key: `${folder}/b` }],
      next_cursor: null,
    })
  })
})

describe("C3 claims over HTTP", () => {
  test("claimed, kept, handed on, released; everybody else waits; the giver is superseded", async () => {
    const { key, etag } = await made()
    const mine = await claim(key)
    await nothingWritten(key, () => put(key, etag, 1), 409, { code: "record-claimed", recovery: "wait_and_retry" })
    const other = await ask("POST", "/record-claims", { key: world.keys.top, body: { key } })
    expect([other.status, other.response.headers.get("retry-after")]).toEqual([409, "60"])
    const held = { key, claim_id: mine.claim_id }
    expect((await ask("POST", "/record-claims/heartbeat", { body: { ...held, ttl_seconds: 90 } })).status).toBe(200)
    const given = await ask("POST", "/record-claims/hand-off", { body: held })
    expect([given.status, given.body.version === etag.slice(1, -1)]).toEqual([200, false])
    const stale = () => put(key, `"${given.body.version}"`, 1, { claim_id: mine.claim_id })
    await nothingWritten(key, stale, 409, {
      code: "claim-superseded",
      why: "handedOff",
      recovery: "reacquire_and_reread",
    })
    expect(
      (await put(key, `"${given.body.version}"`, 1, { claim_id: given.body.claim_id }, { key: world.keys.top })).status,
    ).toBe(200)
    const release = { key, claim_id: given.body.claim_id }
    expect((await ask("POST", "/record-claims/release", { body: release })).body).toEqual({ key, state: "released" })
    expect((await ask("POST", "/record-claims/heartbeat", { body: release })).body).toMatchObject({ why: "released" })
  })

  const deeds = ["heartbeat", "release", "hand-off"]

  test("after its reclamation neither a heartbeat nor anything else revives a claim, and the next one's stands", async () => {
    const { key, etag } = await made()
    const mine = await claim(key)
    await world.owner.query(
      "update heads set lease_until = clock_timestamp() - interval '1 ms' where kind = 'record' and id = $1",
      [key],
    )
    const next = await claim(key, world.keys.top)
    const held = { key, claim_id: mine.claim_id }
    const refusal = { code: "claim-superseded", why: "reclaimed", recovery: "reacquire_and_reread" }
    for (const deed of deeds)
      await nothingWritten(key, () => ask("POST", `/record-claims/${deed}`, { body: held }), 409, refusal)
    await nothingWritten(key, () => put(key, etag, 1, { claim_id: mine.claim_id }), 409, refusal)
    const theirs = { key: world.keys.top, body: { key, claim_id: next.claim_id } }
    expect((await ask("POST", "/record-claims/heartbeat", theirs)).status).toBe(200)
  })

  test("nor does another workspace's claim do anything here; there it stands", async () => {
    const { key } = await made()
    const theirs = await claim(key, world.keys.spy)
    const body = { key, claim_id: theirs.claim_id }
    for (const deed of deeds)
      await nothingWritten(key, () => ask("POST", `/record-claims/${deed}`, { body }), 409, {
        code: "claim-superseded",
        why: "unknown",
      })
    expect((await ask("POST", "/record-claims/heartbeat", { key: world.keys.spy, body })).status).toBe(200)
  })

  test("a claim of another workspace is nobody's here", async () => {
    const { key, etag } = await made()
    const theirs = await claim(key, world.keys.spy)
    await nothingWritten(key, () => put(key, etag, 1, { claim_id: theirs.claim_id }), 409, {
      code: "claim-superseded",
      why: "unknown",
    })
  })
})

describe("C5, C6, C15 runs", () => {
  test("what a run has read and is no longer so is named in its answers, and stops it until it reads again", async () => {
    const [x, y] = [await made(), await made()]
    const headers = { "ifmatch-run": randomUUID() }
    for (const { key } of [x, y]) await ask("GET", at(key), { headers })
    await put(x.key, x.etag, { n: 1 }, {}, { key: world.keys.top })
    const hint = await ask("GET", at(y.key), { headers })
    expect(hint.response.headers.get("ifmatch-dead-views")).toBe(x.key)
    await nothingWritten(y.key, () => put(y.key, y.etag, 1, {}, { headers }), 409 + 3, { why: "deadView", key: x.key })
    expect((await ask("POST", "/record-effects", { body: { views: [] }, headers })).body).toMatchObject({
      kind: "refused",
      dead: [x.key],
    })
    await ask("GET", at(x.key), { headers })
    expect((await ask("POST", "/record-effects", { body: { views: [] }, headers })).body).toMatchObject({
      kind: "admitted",
    })
    expect((await put(y.key, y.etag, 1, {}, { headers })).status).toBe(200)
  })
})

describe("bad input: typed refusals, nothing lost", () => {
  test.each(["../x", "/etc/passwd", "a/../b", "a\0b", ".git/config", "a b", "x".repeat(500)])(
    "the key %j",
    async (key) => {
      const before = await world.written()
      for (const answer of [
        await ask("GET", at(key)),
        await ask("PUT", at(key), { body: { value: 1 }, headers: { "if-none-match": "*" } }),
        await ask("POST", "/record-publications", { body: { changes: [{ op: "create", key, value: 1 }] } }),
        await ask("POST", "/record-claims", { body: { key } }),
      ])
        expect([400, 422]).toContain(answer.status)
      expect(await world.written()).toBe(before)
    },
  )

  test("spellings, sizes, forms", async () => {
    const { key, etag } = await made()
    const twice = { changes: [key, key.toUpperCase()].map((each) => ({ op: "create", key: each, value: 1 })) }
    const create = (body: unknown, k = freshKey()) => ask("PUT", at(k), { body, headers: { "if-none-match": "*" } })
    expect((await create({ value: 1 }, key.toUpperCase())).body).toMatchObject({ why: "case" })
    const before = await world.written()
    expect((await ask("POST", "/record-publications", { body: twice })).body.code).toBe("record-twice")
    expect((await create({ value: "x".repeat(1_048_577) })).body.code).toBe("record-too-large")
    expect((await create({ value: "x".repeat(10_000_000) })).body.code).toBe("too-large")
    expect((await create({ value: "a\0b" })).body.code).toBe("record-value")
    expect((await create({})).body.code).toBe("bad-request")
    expect((await ask("GET", at(key), { headers: { "ifmatch-run": "x" } })).status).toBe(400)
    expect(await world.written()).toBe(before)
    expect((await put(key, etag, "x".repeat(900_000))).status).toBe(200)
  })

  test.each(["", " ", "*"])("T3 the version %j in a body", async (shown) => {
    const { key, etag } = await made()
    const standing = { op: "write", key: freshKey(), value: 1, version: etag.slice(1, -1) }
    const requests = [
      ["/record-publications", { changes: [standing, { op: "write", key, value: 1, version: shown }] }],
      ["/record-publications", { changes: [{ op: "delete", key, version: shown }] }],
      [
        "/record-publications",
        { changes: [{ op: "create", key: freshKey(), value: 1 }], reads: [{ key, version: shown }] },
      ],
      ["/record-effects", { views: [{ key, version: shown }] }],
    ] as const
    const before = await world.written()
    for (const [path, body] of requests) {
      const { status, body: said } = await ask("POST", path, { body })
      expect([400, 428]).toContain(status)
      expect(said.code).toMatch(/bad-request|precondition-required/)
    }
    expect(await world.written()).toBe(before)
    expect((await ask("GET", at(key))).etag).toBe(etag)
  })

  test("a view of a record that was deleted is dead, for the gate, for a publication and for a run", async () => {
    const [gone, other] = [await made(), await made()]
    const headers = { "ifmatch-run": randomUUID() }
    await ask("GET", at(gone.key), { headers })
    await ask("DELETE", at(gone.key), { key: world.keys.top, headers: { "if-match": gone.etag } })
    const view = { key: gone.key, version: gone.etag.slice(1, -1) }
    const refusal = { kind: "refused", dead: [gone.key], recovery: "reacquire_and_reread" }
    for (const asking of [{ body: { views: [view] } }, { body: { views: [] }, headers }])
      expect((await ask("POST", "/record-effects", asking)).body).toMatchObject(refusal)
    const change = { op: "write", key: other.key, value: 1, version: other.etag.slice(1, -1) }
    const published = () => ask("POST", "/record-publications", { body: { changes: [change], reads: [view] } })
    await nothingWritten(other.key, published, 409, { key: gone.key, why: "readSet", current_version: null })
    const inRun = () => put(other.key, other.etag, 1, {}, { headers })
    await nothingWritten(other.key, inRun, 412, { key: gone.key, why: "deadView", current_version: null })
    expect((await put(gone.key, gone.etag, 1)).status).toBe(404)
  })

  test("what is another workspace's is not there", async () => {
    const { key } = await made()
    expect((await ask("GET", at(key), { key: world.keys.spy })).status).toBe(404)
    expect(await ask("GET", `${at(key)}/history`, { key: world.keys.spy })).toMatchObject({ body: { items: [] } })
    expect((await ask("GET", `/records?prefix=${key}`, { key: world.keys.spy })).body).toMatchObject({ items: [] })
  })
})

describe("C7 the fence is the server's", () => {
  /** Every name in a JSON document. */
  const names = (value: unknown): string[] =>
    typeof value === "object" && value !== null
      ? [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(names)]
      : typeof value === "string"
        ? [value]
        : []
  const FENCE = /epoch|fenc|owner(ship)?[_-]?version|generation/i

  test("nothing of it is in the document, nor in what is answered", async () => {
    const { openApiDocument } = await import("./app")
    const { paths, components } = openApiDocument()
    const ours = Object.entries(paths ?? {}).filter(([path]) => /\/record/.test(path))
    expect(ours.length).toBeGreaterThanOrEqual(10)
    expect(names([ours, components?.schemas]).filter((name) => FENCE.test(name))).toEqual([])
    const { key } = await made()
    expect(names(await claim(key)).filter((name) => FENCE.test(name))).toEqual([])
  })

  test("nor in the ports' signatures, nor in the tools of assistants", async () => {
    const { readFileSync } = await import("node:fs")
    for (const file of ["lib/ports/record-store.ts", "lib/ports/record-claims.ts", "lib/http/mcp/record-tools.ts"]) {
      const code = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")
      expect([file, code.match(FENCE)]).toEqual([file, null])
    }
  })
})
