import { afterAll, beforeAll, describe, expect, test } from "vitest"
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
