import type { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { SCOPES, type Scope } from "../../domain/agent-key"
import { call, mcpClient as client } from "../../testing/api/mcp-client"
import { type ApiWorld, openApiWorld } from "../../testing/api/world"
import { answer, ORIGIN } from "../../testing/app"

/* D24 with the protocol's own client. */

let world: ApiWorld
beforeAll(async () => {
  world = await openApiWorld()
})
afterAll(() => world.close())

const READS = "whoami get_availability read_record list_records list_events get_event find_slots get_proposal".split(
  " ",
)

const [UUID, RANGE] = [
  "3f0f3b0e-5f35-4d1c-8e6f-9d0b4a4f1c11",
  { from: "2026-12-01T00:00:00Z", to: "2026-12-02T00:00:00Z" },
]
const SLOT = { start: "2026-12-01T10:00:00Z", end: "2026-12-01T11:00:00Z" }
const RECORD = { key: "mcp/scope.json" }
/** Every tool but whoami under the scope that it needs, with a call that makes sense. */
const TOOLS: Record<Scope, Record<string, Record<string, unknown>>> = {
  "audit:read": {},
  "webhooks:write": {},
  "availability:read": {
    get_availability: { user_ids: ["ada"], range_start: SLOT.start, range_end: SLOT.end, duration_minutes: 30 },
  },
  "holds:write": { create_hold: { user_id: "ada", ...SLOT }, release_hold: { hold_id: UUID } },
  "bookings:write": {
    commit_booking: { user_id: "ada", ...SLOT, title: "x" },
    cancel_booking: { booking_id: UUID },
  },
  "records:read": { read_record: RECORD, list_records: {} },
  "records:write": {
    write_record: { ...RECORD, value: 1 },
    edit_record: { ...RECORD, patch: { n: 1 } },
    delete_record: { ...RECORD, version: "1" },
    claim_record: RECORD,
    keep_claim: { ...RECORD, claim_id: "c" },
    release_claim: { ...RECORD, claim_id: "c" },
    admit_effect: {},
  },
  "calendar:read": {
    list_events: RANGE,
    get_event: { event_id: "a/b/c" },
    find_slots: { ...RANGE, minutes: 30 },
  },
  "calendar:propose": {
    propose: { operations: [{ kind: "cancel", event_id: "a/b/c", version: "1" }] },
    get_proposal: { proposal_id: UUID },
  },
}

describe("D24", () => {
  test("twenty tools for a key that has every scope, each with what it does to the world", async () => {
    const { tools } = await (await client(world.keys.low)).listTools()
    expect(tools.map(({ name }) => name).sort()).toEqual([
      "admit_effect",
      "cancel_booking",
      "claim_record",
      "commit_booking",
      "create_hold",
      "delete_record",
      "edit_record",
      "find_slots",
      "get_availability",
      "get_event",
      "get_proposal",
      "keep_claim",
      "list_events",
      "list_records",
      "propose",
      "read_record",
      "release_claim",
      "release_hold",
      "whoami",
      "write_record",
    ])
    for (const { name, annotations } of tools)
      expect([name, annotations?.readOnlyHint]).toEqual([name, READS.includes(name)])
  })

  test("a key is shown what it may call and nothing else; a call of the rest names the scope that is missing, and nothing is written", async () => {
    const keyWith = async (...scopes: Scope[]) => client((await world.keyFor("low", { scopes })).key)
    const audit = await keyWith("audit:read")
    const names = async (of: Client) => (await of.listTools()).tools.map(({ name }) => name)
    expect(await names(audit)).toEqual(["whoami"])
    expect(await names(await keyWith("holds:write", "availability:read"))).toEqual([
      "whoami",
      "get_availability",
      "create_hold",
      "release_hold",
    ])
    for (const scope of SCOPES)
      expect([scope, await names(await keyWith(scope))]).toEqual([scope, ["whoami", ...Object.keys(TOOLS[scope])]])
    const before = await world.written()
    for (const [scope, tools] of Object.entries(TOOLS))
      for (const [name, args] of Object.entries(tools)) {
        const { is, isError } = await call(audit, name, args)
        expect([name, is, isError]).toEqual([name, { kind: "forbidden", missing_scope: scope }, true])
      }
    expect(await world.written()).toBe(before)
    expect(await call(audit, "approve")).toMatchObject({ isError: true, content: [{ text: /approve not found/ }] })
  })

  test("C12 what the tools say of themselves is short, and what it leaves out is checked all the same", async () => {
    const low = await client(world.keys.low)
    const { tools } = await low.listTools()
    const said = JSON.stringify(tools)
    const ofCalendars = tools.filter(({ name }) => /event|slots|propos/.test(name))
    expect(JSON.stringify(ofCalendars).length).toBeLessThan(6_000)
    expect(said.length - JSON.stringify(ofCalendars).length).toBeLessThan(11_000)
    expect(said).toContain('"format":"uuid"')
    expect(said).toContain('"format":"date-time"')
    const before = await world.written()
    const slot = world.freshSlot()
    const key = "mcp/wrong.json"
    const wrong: [string, Record<string, unknown>, RegExp][] = [
      ["write_record", { key, value: 1, run_id: "mine" }, /not a UUID/],
      ["write_record", { key, value: "\0" }, /readable JSON/],
      ["write_record", { key }, /readable JSON/],
      ["create_hold", { user_id: "ada", ...slot, start: "tomorrow" }, /not an instant/],
      ["create_hold", { user_id: "ada", ...slot, start: slot.start.replace("Z", "") }, /not an instant/],
      ["cancel_booking", { booking_id: "the first" }, /not a UUID/],
    ]
    for (const [name, args, why] of wrong) {
      const { isError, content } = await call(low, name, args)
      expect([name, isError, content]).toEqual([name, true, [{ type: "text", text: expect.stringMatching(why) }]])
    }
    expect(await world.written()).toBe(before)
    expect((await call(low, "read_record", { key })).is).toMatchObject({ kind: "notFound" })
  })

  test("look, hold, commit, cancel; the loser gets structured content that names the winner, and nothing is written", async () => {
    const [top, low] = [await client(world.keys.top), await client(world.keys.low)]
    expect((await call(low, "whoami")).is).toMatchObject({
      kind: "you",
      agent_id: "low",
      people: [{ user_id: "ada", your_priority: 3 }, { user_id: "bea" }],
    })
    const slot = world.freshSlot()
    const free = await call(low, "get_availability", {
      user_ids: ["ada"],
      range_start: slot.start,
      range_end: slot.end,
      duration_minutes: 60,
    })
    expect(free.is).toMatchObject({ kind: "slots", slots: [slot] })
    const held = await call(top, "create_hold", { user_id: "ada", ...slot })
    expect(held.is).toMatchObject({ kind: "held", hold: { state: "live" } })
    const made = await call(top, "commit_booking", { hold_id: (held.is.hold as { id: string }).id, title: "Planning" })
    expect(made.is).toMatchObject({ kind: "committed", booking: { title: "Planning", ...slot } })
    const lost = await call(low, "commit_booking", { user_id: "ada", ...slot, title: "Late" })
    expect(lost.isError).toBeUndefined()
    const { id } = made.is.booking as { id: string }
    expect(lost.is).toMatchObject({
      kind: "outranked",
      winning_booking_id: id,
      winning_agent_id: "top",
      winning_agent_priority: 1,
      your_priority: 3,
      audit_event_id: expect.any(String),
    })
    expect(JSON.parse((lost.content as { text: string }[])[0]?.text ?? "")).toEqual(lost.is)
    const { rows } = await world.owner.query("select count(*)::int as n from bookings where starts_at = $1", [
      slot.start,
    ])
    expect(rows[0].n).toBe(1)
    expect((await call(low, "cancel_booking", { booking_id: id })).is).toMatchObject({ kind: "notFound" })
    expect((await call(top, "cancel_booking", { booking_id: id })).is).toMatchObject({ kind: "cancelled" })
  })

  test("a scope that is missing, a call without sense, the same call again", async () => {
    const { key } = await world.keyFor("low", { scopes: ["availability:read"] })
    const slot = world.freshSlot()
    const before = await world.written()
    expect(await call(await client(key), "commit_booking", { user_id: "ada", ...slot, title: "x" })).toMatchObject({
      is: { kind: "forbidden", missing_scope: "bookings:write" },
      isError: true,
    })
    const low = await client(world.keys.low)
    expect((await call(low, "commit_booking", { title: "x" })).is).toMatchObject({ kind: "invalid" })
    expect(await world.written()).toBe(before)
    const again = { user_id: "ada", ...slot, title: "x", idempotency_key: "mcp" }
    expect((await call(low, "commit_booking", again)).is).toEqual((await call(low, "commit_booking", again)).is)
    expect((await call(low, "commit_booking", { ...again, title: "y" })).is).toEqual({ kind: "keyReused" })
  })

  test("no key, another method, another origin", async () => {
    const ask = (method: string, headers: Record<string, string>) =>
      answer(
        new Request(`${ORIGIN}/api/mcp`, {
          method,
          headers: {
            host: new URL(ORIGIN).host,
            accept: "application/json, text/event-stream",
            "content-type": "application/json",
            ...headers,
          },
          ...(method === "POST" && { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' }),
        }),
      )
    const authorization = `Bearer ${world.keys.low}`
    expect((await ask("POST", {})).status).toBe(401)
    expect((await ask("GET", { authorization })).status).toBe(405)
    expect((await ask("POST", { authorization })).status).toBe(200)
    expect((await ask("POST", { authorization, origin: "https://evil.example" })).status).toBe(403)
  })
})

describe("bad input of records: typed refusals, nothing lost", () => {
  const recordOf = async (name: string) => {
    const low = await client(world.keys.low)
    const key = `mcp/bad-${name}.json`
    const { is } = await call(low, "write_record", { key, value: { n: 0 } })
    expect(is.kind).toBe("applied")
    return { low, key, version: is.version as string }
  }
  const standing = async (low: Client, key: string) => (await call(low, "read_record", { key })).is
  /** Of what the schema refuses the protocol's own error is the answer. */
  async function refusedUnread(low: Client, name: string, args: Record<string, unknown>) {
    const before = await world.written()
    const { isError, content } = await call(low, name, args)
    expect([name, isError, (content as { text: string }[])[0]?.text]).toEqual([
      name,
      true,
      expect.stringMatching(/-32602|validation/i),
    ])
    expect(await world.written()).toBe(before)
  }

  test.each(["../x", "/etc/passwd", "a/../b", "a\0b", ".git/config", "x".repeat(500)])("the key %j", async (key) => {
    const low = await client(world.keys.low)
    await refusedUnread(low, "read_record", { key })
    await refusedUnread(low, "write_record", { key, value: 1 })
    await refusedUnread(low, "claim_record", { key })
    await refusedUnread(low, "admit_effect", { views: [{ key, version: "1" }] })
  })

  test("empty versions, texts with NUL, another spelling", async () => {
    const { low, key, version } = await recordOf("input")
    for (const shown of ["", " ", "*"]) {
      await refusedUnread(low, "write_record", { key, value: 1, version: shown })
      await refusedUnread(low, "delete_record", { key, version: shown })
      await refusedUnread(low, "admit_effect", { views: [{ key, version: shown }] })
    }
    await refusedUnread(low, "delete_record", { key })
    await refusedUnread(low, "write_record", { key, value: "a\0b", version })
    expect((await call(low, "write_record", { key: key.toUpperCase(), value: 1 })).is).toMatchObject({
      kind: "conflict",
      why: "case",
    })
    expect(await standing(low, key)).toMatchObject({ value: { n: 0 }, version })
  })

  test("10 MB are refused at the door", async () => {
    const { low, key, version } = await recordOf("size")
    const before = await world.written()
    await expect(call(low, "write_record", { key, value: "x".repeat(10_000_000), version })).rejects.toThrow(
      /Payload Too Large/,
    )
    expect(await world.written()).toBe(before)
    expect(await standing(low, key)).toMatchObject({ value: { n: 0 }, version })
  })

  test("C3 a claim that was reclaimed, and one of another workspace, keep, write, release and hand on nothing", async () => {
    const { low, key, version } = await recordOf("claims")
    const [top, spy] = [await client(world.keys.top), await client(world.keys.spy)]
    const mine = (await call(low, "claim_record", { key })).is
    await world.owner.query(
      "update heads set lease_until = clock_timestamp() - interval '1 ms' where kind = 'record' and id = $1",
      [key],
    )
    const next = (await call(top, "claim_record", { key })).is
    const elsewhere = (await call(spy, "claim_record", { key })).is
    expect([mine.kind, next.kind, elsewhere.kind]).toEqual(["claimed", "claimed", "claimed"])
    for (const [claim_id, why] of [
      [mine.claim_id, "reclaimed"],
      [elsewhere.claim_id, "unknown"],
    ])
      for (const [name, more] of [
        ["keep_claim", {}],
        ["release_claim", {}],
        ["release_claim", { hand_on: true }],
        ["write_record", { value: 1, version }],
        ["edit_record", { patch: { n: 1 } }],
        ["delete_record", { version }],
      ] as const)
        expect((await call(low, name, { key, claim_id, ...more })).is).toMatchObject({
          kind: "superseded",
          why,
          recovery: "reacquire_and_reread",
        })
    expect(await standing(low, key)).toMatchObject({ value: { n: 0 }, version })
    expect((await call(top, "keep_claim", { key, claim_id: next.claim_id })).is.kind).toBe("held")
    expect((await call(spy, "keep_claim", { key, claim_id: elsewhere.claim_id })).is.kind).toBe("held")
  })

  test("C5 a view of a record that was deleted is dead", async () => {
    const { low, key, version } = await recordOf("deleted")
    const other = await recordOf("other")
    const run_id = "8d0a7e5e-0a53-4c0a-9a3e-5f1f6b1c2d3e"
    await call(low, "read_record", { key, run_id })
    await call(await client(world.keys.top), "delete_record", { key, version })
    expect((await call(low, "admit_effect", { views: [{ key, version }] })).is).toMatchObject({
      kind: "refused",
      dead: [key],
    })
    const late = await call(low, "write_record", { key: other.key, value: 1, version: other.version, run_id })
    expect(late.is).toMatchObject({ kind: "conflict", why: "deadView", key, dead_views: [key] })
    expect((await call(low, "write_record", { key, value: 1, version })).is).toMatchObject({ kind: "gone", key })
    expect(await standing(low, other.key)).toMatchObject({ value: { n: 0 }, version: other.version })
  })
})

describe("C5, C6 records for assistants", () => {
  test("what a run has read and is no longer so comes with the next answer, and nothing is written until it reads again", async () => {
    const [low, top] = [await client(world.keys.low), await client(world.keys.top)]
    const [x, y] = ["mcp/x.json", "mcp/y.json"]
    const run_id = "3f0f3b0e-5f35-4d1c-8e6f-9d0b4a4f1c11"
    for (const key of [x, y]) await call(top, "write_record", { key, value: { n: 0 } })
    const seen = await call(low, "read_record", { key: x, run_id })
    const other = await call(low, "read_record", { key: y, run_id })
    expect([seen.is.kind, other.is.dead_views]).toEqual(["record", undefined])
    expect((await call(top, "edit_record", { key: x, patch: { n: 1 } })).is).toMatchObject({ kind: "applied" })
    expect((await call(low, "list_records", { prefix: "mcp/", run_id })).is.dead_views).toEqual([x])
    const write = () => call(low, "write_record", { key: y, value: 9, version: other.is.version, run_id })
    expect((await write()).is).toMatchObject({
      kind: "conflict",
      why: "deadView",
      key: x,
      recovery: "reacquire_and_reread",
    })
    expect((await call(top, "read_record", { key: y })).is).toMatchObject({
      value: { n: 0 },
      version: other.is.version,
    })
    await call(low, "read_record", { key: x, run_id })
    expect((await write()).is).toMatchObject({ kind: "applied" })
  })
})
