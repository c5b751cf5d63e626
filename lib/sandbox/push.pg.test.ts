import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { startTestSandbox, type TestSandbox } from "./testing/start"

interface Delivery {
  readonly headers: IncomingMessage["headers"]
  readonly url: string
  readonly body: string
}

const ADA = "ada@google.sandbox"
const MIA = "mia@outlook.sandbox"

let sandbox: TestSandbox
let receiver: Server
let address: string
/** What a receiver of Graph's answers to the handshake. */
let handshake: (token: string) => string
let deliveries: Delivery[] = []
const tokens: Record<string, string> = {}

beforeAll(async () => {
  sandbox = await startTestSandbox()
  receiver = createServer(async (request, response) => {
    let body = ""
    for await (const chunk of request) body += chunk
    const url = request.url ?? ""
    const token = new URL(url, "http://x").searchParams.get("validationToken")
    if (token === null) deliveries.push({ headers: request.headers, url, body })
    response.writeHead(200, { "content-type": "text/plain" }).end(token === null ? "" : handshake(token))
  })
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done))
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
})
beforeEach(async () => {
  await sandbox.control("POST", "reset")
  handshake = (token) => token
  deliveries = []
  tokens.google = await sandbox.accessToken("google", ADA)
  tokens.microsoft = await sandbox.accessToken("microsoft", MIA)
})
afterAll(async () => {
  await sandbox.close()
  receiver.close()
})

async function api(provider: "google" | "microsoft", method: string, path: string, body?: unknown) {
  const prefix = provider === "google" ? "/calendar/v3" : "/graph/v1.0"
  const response = await fetch(`${sandbox.url}${prefix}${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens[provider]}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === "" ? null : JSON.parse(text) }
}

async function delivered(count: number): Promise<Delivery[]> {
  for (let n = 0; n < 100 && deliveries.length < count; n += 1) await new Promise((next) => setTimeout(next, 20))
  expect(deliveries.length).toBe(count)
  return deliveries
}

/** Changes an event of the next week past any client. */
async function changeOutside(provider: "google" | "microsoft", person: string, summary: string): Promise<void> {
  const answer = await sandbox.control("GET", `events/${provider}/${person}`)
  const { events } = (await answer.json()) as { events: { id: string; content: { summary: string } }[] }
  const found = events.find(({ content }) => content.summary === summary)
  expect((await edit(provider, person, found?.id ?? "")).status).toBe(200)
}

const edit = (provider: "google" | "microsoft", person: string, id: string) =>
  sandbox.control("PATCH", `events/${provider}/${person}/${encodeURIComponent(id)}`, { summary: "Changed outside" })

describe("Google's channels", () => {
  it("say sync, then exists with rising numbers and no body, until they are stopped", async () => {
    const path = "/calendars/primary/events/watch"
    const watched = await api("google", "POST", path, { id: "channel-1", type: "web_hook", address, token: "secret" })
    expect(watched).toMatchObject({ status: 200, body: { kind: "api#channel", id: "channel-1", token: "secret" } })
    await changeOutside("google", ADA, "Dentist appointment")
    const [sync, exists] = await delivered(2)
    expect(sync?.headers).toMatchObject({
      "x-goog-resource-state": "sync",
      "x-goog-message-number": "1",
      "x-goog-channel-token": "secret",
    })
    expect(exists?.headers).toMatchObject({
      "x-goog-resource-state": "exists",
      "x-goog-message-number": "2",
      "x-goog-channel-id": "channel-1",
    })
    expect(exists?.body).toBe("")
    expect((await api("google", "POST", path, { id: "channel-1", type: "web_hook", address })).status).toBe(409)
    const stop = { id: "channel-1", resourceId: watched.body.resourceId }
    expect((await api("google", "POST", "/channels/stop", { ...stop, resourceId: "other" })).status).toBe(404)
    expect((await api("google", "POST", "/channels/stop", stop)).status).toBe(204)
    await api("google", "POST", path, { id: "channel-3", type: "web_hook", address })
    await changeOutside("google", ADA, "Lunch")
    const channels = (await delivered(4)).map(({ headers }) => headers["x-goog-channel-id"])
    expect(channels).toEqual(["channel-1", "channel-1", "channel-3", "channel-3"])
  })

  it("are refused to addresses beyond this machine", async () => {
    const wish = { id: "channel-2", type: "web_hook", address: "https://receiver.example/hook" }
    expect((await api("google", "POST", "/calendars/primary/events/watch", wish)).status).toBe(400)
  })
})

describe("Graph's subscriptions", () => {
  const wish = () => ({
    changeType: "created,updated,deleted",
    notificationUrl: `${address}/hook`,
    lifecycleNotificationUrl: `${address}/life`,
    resource: "me/events",
    expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
    clientState: "state",
  })

  it("need a receiver that proves itself, and then tell of changes and of themselves", async () => {
    handshake = () => "wrong"
    expect((await api("microsoft", "POST", "/subscriptions", wish())).status).toBe(400)
    handshake = (token) => token
    const made = await api("microsoft", "POST", "/subscriptions", wish())
    expect(made).toMatchObject({ status: 201, body: { clientState: "state", resource: "me/events" } })
    await changeOutside("microsoft", MIA, "Lunch")
    const [first] = await delivered(1)
    expect(first?.url).toBe("/hook")
    expect(JSON.parse(first?.body ?? "{}").value[0]).toMatchObject({
      subscriptionId: made.body.id,
      clientState: "state",
      changeType: "updated",
      resourceData: { "@odata.type": "#Microsoft.Graph.Event" },
    })
    await sandbox.control("POST", "lifecycle", { person: MIA, event: "missed" })
    const [, life] = await delivered(2)
    expect([life?.url, JSON.parse(life?.body ?? "{}").value[0].lifecycleEvent]).toEqual(["/life", "missed"])
    const later = { expirationDateTime: new Date(Date.now() + 7_200_000).toISOString() }
    expect((await api("microsoft", "PATCH", `/subscriptions/${made.body.id}`, later)).body.expirationDateTime).toBe(
      later.expirationDateTime,
    )
    expect((await api("microsoft", "DELETE", `/subscriptions/${made.body.id}`)).status).toBe(204)
    expect((await api("microsoft", "GET", "/subscriptions")).body.value).toEqual([])
  })

  it("last no longer than Graph lets them", async () => {
    const tooLong = { ...wish(), expirationDateTime: new Date(Date.now() + 12_000 * 60_000).toISOString() }
    expect((await api("microsoft", "POST", "/subscriptions", tooLong)).status).toBe(400)
  })
})

describe("Graph's delta", () => {
  const follow = (link: string) => api("microsoft", "GET", link.replace("https://graph.microsoft.com/v1.0", ""))

  it("gives the window once and then what changed, removals too, until its token is too old", async () => {
    const window = "startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-11-28T00:00:00Z"
    const seen: { id: string; subject: string; seriesMasterId: string | null }[] = []
    let { body } = await api("microsoft", "GET", `/me/calendarView/delta?${window}`)
    seen.push(...body.value)
    while (body["@odata.nextLink"]) {
      body = (await follow(body["@odata.nextLink"])).body
      seen.push(...body.value)
    }
    expect(seen.length).toBeGreaterThan(12)
    body = (await follow(body["@odata.deltaLink"])).body
    expect(body.value).toEqual([])
    const named = (subject: string) => seen.find((event) => event.subject === subject)
    await edit("microsoft", MIA, named("Expenses")?.id ?? "")
    await sandbox.control(
      "DELETE",
      `events/microsoft/${MIA}/${encodeURIComponent(named("Dentist appointment")?.id ?? "")}`,
    )
    body = (await follow(body["@odata.deltaLink"])).body
    expect(body.value).toMatchObject([
      { id: named("Expenses")?.id, subject: "Changed outside" },
      { id: named("Dentist appointment")?.id, "@removed": { reason: "deleted" } },
    ])
    await edit("microsoft", MIA, named("Yoga")?.seriesMasterId ?? "")
    body = (await follow(body["@odata.deltaLink"])).body
    expect(body.value).toMatchObject([{ id: named("Yoga")?.id, type: "occurrence", subject: "Changed outside" }])
    await sandbox.control("POST", "sync-tokens/expire", { provider: "microsoft" })
    expect(await follow(body["@odata.deltaLink"])).toMatchObject({
      status: 410,
      body: { error: { code: "SyncStateNotFound" } },
    })
  })
})
