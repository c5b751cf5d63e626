import { randomBytes, randomUUID } from "node:crypto"
import { afterAll, beforeAll, expect, test } from "vitest"
import { tokenHash } from "../domain/token-hash"
import { answer, installApp, ORIGIN } from "../testing/app"
import { testDatabase } from "../testing/pg"
import { openSandbox, type Sandbox } from "../testing/sandbox"

/* F7, the doors: forged calls order nothing, whatever they say. */

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
let wiring: typeof import("../server/wiring")
const CHANNEL = randomUUID()
const SECRET = `w1.${randomBytes(32).toString("base64url")}`

beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
  installApp({ databaseUrl: database.appUrl, sandboxUrl: sandbox.url })
  wiring = await import("../server/wiring")
  const { postgresClient } = await import("../adapters/postgres/client")
  const db = postgresClient(database.appUrl)
  const account = { workspaceId: "w1", userId: "u1", connectionId: "c1" as never }
  const tokens = { scopes: "", accessToken: "", accessExpiresAt: new Date() }
  await db.connection.create({
    data: {
      workspaceId: "w1",
      id: "c1",
      userId: "u1",
      provider: "google",
      providerAccountId: "a",
      email: "a@b.c",
      ...tokens,
    },
  })
  await db.$disconnect()
  await wiring.wired.sync.follow(account, ["primary"])
  const calendar = { ...account, calendarId: "primary" }
  await wiring.wired.sync.channelOpening(calendar, CHANNEL, tokenHash(SECRET))
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  await wiring.wired.sync.channelOpened("w1", CHANNEL, { channelId: CHANNEL, resourceId: "r", expiresAt })
})
afterAll(async () => {
  await wiring.closeWiring()
  await sandbox.close()
  await database.drop()
})

const post = (path: string, headers: Record<string, string>, body?: string) =>
  answer(
    new Request(`${ORIGIN}/api/webhooks/${path}`, { method: "POST", headers, ...(body === undefined ? {} : { body }) }),
  )
const google = (token: string, id: string, state = "exists") =>
  post("google", { "x-goog-channel-token": token, "x-goog-channel-id": id, "x-goog-resource-state": state })
const graph = (clientState: string, subscriptionId: string, more = {}) =>
  post(
    "microsoft",
    { "content-type": "application/json" },
    JSON.stringify({ value: [{ clientState, subscriptionId, ...more }] }),
  )

async function waiting(): Promise<number> {
  const { Client } = (await import("pg")).default
  const client = new Client({ connectionString: database.ownerUrl })
  await client.connect()
  const { rows } = await client.query("select count(*)::int as n from graphile_worker.jobs")
  await client.end()
  return rows[0].n
}

/* The small form of `npm run faults -- push`, which takes 10,000. */
test("F7 forgeries: none is accepted, none orders anything", async () => {
  const flipped = `${SECRET.slice(0, -2)}${SECRET.endsWith("AA") ? "BB" : "AA"}`
  const forged = (n: number): Promise<Response> => {
    const random = `w1.${randomBytes(32).toString("base64url")}`
    switch (n % 10) {
      case 0:
        return google("", CHANNEL)
      case 1:
        return google(random, CHANNEL)
      case 2:
        return google(flipped, CHANNEL)
      case 3:
        return google(SECRET.replace("w1.", "w2."), CHANNEL)
      case 4:
        return google(SECRET, randomUUID())
      case 5:
        return google(SECRET.slice(3), CHANNEL)
      case 6:
        return graph(random, CHANNEL)
      case 7:
        return graph(flipped, CHANNEL, { lifecycleEvent: "subscriptionRemoved" })
      case 8:
        return graph(tokenHash(SECRET), CHANNEL)
      default:
        return post("microsoft", {}, randomBytes(40).toString("hex"))
    }
  }
  const statuses = new Map<number, number>()
  for (let n = 0; n < 2_000; n += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => forged(n + i)))
    for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  expect([...statuses.keys()].sort()).toEqual([400, 404])
  expect(await waiting()).toBe(0)
  expect(await wiring.wired.sync.findChannel("w1", tokenHash(SECRET))).not.toBeNull()
}, 60_000)

test("ten true calls are one re-read that waits; the early `sync` is one too", async () => {
  expect((await google(SECRET, CHANNEL, "sync")).status).toBe(204)
  for (let n = 0; n < 10; n++) expect((await google(SECRET, CHANNEL)).status).toBe(204)
  expect(await waiting()).toBe(1)
})

test("Graph's handshake is answered with the decoded token as plain text, for both addresses", async () => {
  const response = await post("microsoft?validationToken=Validation%3A%20a%2Bb%20%3Cc%3E", {
    "content-type": "text/plain",
  })
  expect(response.status).toBe(200)
  expect(response.headers.get("content-type")).toMatch(/^text\/plain/)
  expect(await response.text()).toBe("Validation: a+b <c>")
})

test("a subscription that Graph has removed is forgotten, so that another is opened", async () => {
  expect((await graph(SECRET, CHANNEL)).status).toBe(202)
  expect((await graph(SECRET, CHANNEL, { lifecycleEvent: "missed" })).status).toBe(202)
  expect(await wiring.wired.sync.findChannel("w1", tokenHash(SECRET))).not.toBeNull()
  expect((await graph(SECRET, CHANNEL, { lifecycleEvent: "subscriptionRemoved" })).status).toBe(202)
  expect(await wiring.wired.sync.findChannel("w1", tokenHash(SECRET))).toBeNull()
  expect((await graph(SECRET, CHANNEL)).status).toBe(404)
})

test("a provider that hangs does not hold up its own calls: answered within 3 s, and the re-read waits", async () => {
  const calendar = { workspaceId: "w1", userId: "u1", connectionId: "c1" as never, calendarId: "primary" }
  const secret = `w1.${randomBytes(32).toString("base64url")}`
  const id = randomUUID()
  await wiring.wired.sync.channelOpening(calendar, id, tokenHash(secret))
  for (const provider of ["google", "microsoft"] as const)
    await sandbox.control("POST", "latency", { provider, ms: 60_000 })
  const since = performance.now()
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, () => google(secret, id)),
    ...Array.from({ length: 20 }, () => graph(secret, id)),
    post("microsoft?validationToken=hello", { "content-type": "text/plain" }),
  ])
  expect(performance.now() - since).toBeLessThan(3_000)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 202, 200]))
  expect(await waiting()).toBe(1)
  await sandbox.clearFaults()
})
