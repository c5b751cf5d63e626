import { randomBytes, randomUUID } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { seed } from "../../prisma/seed"
import { tokenHash } from "../domain/token-hash"
import { folderOf, installApp } from "../testing/app"
import { testDatabase } from "../testing/pg"
import { openSandbox, type Sandbox } from "../testing/sandbox"
import { Visitor } from "../testing/visitor"
import { handle } from "./handle"
import { PAGES, ROUTES, type Route, type RouteName, type Sample, type Who } from "./routes"

const ROOT = path.join(import.meta.dirname, "../..")
const routes = Object.entries(ROUTES) as [RouteName, Route][]
const split = (name: string): [verb: string, path: string] => {
  const [verb = "", where = ""] = name.split(" ")
  return [verb, where]
}

const filesOf = (ending: string): string[] =>
  readdirSync(path.join(ROOT, "app"), { recursive: true, encoding: "utf8" })
    .filter((file) => path.basename(file) === ending)
    .map((file) => `app/${file}`)

describe("the table of routes", () => {
  const inTable = new Set(routes.map(([name]) => `${folderOf(split(name)[1])}/route.ts`))
  const pages = Object.keys(PAGES).map((where) => `${folderOf(where)}/page.tsx`)

  it("has a row for every route file of the app", () => {
    expect(filesOf("route.ts").filter((file) => !inTable.has(file))).toEqual([])
  })

  it("has a file for every row", () => {
    const there = new Set(filesOf("route.ts"))
    expect([...inTable].filter((file) => !there.has(file))).toEqual([])
  })

  it("has a row for every page, and a page for every row", () => {
    expect(filesOf("page.tsx").sort()).toEqual(pages.sort())
  })

  it("names the methods that each file answers, and no others", async () => {
    for (const file of inTable) {
      const listed = routes
        .filter(([name]) => `${folderOf(split(name)[1])}/route.ts` === file)
        .map(([name]) => split(name)[0])
      const module = (await import(/* @vite-ignore */ path.join(ROOT, file))) as Record<string, unknown>
      const answered = Object.keys(module).filter((name) => /^[A-Z]+$/.test(name))
      expect([file, answered.sort()]).toEqual([file, listed.sort()])
    }
  })

  it.each(Object.entries(PAGES))("locks the page %s", (where, { who }) => {
    const source = readFileSync(path.join(ROOT, folderOf(where), "page.tsx"), "utf8")
    // the first thing that its component does, so that nothing is read before
    const first = /export default async function \w+\([^)]*\)[^{]*\{\s*([^\n]*)/.exec(source)?.[1] ?? ""
    const lock = {
      admin: /= await requirePerson\("admin"\)$|^await requirePerson\("admin"\)$/,
      member: /= await requirePerson\(\)$|^await requirePerson\(\)$/,
    }
    if (who === "anyone") expect(source).not.toContain("requirePerson")
    else expect(first).toMatch(lock[who])
  })

  it("is asked when a route is made", () => {
    expect(() => handle("GET /api/secret" as RouteName, null, () => ({}))).toThrow(RangeError)
  })
})

// ---- callers

const PEOPLE = ["anonymous", "outsider", "other member", "other workspace", "member", "admin"] as const
type Caller = (typeof PEOPLE)[number]

/** Who holds which session. The things that ids name are the member's. */
const USERS: Readonly<Record<Exclude<Caller, "anonymous">, string>> = {
  outsider: "outsider",
  "other member": "sandbox-mia",
  "other workspace": "other-admin",
  member: "sandbox-ada",
  admin: "sandbox-grace",
}

/** The refusal that a caller meets at the door, by the table alone. */
function refusal(who: Who, caller: Caller): string | null {
  if (who === "anyone") return null
  if (who === "agent") return "no-key"
  if (caller === "anonymous") return "signed-out"
  if (who === "signed-in") return null
  if (caller === "outsider") return "not-a-member"
  const isAdmin = caller === "admin" || caller === "other workspace"
  return who === "admin" && !isAdmin ? "admins-only" : null
}

const DOOR = new Set(["signed-out", "not-a-member", "admins-only", "cross-site", "no-key"])

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
let owner: pg.Client
const visitors = new Map<Caller, Visitor>()
const visitor = (caller: Caller): Visitor => visitors.get(caller) ?? new Visitor()

/** Opens a session without the provider's pages. */
async function signedIn(userId: string): Promise<Visitor> {
  const { wired } = await import("../server/wiring")
  const token = randomBytes(32).toString("base64url")
  await wired.identities.openSession(tokenHash(token), userId)
  const someone = new Visitor()
  someone.cookies.set("ifmatch.session", token)
  return someone
}

beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await seed(database.ownerUrl)
  await owner.query(`
    insert into users (id, name, email) values ('outsider', 'Otto', 'otto@example.test'), ('other-admin', 'Olga', 'olga@example.test');
    insert into workspaces (id, name) values ('other', 'Other & Co');
    insert into members (workspace_id, user_id, role, time_zone, working_hours)
    select 'other', 'other-admin', 'admin', 'UTC', working_hours from members limit 1`)
  installApp({ databaseUrl: database.appUrl, sandboxUrl: sandbox.url })
  process.env.IFMATCH_WEBHOOK_LOOPBACK = "1"
  for (const [caller, userId] of Object.entries(USERS)) visitors.set(caller as Caller, await signedIn(userId))
})

afterAll(async () => {
  const { closeAll } = await import("../server/shutdown")
  const { closeWiring } = await import("../server/wiring")
  closeAll()
  await closeWiring()
  await owner.end()
  await sandbox.close()
  await database.drop()
})

async function resetSandbox(): Promise<void> {
  const headers = { authorization: `Bearer ${sandbox.controlToken}` }
  const answer = await fetch(`${sandbox.url}/control/reset`, { method: "POST", headers })
  expect(answer.ok).toBe(true)
}

/** A thing of the member's, made anew: many calls use it up. */
async function make(kind: NonNullable<Sample["id"]>): Promise<string> {
  const { wired } = await import("../server/wiring")
  if (kind === "provider") return "google"
  if (kind === "member") return "sandbox-ben"
  const member = visitor("member")
  if (kind === "webhook") return webhookOf(member)
  await owner.query("truncate connections cascade")
  // applied before, the same words would find the event in its place
  if (kind === "applied") await resetSandbox()
  await member.connect("google", "ada@google.sandbox")
  if (kind === "connection") return (await owner.query("select id from connections")).rows[0].id
  if (kind === "agent" || kind === "own-agent" || kind === "booking") return bookedBy(member, kind)
  const said = await member.ask("POST", "/api/assistant", { body: { words: "Move my weekly sync to Thursday 3pm" } })
  const { answer } = (await said.json()) as { answer: { proposal: { id: string; planHash: string } } }
  const { id: proposalId, planHash } = answer.proposal
  if (kind === "applied") await member.ask("POST", `/api/proposals/${proposalId}/apply`, { body: { planHash } })
  if (kind !== "conflict") return proposalId
  const stored = await wired.store.findProposal("sandbox", "sandbox-ada", proposalId)
  const operation = stored?.operations[0]
  if (!operation) throw new Error("the proposal has no operation")
  const id = randomUUID()
  const conflict = {
    base: operation.base,
    theirs: operation.base,
    mine: operation.base.value,
    changed: [],
    intended: [],
    relation: "collision",
    by: "you",
    mayHaveApplied: false,
    inTheWay: null,
  } as const
  const place = { workspaceId: "sandbox", proposalId, position: operation.position }
  await wired.guarded.openConflict({
    ...place,
    conflictCase: { id, conflict },
    outcome: { kind: "conflict", conflict },
    log: [],
  })
  return id
}

/** With one delivery. */
async function webhookOf(member: Visitor): Promise<string> {
  await owner.query("truncate webhook_subscriptions cascade")
  const body = { url: "http://127.0.0.1:9/hook", events: ["booking.committed"] }
  const added = await member.ask("POST", "/api/agents/webhooks", { body })
  const { id } = (await added.json()) as { id: string }
  await owner.query("insert into webhook_deliveries (workspace_id, subscription_id, seq) values ('sandbox', $1, 1)", [
    id,
  ])
  return id
}

/** An agent of the member's, or what it has booked with them. */
async function bookedBy(member: Visitor, kind: "agent" | "own-agent" | "booking"): Promise<string> {
  const { wired } = await import("../server/wiring")
  await owner.query("truncate agents, agent_ranks, bookings, taken_slots")
  const [connection] = (await owner.query("select id from connections")).rows
  const times = { holdMs: 30_000, bumpMs: 30_000, maxHolds: 5 }
  const calendar = { connectionId: connection.id, calendarId: "ada@google.sandbox", times }
  await member.ask("POST", "/api/agents/calendars", { body: calendar })
  const added = await member.ask("POST", "/api/agents", { body: { name: "Porter" } })
  const { id: agentId } = (await added.json()) as { id: string }
  if (kind !== "booking") return agentId
  const [opened] = await wired.bookingSetup.calendars("sandbox", "sandbox-ada")
  const id = randomUUID()
  const { workspaceId, ownerId, calendarId } = opened ?? { workspaceId: "", ownerId: "", calendarId: "" }
  const slot = { start: "2030-05-06T09:00:00.000Z", end: "2030-05-06T09:30:00.000Z" }
  const request = { workspaceId, ownerId, calendarId, agentId, idempotency: null }
  await wired.bookings.commit({ ...request, id, from: { slot }, title: "Call" })
  return id
}

async function send(name: RouteName, caller: Caller, id: string, headers: Record<string, string> = {}) {
  const { sample }: Route = ROUTES[name]
  const [verb, where] = split(name)
  const target =
    where.replace(":id", encodeURIComponent(id)).replace("*", sample?.rest ?? "providers") +
    (sample?.query ? `?${sample.query}` : "")
  const body = sample?.body === undefined ? {} : { body: sample.body }
  const response = await visitor(caller).ask(verb, target, { ...body, headers: { ...sample?.headers, ...headers } })
  const isProblem = response.headers.get("content-type") === "application/problem+json"
  const problem = isProblem ? ((await response.json()) as { code: string; status: number }) : null
  // an event stream stays open until its reader goes
  if (!problem) await response.body?.cancel()
  return {
    status: response.status,
    code: problem?.code ?? null,
    door: problem && DOOR.has(problem.code) ? problem.code : null,
  }
}

describe.each(routes)("%s", (name, route) => {
  const kind = route.sample?.id

  it.each(PEOPLE)("lets in whom the table says: %s", async (caller) => {
    const expected = refusal(route.who, caller)
    const answer = await send(name, caller, kind && expected === null ? await make(kind) : "none")
    expect(answer.door).toBe(expected)
    expect(answer.status).not.toBe(500)
    if (expected) expect(answer.status).toBe(expected === "signed-out" || expected === "no-key" ? 401 : 403)
  })

  const owned =
    kind !== undefined &&
    ["proposal", "applied", "conflict", "connection", "booking", "own-agent", "webhook"].includes(kind)
  const strangers: readonly Caller[] = owned
    ? ["other member", "other workspace", "admin"]
    : kind === "member"
      ? ["other workspace"]
      : kind === "agent"
        ? ["other member", "other workspace"]
        : []
  if (strangers.length > 0)
    it.each(strangers)("does not know somebody else's id: %s", async (caller) => {
      const id = await make(kind ?? "provider")
      expect(await send(name, caller, id)).toMatchObject({ status: 404, code: "not-found" })
      const its = kind === "member" ? "admin" : "member"
      expect((await send(name, its, id)).code).not.toBe("not-found")
    })

  if (!name.startsWith("GET ") && !route.crossSite)
    it.each([
      ["another site", { origin: "https://evil.example" }],
      ["a sub-domain", { origin: "http://evil.localhost:3000" }],
      ["another port", { origin: "http://localhost:4710" }],
      ["an opaque origin", { origin: "null" }],
      ["no origin", { origin: "" }],
      ["a cross-site form", { "sec-fetch-site": "cross-site" }],
      ["a same-site form", { "sec-fetch-site": "same-site" }],
    ])("refuses a mutation from %s", async (_, headers) => {
      expect(await send(name, "admin", "none", headers as Record<string, string>)).toMatchObject({
        status: 403,
        code: "cross-site",
      })
    })
})

describe("a role", () => {
  it("that is taken away is gone with the next request", async () => {
    const ben = await signedIn("sandbox-ben")
    await owner.query("update members set role = 'admin' where user_id = 'sandbox-ben'")
    expect((await ben.ask("GET", "/api/members")).status).toBe(200)
    await owner.query("update members set role = 'member' where user_id = 'sandbox-ben'")
    expect((await ben.ask("GET", "/api/members")).status).toBe(403)
  })
})
