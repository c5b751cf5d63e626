import pg from "pg"
import { SCOPES, type Scope } from "../../domain/agent-key"
import { BOOKING_DEFAULTS, type Slot } from "../../domain/booking"
import { DEFAULT_WORKING_HOURS, type Person } from "../../domain/person"
import type { LogEntry } from "../../ports/audit-log"
import { answer, installApp, ORIGIN } from "../app"
import { testDatabase } from "../pg"

export interface Asking {
  readonly key?: string | null
  readonly body?: unknown
  /** Null: none at all. Absent: a new one. */
  readonly idempotencyKey?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

const row = (id: string): LogEntry => ({
  actor: { kind: "person", id: "ada" },
  kind: "agent-added",
  subject: { kind: "agent", id },
})

/**
 * The app's own route modules over a database: in the workspace `w`, Ada lists the agents `top`, `mid` and `low` in this order, Bea lists `low` alone; in `v`, Val lists
 * `spy`. Each has a calendar `work` and no working hours but all day.
 */
export async function openApiWorld() {
  const database = await testDatabase()
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  const hours = JSON.stringify({ ...DEFAULT_WORKING_HOURS, days: [1, 2, 3, 4, 5, 6, 7], start: "00:00", end: "23:55" })
  for (const [workspace, user] of [
    ["w", "ada"],
    ["w", "bea"],
    ["v", "val"],
  ] as const) {
    await owner.query("insert into workspaces (id, name) values ($1, $1) on conflict do nothing", [workspace])
    await owner.query("insert into users (id, name, email) values ($1, $1, $1 || '@example.test')", [user])
    await owner.query(
      "insert into members (workspace_id, user_id, role, time_zone, working_hours) values ($1, $2, 'member', 'UTC', $3)",
      [workspace, user, hours],
    )
  }
  installApp({ databaseUrl: database.appUrl, sandboxUrl: "http://127.0.0.1:4710" })
  process.env.IFMATCH_WEBHOOK_LOOPBACK = "1"
  const { wired, closeWiring } = await import("../../server/wiring")
  const { issueAgentKey } = await import("../../server/agent-keys")
  for (const [workspaceId, ownerId, agents] of [
    ["w", "ada", ["top", "mid", "low"]],
    ["v", "val", ["spy"]],
  ] as const) {
    for (const id of agents) await wired.bookingSetup.addAgent(workspaceId, { id, name: id }, row(id))
    await wired.bookingSetup.rank(workspaceId, ownerId, agents, row(ownerId))
  }
  await wired.bookingSetup.rank("w", "bea", ["low"], row("bea"))
  const calendars = [
    ["w", "ada"],
    ["w", "bea"],
    ["v", "val"],
  ] as const
  for (const [workspaceId, ownerId] of calendars)
    await wired.bookingSetup.putCalendar(
      { workspaceId, ownerId, calendarId: "work", name: "Work", times: { ...BOOKING_DEFAULTS, maxHolds: 50 } },
      row(ownerId),
    )

  let days = 1
  let keys = 0
  const person = (workspaceId: string): Person => ({
    workspaceId,
    userId: workspaceId === "w" ? "ada" : "val",
    role: "member",
    name: "Ada",
    email: "ada@example.test",
    timeZone: "UTC",
    workingHours: DEFAULT_WORKING_HOURS,
    shareTitles: false,
  })
  async function keyFor(
    agentId: string,
    over: { scopes?: readonly Scope[]; expiresAt?: string; workspaceId?: string } = {},
  ) {
    const wish = { agentId, scopes: over.scopes ?? SCOPES, expiresAt: over.expiresAt ?? null }
    const issued = await issueAgentKey(wired, person(over.workspaceId ?? "w"), wish)
    if (!issued) throw new Error(`no agent ${agentId}`)
    return issued
  }
  const own = {
    top: (await keyFor("top")).key,
    mid: (await keyFor("mid")).key,
    low: (await keyFor("low")).key,
    spy: (await keyFor("spy", { workspaceId: "v" })).key,
  }

  return {
    wired,
    owner,
    ownerUrl: database.ownerUrl,
    person,
    keyFor,
    keys: own,
    /** An hour on a day of its own. */
    freshSlot(): Slot {
      const at = Math.ceil(Date.now() / 86_400_000) * 86_400_000 + days++ * 86_400_000 + 9 * 3_600_000
      return { start: new Date(at).toISOString(), end: new Date(at + 3_600_000).toISOString() }
    },
    freshKey: () => `key-${++keys}`,
    async ask(method: string, path: string, { key = own.low, body, idempotencyKey, headers = {} }: Asking = {}) {
      const writes = method !== "GET"
      const idempotency = idempotencyKey === undefined ? (writes ? `key-${++keys}` : null) : idempotencyKey
      return answer(
        new Request(`${ORIGIN}/api/v1${path}`, {
          method,
          headers: {
            ...(key !== null && { authorization: `Bearer ${key}` }),
            ...(idempotency !== null && { "idempotency-key": idempotency }),
            ...(body !== undefined && { "content-type": "application/json" }),
            ...headers,
          },
          ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
        }),
      )
    },
    /** How many rows there are of what a request could write. */
    async written(): Promise<number> {
      const { rows } = await owner.query(
        "select (select count(*) from holds) + (select count(*) from bookings) + (select count(*) from webhook_subscriptions) + (select count(*) from log) as n",
      )
      return Number(rows[0].n)
    },
    async close() {
      const { closeAll } = await import("../../server/shutdown")
      closeAll()
      await closeWiring()
      await owner.end()
      await database.drop()
    },
  }
}

export type ApiWorld = Awaited<ReturnType<typeof openApiWorld>>
