import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { sealLog } from "../../server/seal-log"
import { openScene, type Scene } from "../../testing/scene"
import { openGate } from "../../testing/tcp-gate"
import { postgresSealedEvents } from "./sealed-events"

let scene: Scene
beforeAll(async () => {
  scene = await openScene("google")
})
afterAll(() => scene.close())

const happens = async () => {
  const { userId } = scene.person
  const row = {
    actor: { kind: "person", id: userId },
    kind: "settings",
    subject: { kind: "member", id: userId },
  } as const
  await scene.deps.audit.append("w1", [row])
  while ((await sealLog(scene.deps)) > 0);
}

test("F10 a broken LISTEN is made anew, however long that takes, and what was missed is made up for", async () => {
  const gate = await openGate(scene.parts.databaseUrl)
  const events = postgresSealedEvents(gate.url)
  const sizes: number[] = []
  const unsubscribe = await events.subscribe("w1", (size) => sizes.push(size))
  await happens()
  await vi.waitFor(() => expect(sizes).toHaveLength(1))

  gate.cut()
  await happens()
  await happens()
  // several attempts are refused meanwhile
  await new Promise((resolve) => setTimeout(resolve, 1_400))
  expect(sizes).toHaveLength(1)
  await gate.restore()
  await vi.waitFor(() => expect(sizes.at(-1)).toBe((sizes[0] ?? 0) + 2), { timeout: 5_000 })

  await happens()
  await vi.waitFor(() => expect(sizes.at(-1)).toBe((sizes[0] ?? 0) + 3), { timeout: 5_000 })
  unsubscribe()
  await events.close()
  await gate.close()
})
