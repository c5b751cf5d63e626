import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { postgresAgentKeys } from "../adapters/postgres/agent-keys"
import { postgresBookingSetup } from "../adapters/postgres/booking-setup"
import { SCOPES } from "../domain/agent-key"
import { DEFAULT_WORKING_HOURS, type Person } from "../domain/person"
import { atTheSameMoment } from "../testing/app"
import { openWebhookWorld, type WebhookWorld } from "../testing/webhooks/world"
import { callerOf, issueAgentKey, revokeAgentKey } from "./agent-keys"

let world: WebhookWorld
const person: Person = {
  workspaceId: "w",
  userId: "ada",
  role: "member",
  name: "Ada",
  email: "ada@example.test",
  timeZone: "UTC",
  workingHours: DEFAULT_WORKING_HOURS,
  shareTitles: false,
}
const rate = { perSecond: 0.001, burst: 5 } as never
const needs = () => ({ agentKeys: postgresAgentKeys(world.deps.db, world.deps.audit) })
const wish = { agentId: "bot", scopes: SCOPES, expiresAt: null }

async function issued(over: Partial<typeof wish & { expiresAt: string | null }> = {}) {
  const key = await issueAgentKey(needs(), person, { ...wish, ...over })
  if (!key) throw new Error("no such agent")
  return key
}

beforeAll(async () => {
  world = await openWebhookWorld()
  const setup = postgresBookingSetup(world.deps.db, world.deps.audit)
  const row = {
    actor: { kind: "person", id: "ada" },
    kind: "agent-added",
    subject: { kind: "agent", id: "bot" },
  } as const
  for (const id of ["bot", "other"]) await setup.addAgent("w", { id, name: "Bot" }, row)
})
afterAll(() => world.close())

describe("D19 keys of agents", () => {
  test("open until they are revoked or run out; whoever lacks the secret is told nothing", async () => {
    const { id, key } = await issued()
    expect(await callerOf(needs(), `Bearer ${key}`)).toMatchObject({
      kind: "open",
      caller: { workspaceId: "w", keyId: id, agentId: "bot", agentName: "Bot", scopes: [...SCOPES] },
    })
    const forged = `${key.slice(0, -43)}${"A".repeat(43)}`
    expect(await callerOf(needs(), `Bearer ${forged}`)).toEqual({ kind: "unknown" })
    expect(await callerOf(needs(), `Bearer ${key.replace("ifm.w.", "ifm.other.")}`)).toEqual({ kind: "unknown" })
    expect(await callerOf(needs(), null)).toEqual({ kind: "unknown" })
    expect(await revokeAgentKey(needs(), person, "other", id)).toBe("unknown")
    expect(await revokeAgentKey(needs(), person, "bot", id)).toBe("revoked")
    expect(await revokeAgentKey(needs(), person, "bot", id)).toBe("unknown")
    expect(await callerOf(needs(), `Bearer ${key}`)).toEqual({ kind: "revoked" })
    expect(await callerOf(needs(), `Bearer ${forged}`)).toEqual({ kind: "unknown" })
    const past = await issued({ expiresAt: "2020-01-01T00:00:00.000Z" } as never)
    expect(await callerOf(needs(), `Bearer ${past.key}`)).toEqual({ kind: "expired" })
  })

  test("not for an agent that is not there", async () => {
    const rows = () => world.deps.db.logRow.count({ where: { kind: "agent-key-issued" } })
    const before = await rows()
    expect(await issueAgentKey(needs(), person, { ...wish, agentId: "nobody" })).toBeNull()
    expect(await rows()).toBe(before)
  })

  test("the secret lies nowhere, and the app's role cannot read the hashes", async () => {
    const { key } = await issued()
    const secret = key.slice(-43)
    const [found] = await world.deps.db.$queryRaw<
      { n: bigint }[]
    >`select count(*) as n from log t where strpos(t::text, ${secret}) > 0`
    expect(found?.n).toBe(0n)
    await expect(world.deps.db.$queryRaw`select hash from agent_keys`).rejects.toThrow(/permission denied|42501/)
    expect((await needs().agentKeys.list("w", "bot")).length).toBeGreaterThan(0)
  })

  test("a bucket gives what is in it, however many ask at one moment", async () => {
    const { key } = await issued()
    const agentKeys = postgresAgentKeys(world.deps.db, world.deps.audit, rate)
    const uses = await atTheSameMoment(Array.from({ length: 40 }, () => () => callerOf({ agentKeys }, `Bearer ${key}`)))
    expect(uses.filter(({ kind }) => kind === "open")).toHaveLength(5)
    expect(uses.filter(({ kind }) => kind === "limited")).toHaveLength(35)
    const forged = `Bearer ${key.slice(0, -43)}${"A".repeat(43)}`
    const other = await issued()
    for (let i = 0; i < 10; i++) await callerOf({ agentKeys }, forged)
    expect(await callerOf({ agentKeys }, `Bearer ${other.key}`)).toMatchObject({ kind: "open", tokens: 4 })
  })
})
