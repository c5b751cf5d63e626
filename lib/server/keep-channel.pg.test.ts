import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { FollowedCalendar } from "../ports/jobs"
import { openScene, type Scene } from "../testing/scene"
import { followed, type SceneSync, syncDepsOf } from "../testing/sync-scene"
import { closeChannels, keepChannel } from "./keep-channel"

describe("a channel of a calendar at google", () => {
  let scene: Scene
  let deps: SceneSync
  let calendar: FollowedCalendar
  beforeAll(async () => {
    scene = await openScene("google")
    // nobody listens there: delivery is not guaranteed, and opening does not wait for it
    deps = syncDepsOf(scene, "http://127.0.0.1:9")
    calendar = await followed(scene, deps)
  })
  afterAll(() => scene.close())

  const sent = async (mark: number) => (await scene.sandbox.journal(mark)).map((e) => e.path.split("/").at(-1))

  test("is opened once, and kept while it is good", async () => {
    const mark = await scene.sandbox.lastExchange()
    await keepChannel(deps, calendar, "google")
    await keepChannel(deps, calendar, "google")
    expect(await sent(mark)).toEqual(["watch"])
    expect(await deps.sync.channelsOf(calendar)).toHaveLength(1)
  })

  test("before it ends another one is opened, and only then it is closed", async () => {
    const [old] = await deps.sync.channelsOf(calendar)
    if (!old) return expect.unreachable()
    const soon = new Date(Date.now() + 3_600_000).toISOString()
    await deps.sync.channelOpened(old.workspaceId, old.id, { ...old, expiresAt: soon })
    const mark = await scene.sandbox.lastExchange()
    await keepChannel(deps, calendar, "google")
    expect(await sent(mark)).toEqual(["watch", "stop"])
    const now = await deps.sync.channelsOf(calendar)
    expect(now.map(({ id }) => id)).not.toContain(old.id)
    expect(now).toHaveLength(1)
  })

  test("disconnecting stops it at the provider and forgets what was cached", async () => {
    const mark = await scene.sandbox.lastExchange()
    await closeChannels(deps, calendar)
    await deps.sync.forget(calendar.workspaceId, calendar.connectionId)
    expect(await sent(mark)).toEqual(["stop"])
    expect(await deps.sync.channelsOf(calendar)).toEqual([])
    expect(await scene.db.cachedEvent.count()).toBe(0)
  })
})
