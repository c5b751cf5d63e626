import { Webhook } from "standardwebhooks"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { webhookSender } from "../adapters/webhooks/sender"
import { openReceiver, type Receiver } from "../testing/webhooks/receiver"
import { openWebhookWorld, type WebhookWorld } from "../testing/webhooks/world"
import { changeWebhook, createWebhook, redeliverWebhook, removeWebhook, rotateWebhookSecret } from "./change-webhooks"
import { deliverWebhooks } from "./deliver-webhooks"

let world: WebhookWorld
let receiver: Receiver
let agent: string
let runs = 0

beforeAll(async () => {
  ;[world, receiver] = await Promise.all([openWebhookWorld(), openReceiver()])
})
afterAll(async () => {
  await receiver.close()
  await world.close()
})
beforeEach(() => {
  agent = `agent-${++runs}`
  receiver.received.length = 0
  receiver.answer = () => ({ status: 204 })
})

const send = (subscriptionId: string) => deliverWebhooks(world.deps, { workspaceId: "w", subscriptionId })
const fanOut = async () => {
  while ((await world.deps.webhooks.fanOut(100)) > 0);
}
const deliveries = async (id: string) =>
  (await world.deps.webhooks.deliveries(world.as(agent), id, { before: null, limit: 50 }))?.items ?? []
const orders = () => world.deps.db.$queryRaw<{ key: string; attempts: number; run_at: Date }[]>`
  select key, attempts, run_at from graphile_worker.jobs where task_identifier = 'deliver-webhooks' order by id`

describe("D22, D23 what is told", () => {
  test("each row once to whoever it concerns, signed by the library that receivers use", async () => {
    const { id, secret } = await world.subscribe(agent, `${receiver.url}/mine`)
    const other = await world.subscribe(`${agent}-other`, `${receiver.url}/other`)
    await world.happen(agent, 3)
    await fanOut()
    await fanOut()
    expect(await send(id)).toBe(3)
    expect(await send(other.id)).toBe(0)
    expect(receiver.received.map(({ path }) => path)).toEqual(["/mine", "/mine", "/mine"])
    for (const { body, headers } of receiver.received)
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
        type: "booking.committed",
      })
    expect(await deliveries(id)).toHaveLength(3)
    expect((await deliveries(id)).every(({ state, lastStatus }) => state === "delivered" && lastStatus === 204)).toBe(
      true,
    )
  })

  test("whose row it is counts, not who acted: an evicted booking's agent is told", async () => {
    const { id } = await world.subscribe(agent, `${receiver.url}/mine`)
    await world.deps.audit.append("w", [
      {
        actor: { kind: "agent", id: "stronger" },
        kind: "booking.evicted" as never,
        subject: { kind: "booking" as never, id: "b" },
        userId: "ada",
        body: { agentId: agent, by: { kind: "booking", agentId: "stronger", priority: 1 } },
      },
    ])
    await world.seal()
    await fanOut()
    expect(await send(id)).toBe(1)
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toMatchObject({
      type: "booking.evicted",
      data: { agent_id: agent, by: { agent_id: "stronger", priority: 1 } },
    })
  })

  test("what happened before somebody subscribed, or is of another kind, is not told", async () => {
    await world.happen(agent, 2)
    const { id } = await world.subscribe(agent, receiver.url, ["booking.cancelled"])
    await world.happen(agent, 2)
    await fanOut()
    expect(await send(id)).toBe(0)
    expect(await deliveries(id)).toEqual([])
  })

  test("fan-outs at one moment make each delivery once, and one order", async () => {
    const { id } = await world.subscribe(agent, receiver.url)
    await world.happen(agent, 20)
    await Promise.all(Array.from({ length: 8 }, () => world.deps.webhooks.fanOut(7)))
    await fanOut()
    expect(await deliveries(id)).toHaveLength(20)
    expect((await orders()).filter(({ key }) => key === `webhooks w/${id}`)).toHaveLength(1)
  })
})

describe("D23 what is not taken", () => {
  test("a refusal is tried again later: the order stands in the queue", async () => {
    const { id } = await world.subscribe(agent, receiver.url)
    await world.happen(agent, 1)
    await fanOut()
    receiver.answer = () => ({ status: 503, headers: { "retry-after": "3600" } })
    expect(await send(id)).toBe(1)
    const [delivery] = await deliveries(id)
    expect(delivery).toMatchObject({ state: "pending", attempts: 1, lastStatus: 503 })
    expect(Date.parse(delivery?.nextAt ?? "") - Date.now()).toBeGreaterThan(3_500_000)
    const order = (await orders()).find(({ key }) => key === `webhooks w/${id}`)
    expect((order?.run_at.getTime() ?? 0) - Date.now()).toBeGreaterThan(3_500_000)
    expect(await send(id)).toBe(0)
  })

  test("no redirect is followed", async () => {
    const { id } = await world.subscribe(agent, `${receiver.url}/mine`)
    await world.happen(agent, 1)
    await fanOut()
    receiver.answer = () => ({ status: 307, headers: { location: `${receiver.url}/elsewhere` } })
    await send(id)
    expect(receiver.received.map(({ path }) => path)).toEqual(["/mine"])
    expect(await deliveries(id)).toMatchObject([{ state: "pending", lastStatus: 307 }])
  })

  test("410 ends it, and the log says so", async () => {
    const { id } = await world.subscribe(agent, receiver.url)
    await world.happen(agent, 3)
    await fanOut()
    receiver.answer = () => ({ status: 410 })
    expect(await send(id)).toBe(1)
    expect(await world.deps.webhooks.find(world.as(agent), id)).toMatchObject({ state: "gone" })
    expect(await world.deps.db.logRow.count({ where: { kind: "webhook-gone", subjectId: id } })).toBe(1)
    await world.happen(agent, 1)
    await fanOut()
    expect(await deliveries(id)).toHaveLength(3)
  })

  test("an address that does not answer keeps one request busy, not one a message", async () => {
    const { id } = await world.subscribe(agent, "http://127.0.0.1:9/nobody")
    await world.happen(agent, 5)
    await fanOut()
    expect(await send(id)).toBe(1)
    expect((await deliveries(id)).filter(({ attempts }) => attempts > 0)).toMatchObject([
      { lastError: expect.stringMatching(/^no connection/) },
    ])
    expect(await send(id)).toBe(0)
  })

  test("a sender that was taken for dead writes nothing more", async () => {
    const { id } = await world.subscribe(agent, receiver.url)
    await world.happen(agent, 1)
    await fanOut()
    const claim = (claimId: string) => ({ workspaceId: "w", subscriptionId: id, claimId })
    const [slow, next] = [world.deps.ids.uuid(), world.deps.ids.uuid()]
    const due = await world.deps.webhooks.claim(claim(slow), 1)
    if (due.kind !== "due") throw new Error(due.kind)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await world.deps.webhooks.claim(claim(next), 30_000)).toMatchObject({ kind: "due", seq: due.seq })
    expect(await world.deps.webhooks.attempted(claim(slow), due.seq, { verdict: "failed" })).toBe(false)
    expect(await deliveries(id)).toMatchObject([{ state: "pending", attempts: 0 }])
    expect(await world.deps.webhooks.claim(claim(slow), 30_000)).toEqual({ kind: "taken" })
  })

  test("what a dead sender left is ordered again once its lease is over", async () => {
    const { id } = await world.subscribe(agent, receiver.url)
    await world.happen(agent, 1)
    await fanOut()
    await world.deps.webhooks.claim({ workspaceId: "w", subscriptionId: id, claimId: world.deps.ids.uuid() }, 200)
    await world.deps.db.$executeRaw`select graphile_worker.remove_job(${`webhooks w/${id}`})`
    const isOrdered = async () => {
      await world.deps.webhooks.orderDue(100)
      return (await orders()).some(({ key }) => key === `webhooks w/${id}`)
    }
    expect(await isOrdered()).toBe(false)
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(await isOrdered()).toBe(true)
    expect(await send(id)).toBe(1)
  })
})

describe("D20, D23 subscriptions", () => {
  const subscription = { url: "http://127.0.0.1:9/x", events: ["booking.committed"] }
  const keyed = (key: string, digest = "d") => ({ ...world.as(agent), idempotency: { key, digest } })
  const webhookRows = () => world.deps.db.logRow.count({ where: { kind: { startsWith: "webhook-" }, actorId: agent } })

  test("the same request again gets the same answer, and there is one subscription", async () => {
    const [one, two] = [
      await createWebhook(world.deps, keyed("k"), subscription),
      await createWebhook(world.deps, keyed("k"), subscription),
    ]
    expect(two).toEqual({ ...one, replayed: true })
    expect(one).toMatchObject({ answer: { secret: expect.stringMatching(/^whsec_/) } })
    expect(await createWebhook(world.deps, keyed("k", "other"), subscription)).toEqual({ kind: "keyReused" })
    expect(await world.deps.webhooks.list(world.as(agent))).toHaveLength(1)
    expect(await webhookRows()).toBe(1)
  })

  test("two secrets are valid while one is being changed, and each signs", async () => {
    const { id, secret: first } = await world.subscribe(agent, receiver.url)
    const rotated = await rotateWebhookSecret(world.deps, world.as(agent), id)
    const second = rotated.kind === "answered" && rotated.answer.kind === "done" ? (rotated.answer.secret ?? "") : ""
    await world.happen(agent, 1)
    await fanOut()
    await send(id)
    const [message] = receiver.received
    const headers = message?.headers as Record<string, string>
    expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2)
    for (const secret of [first, second])
      expect(() => new Webhook(secret).verify(message?.body ?? "", headers)).not.toThrow()
    await rotateWebhookSecret(world.deps, world.as(agent), id)
    expect(await world.deps.db.webhookSecret.count({ where: { subscriptionId: id } })).toBe(2)
  })

  test("another's subscription is not there; nothing is written", async () => {
    const { id } = await world.subscribe(agent, receiver.url)
    const thief = world.as(`${agent}-thief`)
    const answers = await Promise.all([
      changeWebhook(world.deps, thief, id, { state: "off" }),
      removeWebhook(world.deps, thief, id),
      rotateWebhookSecret(world.deps, thief, id),
      redeliverWebhook(world.deps, thief, id, "0"),
    ])
    for (const answer of answers) expect(answer).toMatchObject({ answer: { kind: "notFound" } })
    expect(await world.deps.webhooks.find(world.as(agent), id)).toMatchObject({ state: "live" })
    expect(await webhookRows()).toBe(1)
    expect(await world.deps.db.webhookSecret.count({ where: { subscriptionId: id } })).toBe(1)
  })

  test("a delivery that was given up is sent again on request", async () => {
    const { id } = await world.subscribe(agent, receiver.url)
    await world.happen(agent, 1)
    await fanOut()
    await send(id)
    const [delivery] = await deliveries(id)
    expect(await redeliverWebhook(world.deps, world.as(agent), id, delivery?.seq ?? "")).toMatchObject({
      answer: { kind: "done" },
    })
    await send(id)
    const [one, two] = receiver.received
    expect([two?.headers["webhook-id"], two?.body]).toEqual([one?.headers["webhook-id"], one?.body])
  })

  test("an address that is not public is refused before anything is stored", async () => {
    const strict = { ...world.deps, webhookSender: webhookSender({ hosts: "public", now: Date.now }) }
    for (const url of [
      "http://example.org/",
      "https://127.0.0.1/",
      "https://[::ffff:10.0.0.1]/",
      "https://169.254.169.254/latest",
      "https://u:p@example.org/",
      "https://localhost/",
    ])
      expect([url, await createWebhook(strict, world.as(agent), { url, events: [] })]).toEqual([
        url,
        { kind: "refusedAddress" },
      ])
    expect(await world.deps.webhooks.list(world.as(agent))).toEqual([])
  })

  test("no secret lies in the clear: not in the tables, not in the log", async () => {
    const { secret } = await world.subscribe(agent, receiver.url)
    const bare = secret.slice("whsec_".length)
    const [found] = await world.deps.db.$queryRaw<{ n: bigint }[]>`
      select (select count(*) from webhook_secrets t where strpos(t::text, ${bare}) > 0) + (select count(*) from log t where strpos(t::text, ${bare}) > 0) as n`
    expect(found?.n).toBe(0n)
  })
})
