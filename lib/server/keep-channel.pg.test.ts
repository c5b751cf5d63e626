import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { postgresConnectionStore } from "../adapters/postgres/connection-store"
import { vault } from "../adapters/vault/vault"
import { tokenContext } from "../domain/seal-context"
import type { CalendarOAuth } from "../ports/calendar-oauth"
import type { FollowedCalendar } from "../ports/jobs"
import { openScene, type Scene } from "../testing/scene"
import { followed, type SceneSync, syncDepsOf } from "../testing/sync-scene"
import { disconnectAccount } from "./disconnect-account"
import { keepChannel } from "./keep-channel"
import { recallMemory } from "./recall-memory"
import { syncCalendar } from "./sync-calendar"

/** The calls about channels, as each provider has them. */
const CALLS = {
  google: { open: "POST watch", close: "POST stop" },
  microsoft: { open: "POST subscriptions", close: "DELETE subscription" },
} as const

describe.each(["google", "microsoft"] as const)("a channel of a calendar at %s", (provider) => {
  let scene: Scene
  let deps: SceneSync
  let calendar: FollowedCalendar
  let receiver: Server
  beforeAll(async () => {
    scene = await openScene(provider)
    // Graph opens none where nobody answers its handshake
    receiver = createServer((request, response) => {
      const asked = new URL(request.url ?? "/", "http://localhost").searchParams.get("validationToken")
      response.writeHead(200, { "content-type": "text/plain" }).end(asked ?? "")
    })
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve))
    deps = syncDepsOf(scene, `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`)
    calendar = await followed(scene, deps)
  })
  afterAll(async () => {
    receiver.close()
    await scene.close()
  })

  const { open, close } = CALLS[provider]
  const sent = async (mark: number) =>
    (await scene.sandbox.journal(mark)).flatMap(({ method, path }) => {
      const what = /\/(watch|stop|subscriptions)$|\/(subscription)s\/[^/]+$/.exec(path)
      return what ? [`${method} ${what[1] ?? what[2]}`] : []
    })

  test("is opened once, and kept while it is good", async () => {
    const mark = await scene.sandbox.lastExchange()
    await keepChannel(deps, calendar, provider)
    await keepChannel(deps, calendar, provider)
    expect(await sent(mark)).toEqual([open])
    expect(await deps.sync.channelsOf(calendar)).toHaveLength(1)
  })

  test("before it ends another one is opened, and only then it is closed", async () => {
    const [old] = await deps.sync.channelsOf(calendar)
    if (!old) return expect.unreachable()
    const soon = new Date(Date.now() + 3_600_000).toISOString()
    await deps.sync.channelOpened(old.workspaceId, old.id, { ...old, expiresAt: soon })
    const mark = await scene.sandbox.lastExchange()
    await keepChannel(deps, calendar, provider)
    expect(await sent(mark)).toEqual([open, close])
    const now = await deps.sync.channelsOf(calendar)
    expect(now.map(({ id }) => id)).not.toContain(old.id)
    expect(now).toHaveLength(1)
  })

  test("disconnecting the account stops it at the provider, before the grant is given back, and forgets what was cached", async () => {
    await syncCalendar(deps, calendar)
    expect(await scene.db.cachedEvent.count()).toBeGreaterThan(0)
    const mark = await scene.sandbox.lastExchange()
    const order: string[] = []
    const keys = vault({ current: { id: "test", key: scene.parts.keyEncryptionKey }, retired: {} })
    const refreshToken = keys.seal("refresh", tokenContext({ ...calendar, id: calendar.connectionId }, "refresh"))
    await scene.db.connection.updateMany({ data: { refreshToken } })
    const needs = {
      ...deps,
      vault: keys,
      connections: postgresConnectionStore(scene.db),
      recalled: recallMemory(scene.deps.clock),
      oauthOf: () => ({
        oauth: {
          async revoke() {
            order.push(...(await sent(mark)), "revoked")
            return true
          },
        } as unknown as CalendarOAuth,
      }),
    }
    expect(await disconnectAccount(needs, scene.person, calendar.connectionId)).toEqual({ revoked: true })
    expect(order).toEqual([close, "revoked"])
    expect(await deps.sync.channelsOf(calendar)).toEqual([])
    expect(await scene.db.cachedEvent.count()).toBe(0)
    expect(await deps.sync.begin(calendar)).toBeNull()
  })
})
