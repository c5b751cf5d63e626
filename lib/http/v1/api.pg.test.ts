import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { SCOPES } from "../../domain/agent-key"
import { revokeAgentKey } from "../../server/agent-keys"
import { changeAvailability } from "../../server/change-availability"
import { sealLog } from "../../server/seal-log"
import { fuzzApi } from "../../testing/api/fuzz"
import { type ApiWorld, openApiWorld } from "../../testing/api/world"
import { atTheSameMoment } from "../../testing/app"

let world: ApiWorld
beforeAll(async () => {
  world = await openApiWorld()
})
afterAll(() => world.close())

type Body = Record<string, never> & { id: string; code: string }
const bodyOf = async (response: Response) => (await response.json()) as Body
const booking = (slot = world.freshSlot(), title = "Planning") => ({ user_id: "ada", ...slot, title })
const refusal = async (response: Response) => [response.status, (await bodyOf(response)).code]

describe("D7, D8 the loser's answer", () => {
  test("is the six fields and no more, and names a row that can be fetched", async () => {
    const body = booking()
    const won = await world.ask("POST", "/bookings", { key: world.keys.top, body })
    expect(won.status).toBe(201)
    const winner = await bodyOf(won)
    const lost = await world.ask("POST", "/bookings", { key: world.keys.low, body })
    expect(lost.status).toBe(409)
    expect(lost.headers.get("content-type")).toMatch(/^application\/json/)
    const answer = (await lost.json()) as Record<string, string>
    expect(answer).toEqual({
      error: "outranked",
      winning_booking_id: winner.id,
      winning_agent_id: "top",
      winning_agent_priority: 1,
      your_priority: 3,
      audit_event_id: expect.stringMatching(/^\d+$/),
    })
    const row = await world.ask("GET", `/audit/${answer.audit_event_id}`)
    expect(await row.json()).toMatchObject({
      kind: "booking.outranked",
      actor: { id: "low" },
      user_id: "ada",
      body: { pattern: "hold-vs-commit-inside-bump" },
    })
    const { rows } = await world.owner.query("select count(*)::int as n from bookings where starts_at = $1", [
      body.start,
    ])
    expect(rows[0].n).toBe(1)
  })

  test("outside events are another 409", async () => {
    const slot = world.freshSlot()
    await world.wired.bookings.block({
      workspaceId: "w",
      ownerId: "ada",
      calendarId: "work",
      source: "focus",
      id: "f",
      slot,
    })
    const answer = await world.ask("POST", "/bookings", { key: world.keys.top, body: booking(slot) })
    expect(answer.status).toBe(409)
    expect(await answer.json()).toEqual({
      error: "busy",
      busy_start: slot.start,
      busy_end: slot.end,
      audit_event_id: expect.any(String),
    })
  })

  test("D3 a higher rank evicts inside the bump window; one of five at one moment ends with the slot", async () => {
    const body = booking()
    const keys = [world.keys.low, world.keys.mid, world.keys.top, world.keys.low, world.keys.mid]
    const all = await atTheSameMoment(keys.map((key) => () => world.ask("POST", "/bookings", { key, body })))
    expect(all.every(({ status }) => status === 201 || status === 409)).toBe(true)
    const { rows } = await world.owner.query("select agent_id from bookings where starts_at = $1 and state = 'live'", [
      body.start,
    ])
    expect(rows).toEqual([{ agent_id: "top" }])
  })
})

test("D6 D9 in one commit that evicts: a token, the key's reply, the bookings and their log rows with a snapshot; its webhook is a row before it is sent", async () => {
  await sealLog(world.wired)
  const events = ["booking.evicted"]
  const hook = await bodyOf(await world.ask("POST", "/webhooks", { body: { url: "http://127.0.0.1:9/d6", events } }))
  const body = booking()
  const loser = await bodyOf(await world.ask("POST", "/bookings", { body }))
  const asked = async () =>
    (
      await world.owner.query<{ at: Date | null }>(
        "select max(b.at) as at from token_buckets b join agent_keys k on k.workspace_id = b.workspace_id and k.id = b.id where k.agent_id = 'top' and b.passed",
      )
    ).rows[0]?.at?.getTime() ?? 0
  const before = await asked()
  const idempotencyKey = world.freshKey()
  const winner = await bodyOf(await world.ask("POST", "/bookings", { key: world.keys.top, body, idempotencyKey }))
  expect(await asked()).toBeGreaterThan(before)

  const { rows } = await world.owner.query(
    `select 'booking' as what, id::text, state as how, xmin::text as tx, null::jsonb as body from bookings where id = any ($1)
      union all select 'log', subject_id, kind, xmin::text, body from log where kind in ('booking.evicted', 'booking.committed') and xmin::text = (select xmin::text from bookings where id = $2)
      union all select 'reply', key, null, xmin::text, null from idempotency_keys where key = $3 order by 1, 3`,
    [[loser.id, winner.id], winner.id, idempotencyKey],
  )
  expect(rows.map(({ what, id, how }) => [what, id, how])).toEqual([
    ["booking", loser.id, "evicted"],
    ["booking", winner.id, "live"],
    ["log", winner.id, "booking.committed"],
    ["log", loser.id, "booking.evicted"],
    ["reply", idempotencyKey, null],
  ])
  expect(new Set(rows.map(({ tx }) => tx)).size).toBe(1)
  expect(rows.find(({ how }) => how === "booking.evicted")?.body).toMatchObject({
    start: body.start,
    agentId: "low",
    by: { agentId: "top", priority: 1 },
  })

  await sealLog(world.wired)
  await world.wired.webhooks.fanOut(1_000)
  const told = await world.owner.query("select state, attempts from webhook_deliveries where subscription_id = $1", [
    hook.id,
  ])
  expect(told.rows).toEqual([{ state: "pending", attempts: 0 }])
  await world.ask("DELETE", `/webhooks/${hook.id}`)
})

describe("D18 holds and bookings", () => {
  test("hold, commit from it, get, list, cancel", async () => {
    const slot = world.freshSlot()
    const held = await bodyOf(
      await world.ask("POST", "/holds", { body: { user_id: "ada", calendar_id: "work", ...slot } }),
    )
    expect(held).toMatchObject({ state: "live", agent_id: "low", user_id: "ada", ...slot })
    const made = await bodyOf(
      await world.ask("POST", "/bookings", { body: { hold_id: held.id, title: "From a hold" } }),
    )
    expect(made).toMatchObject({ state: "live", title: "From a hold", ...slot })
    expect(await bodyOf(await world.ask("GET", `/bookings/${made.id}`))).toMatchObject({
      id: made.id,
      bump_until: expect.any(String),
    })
    const listed = (await (await world.ask("GET", "/bookings?limit=1")).json()) as {
      items: Body[]
      next_cursor: string | null
    }
    expect(listed.items).toMatchObject([{ id: made.id }])
    const cancelled = await world.ask("POST", `/bookings/${made.id}/cancel`)
    expect([cancelled.status, await cancelled.json()]).toMatchObject([
      200,
      { state: "cancelled", ended_by: { kind: "agent", id: "low" } },
    ])
    expect(await refusal(await world.ask("POST", "/bookings", { body: { hold_id: held.id, title: "Again" } }))).toEqual(
      [410, "hold-over"],
    )
  })

  test("D22 a commit from a displaced hold names who displaced it", async () => {
    const slot = world.freshSlot()
    const held = await bodyOf(await world.ask("POST", "/holds", { body: { user_id: "ada", ...slot } }))
    const taken = await bodyOf(await world.ask("POST", "/bookings", { key: world.keys.top, body: booking(slot) }))
    const lost = await world.ask("POST", "/bookings", { body: { hold_id: held.id, title: "Late" } })
    expect([lost.status, await lost.json()]).toMatchObject([409, { error: "outranked", winning_booking_id: taken.id }])
  })

  test("a released hold is over", async () => {
    const held = await bodyOf(await world.ask("POST", "/holds", { body: { user_id: "ada", ...world.freshSlot() } }))
    expect(await bodyOf(await world.ask("DELETE", `/holds/${held.id}`))).toMatchObject({ state: "released" })
    expect((await world.ask("DELETE", `/holds/${held.id}`)).status).toBe(200)
  })

  test.each([
    ["slot-unaligned", "09:01", "10:00"],
    ["slot-empty", "10:00", "10:00"],
    ["slot-empty", "10:00", "09:00"],
  ])("%s: %s to %s", async (code, start, end) => {
    const day = world.freshSlot().start.slice(0, 10)
    const before = await world.written()
    const body = booking({ start: `${day}T${start}:00Z`, end: `${day}T${end}:00Z` })
    expect(await refusal(await world.ask("POST", "/bookings", { body }))).toEqual([422, code])
    expect(await world.written()).toBe(before)
  })

  test("25 hours, the past, an unknown calendar or person", async () => {
    const { start } = world.freshSlot()
    const long = booking({ start, end: new Date(Date.parse(start) + 25 * 3_600_000).toISOString() })
    const before = await world.written()
    expect(await refusal(await world.ask("POST", "/bookings", { body: long }))).toEqual([422, "slot-too-long"])
    const past = booking({ start: "2020-01-01T09:00:00Z", end: "2020-01-01T10:00:00Z" })
    expect(await refusal(await world.ask("POST", "/bookings", { body: past }))).toEqual([422, "slot-past"])
    for (const over of [{ calendar_id: "nowhere" }, { user_id: "val" }, { user_id: "bea" }, { user_id: "nobody" }])
      expect(
        await refusal(await world.ask("POST", "/bookings", { key: world.keys.top, body: { ...booking(), ...over } })),
      ).toEqual([404, "not-found"])
    expect(await world.written()).toBe(before)
  })
})

describe("D20 the same key", () => {
  test("again gets the same answer; another request with it is refused; none is refused", async () => {
    const body = booking()
    const [first, again] = [
      await world.ask("POST", "/bookings", { body, idempotencyKey: "d20" }),
      await world.ask("POST", "/bookings", { body, idempotencyKey: "d20" }),
    ]
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, "true"])
    expect(await again.json()).toEqual(await first.json())
    const before = await world.written()
    expect(await refusal(await world.ask("POST", "/bookings", { body: booking(), idempotencyKey: "d20" }))).toEqual([
      422,
      "idempotency-key-reused",
    ])
    expect(await refusal(await world.ask("POST", "/bookings", { body: booking(), idempotencyKey: null }))).toEqual([
      400,
      "idempotency-key-required",
    ])
    expect(await world.written()).toBe(before)
  })

  test("a webhook made twice is one, with one secret", async () => {
    const body = { url: "http://127.0.0.1:9/x", events: ["booking.evicted"] }
    const [one, two] = [
      await world.ask("POST", "/webhooks", { body, idempotencyKey: "wh" }),
      await world.ask("POST", "/webhooks", { body, idempotencyKey: "wh" }),
    ]
    const made = await bodyOf(one)
    expect(await two.json()).toEqual(made)
    expect(await bodyOf(await world.ask("GET", `/webhooks/${made.id}`))).not.toHaveProperty("secret")
    for (const [method, path] of [
      ["PATCH", ""],
      ["DELETE", ""],
      ["POST", "/rotate-secret"],
    ] as const)
      expect(
        (
          await world.ask(method, `/webhooks/${made.id}${path}`, {
            key: world.keys.top,
            ...(method === "PATCH" && { body: {} }),
          })
        ).status,
      ).toBe(404)
    expect((await world.ask("DELETE", `/webhooks/${made.id}`)).status).toBe(200)
  })
})

describe("D17 availability", () => {
  const range = (start: string, days = 1) =>
    `range_start=${start}&range_end=${new Date(Date.parse(start) + days * 86_400_000).toISOString()}`
  test("what stands is not offered; an own hold is in nobody's own way", async () => {
    const slot = world.freshSlot()
    const offered = async (key: string) => {
      const response = await world.ask(
        "GET",
        `/availability?user_id=ada&${range(slot.start)}&duration_minutes=60&step_minutes=60&limit=1`,
        { key },
      )
      return ((await response.json()) as unknown as { slots: { start: string }[] }).slots[0]?.start
    }
    expect(await offered(world.keys.low)).toBe(slot.start)
    await world.ask("POST", "/holds", { body: { user_id: "ada", ...slot } })
    expect(await offered(world.keys.low)).toBe(slot.start)
    expect(await offered(world.keys.top)).not.toBe(slot.start)
  })
  test("buffers and focus blocks are kept free", async () => {
    const slot = world.freshSlot()
    const offered = async () => {
      const response = await world.ask(
        "GET",
        `/availability?user_id=bea&${range(slot.start)}&duration_minutes=60&step_minutes=30&limit=3`,
      )
      const { slots } = (await response.json()) as unknown as { slots: { start: string }[] }
      return slots.map(({ start }) => start.slice(11, 16))
    }
    const focus = { days: [1, 2, 3, 4, 5, 6, 7], start: "11:00", end: "12:00" }
    await world.ask("POST", "/bookings", { body: { user_id: "bea", ...slot, title: "Planning" } })
    expect(await offered()).toEqual(["10:00", "10:30", "11:00"])
    await changeAvailability(
      world.wired,
      { ...world.person("w"), userId: "bea" },
      { bufferMinutes: 15, focusBlocks: [focus] },
    )
    expect(await offered()).toEqual(["12:00", "12:30", "13:00"])
  })
  test("several people, of whom all must list the agent", async () => {
    const { start } = world.freshSlot()
    const ask = (users: string, key: string) =>
      world.ask("GET", `/availability?user_id=${users}&${range(start)}&duration_minutes=30`, { key })
    expect((await ask("ada,bea", world.keys.low)).status).toBe(200)
    expect((await ask("ada&user_id=bea", world.keys.low)).status).toBe(200)
    for (const users of ["ada,bea", "bea", "val", "ada,nobody"])
      expect(await refusal(await ask(users, world.keys.top))).toEqual([404, "not-found"])
    expect(
      await refusal(await world.ask("GET", `/availability?user_id=ada&${range(start, 93)}&duration_minutes=30`)),
    ).toEqual([422, "range-invalid"])
  })
})

describe("D19 keys at the door", () => {
  const operations = async () => {
    const { openApiDocument } = await import("./app")
    return Object.entries(openApiDocument().paths ?? {}).flatMap(([path, verbs]) =>
      Object.entries(verbs as Record<string, { security?: { agentKey: string[] }[] }>).map(([verb, { security }]) => ({
        verb: verb.toUpperCase(),
        path: path
          .slice("/api/v1".length)
          .replace("{id}", "00000000-0000-4000-8000-000000000000")
          .replace("{delivery}", "1"),
        scopes: security?.[0]?.agentKey ?? [],
      })),
    )
  }

  test("every operation of the document: no key, a forged, revoked or expired one, one without the scope", async () => {
    const all = await operations()
    expect(all.length).toBeGreaterThanOrEqual(19)
    const revoked = await world.keyFor("low")
    await revokeAgentKey(world.wired, world.person("w"), "low", revoked.id)
    const expired = await world.keyFor("low", { expiresAt: "2020-01-01T00:00:00.000Z" })
    const before = await world.written()
    for (const { verb, path } of all) {
      const ask = async (key: string | null) =>
        refusal(
          await world.ask(verb, path, {
            key,
            ...(verb === "GET" ? {} : { body: {} }),
            headers: { cookie: "ifmatch.session=x" },
          }),
        )
      expect([path, await ask(null)]).toEqual([path, [401, "no-key"]])
      expect([path, await ask(`${world.keys.low.slice(0, -43)}${"A".repeat(43)}`)]).toEqual([path, [401, "no-key"]])
      expect([path, await ask(revoked.key)]).toEqual([path, [401, "key-revoked"]])
      expect([path, await ask(expired.key)]).toEqual([path, [401, "key-expired"]])
    }
    expect(await world.written()).toBe(before)
    for (const { verb, path, scopes } of all.filter((each) => each.scopes.length > 0)) {
      const { key } = await world.keyFor("low", { scopes: SCOPES.filter((scope) => !scopes.includes(scope)) })
      expect([
        path,
        await refusal(await world.ask(verb, path, { key, ...(verb === "GET" ? {} : { body: {} }) })),
      ]).toEqual([path, [403, "scope-missing"]])
    }
  })

  test("another workspace's ids, and another agent's, are not there", async () => {
    const made = await bodyOf(await world.ask("POST", "/bookings", { body: booking() }))
    const held = await bodyOf(await world.ask("POST", "/holds", { body: { user_id: "ada", ...world.freshSlot() } }))
    const before = await world.written()
    for (const key of [world.keys.spy, world.keys.top]) {
      expect((await world.ask("GET", `/bookings/${made.id}`, { key })).status).toBe(404)
      expect((await world.ask("POST", `/bookings/${made.id}/cancel`, { key })).status).toBe(404)
      expect((await world.ask("DELETE", `/holds/${held.id}`, { key })).status).toBe(404)
      expect((await world.ask("POST", "/bookings", { key, body: { hold_id: held.id, title: "x" } })).status).toBe(404)
    }
    const audit = (await (await world.ask("GET", `/audit?resource=${made.id}`)).json()) as unknown as { items: Body[] }
    expect(audit.items).toHaveLength(1)
    expect((await world.ask("GET", `/audit/${audit.items[0]?.id}`, { key: world.keys.spy })).status).toBe(404)
    expect(await (await world.ask("GET", `/audit?resource=${made.id}`, { key: world.keys.spy })).json()).toEqual({
      items: [],
      next_cursor: null,
    })
    expect(await world.written()).toBe(before)
  })

  test("D12 the audit of people who do not list an agent is not there", async () => {
    const made = await bodyOf(await world.ask("POST", "/bookings", { body: { ...booking(), user_id: "bea" } }))
    const rows = async (key: string) =>
      ((await (await world.ask("GET", `/audit?resource=${made.id}`, { key })).json()) as unknown as { items: Body[] })
        .items
    const [row] = await rows(world.keys.low)
    expect(row).toMatchObject({ kind: "booking.committed", user_id: "bea" })
    expect(await rows(world.keys.top)).toEqual([])
    expect((await world.ask("GET", `/audit/${row?.id}`, { key: world.keys.top })).status).toBe(404)
  })

  test("texts that a database does not take are refused at the door", async () => {
    const before = await world.written()
    for (const title of ["a\0b", "\ud800", ""])
      expect(await refusal(await world.ask("POST", "/bookings", { body: { ...booking(), title } }))).toEqual([
        400,
        "bad-request",
      ])
    expect(await refusal(await world.ask("GET", "/audit?resource=a%00b"))).toEqual([400, "bad-request"])
    expect(await world.written()).toBe(before)
  })

  test("a bucket says how full it is, and refuses when it is empty", async () => {
    const { key } = await world.keyFor("low")
    const first = await world.ask("GET", "/whoami", { key })
    expect(first.headers.get("ratelimit")).toBe('"key";r=199;t=1')
    expect(first.headers.get("ratelimit-policy")).toBe('"key";q=200;w=4')
    await world.owner.query(
      "update token_buckets set tokens = 0, at = clock_timestamp() + interval '1 hour' where id = $1",
      [key.split(".")[2]],
    )
    const refused = await world.ask("GET", "/whoami", { key })
    expect([refused.headers.get("retry-after"), ...(await refusal(refused))]).toEqual(["1", 429, "too-many"])
  })

  test("64 KiB, and JSON only", async () => {
    const body = { ...booking(), title: "x".repeat(70_000) }
    expect(await refusal(await world.ask("POST", "/bookings", { body }))).toEqual([413, "too-large"])
    expect(await refusal(await world.ask("POST", "/bookings", { body: "{" }))).toEqual([400, "bad-request"])
    expect(
      await refusal(await world.ask("POST", "/bookings", { body: "x", headers: { "content-type": "text/plain" } })),
    ).toEqual([415, "not-json"])
  })
})

test("D24 whoami says on whose calendars one may book, and at which place", async () => {
  expect(await bodyOf(await world.ask("GET", "/whoami"))).toMatchObject({
    workspace_id: "w",
    agent: { id: "low", name: "low" },
    people: [
      { user_id: "ada", your_priority: 3, calendars: [{ calendar_id: "work", hold_seconds: 30, bump_seconds: 30 }] },
      { user_id: "bea", your_priority: 1 },
    ],
  })
})

test("D25 the documents are there for everybody, and the smaller one has three operations", async () => {
  const ids = async (file: string) => {
    const document = (await (await world.ask("GET", file, { key: null })).json()) as unknown as {
      openapi: string
      paths: Record<string, Record<string, { operationId: string }>>
    }
    expect(document.openapi).toBe("3.1.0")
    return Object.values(document.paths).flatMap((verbs) => Object.values(verbs).map(({ operationId }) => operationId))
  }
  expect((await ids("/openapi-assistant.json")).sort()).toEqual(["checkAvailability", "commitBooking", "proposeSlot"])
  expect(await ids("/openapi.json")).toEqual(
    expect.arrayContaining(["whoami", "getAvailability", "createHold", "commitBooking", "listAudit", "redeliver"]),
  )
})

test("1,000 requests made of the document: no 5xx, and no answer that it does not declare", {
  timeout: 120_000,
}, async () => {
  const { broken, answers } = await fuzzApi(world, 1_000, 4)
  expect(broken).toEqual([])
  // it got past the checks of what comes in: operations that did what they are for, whichever the dice chose
  const done = Object.keys(answers).filter((answer) => / 20\d$/.test(answer))
  expect(done.length).toBeGreaterThan(7)
})
