import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { postgresSealedEvents } from "../adapters/postgres/sealed-events"
import type { SealedEvents } from "../ports/sealed-events"
import { openScene, type Scene } from "../testing/scene"
import { hearLog } from "./hear-log"
import { sealLog } from "./seal-log"

/* What a page has missed between the moment it was read and the moment it listens. */

let scene: Scene
let sealedEvents: SealedEvents & { close(): Promise<void> }
beforeAll(async () => {
  scene = await openScene("google")
  sealedEvents = postgresSealedEvents(scene.parts.databaseUrl)
})
afterAll(async () => {
  await sealedEvents.close()
  await scene.close()
})

const logStore = () => scene.deps.logStore
const sizeNow = async () => (await logStore().frontier("w1")).size

/** @returns the log's length after it */
async function happens(): Promise<number> {
  const { userId } = scene.person
  const row = {
    actor: { kind: "person", id: userId },
    kind: "settings",
    subject: { kind: "member", id: userId },
  } as const
  await scene.deps.audit.append("w1", [row])
  while ((await sealLog(scene.deps)) > 0);
  return sizeNow()
}

async function hearing(since: number | null, deps: Partial<Parameters<typeof hearLog>[0]> = {}) {
  const told: number[] = []
  const end = await hearLog({ sealedEvents, logStore: logStore(), ...deps }, "w1", since, (size) => told.push(size))
  return { told, end }
}

test("what was sealed since the page was read is told at once, and what comes after it", async () => {
  const read = await happens()
  await happens()
  const now = await happens()
  const { told, end } = await hearing(read)
  expect(told).toEqual([now])
  await happens()
  await vi.waitFor(() => expect(told).toEqual([now, now + 1]))
  end()
})

test("nothing is told to who has seen all of it, nor to who only wants what comes", async () => {
  const now = await happens()
  const upToDate = await hearing(now)
  const newcomer = await hearing(null)
  expect([upToDate.told, newcomer.told]).toEqual([[], []])
  await happens()
  await vi.waitFor(() => expect([upToDate.told, newcomer.told]).toEqual([[now + 1], [now + 1]]))
  upToDate.end()
  newcomer.end()
})

test("a length that was read before a longer one was told is not told after it", async () => {
  const read = await happens()
  await happens()
  const slow = async () => {
    const before = await logStore().frontier("w1")
    const other = await hearing(null)
    await happens()
    await vi.waitFor(() => expect(other.told).toHaveLength(1))
    other.end()
    return before
  }
  const { told, end } = await hearing(read, { logStore: { frontier: slow } })
  expect(told).toEqual([read + 2])
  end()
})

test("where the log cannot be read nobody goes on listening", async () => {
  const ended = vi.fn()
  const counted: SealedEvents = {
    async subscribe(...args) {
      const unsubscribe = await sealedEvents.subscribe(...args)
      return () => {
        ended()
        unsubscribe()
      }
    },
  }
  const broken = { frontier: () => Promise.reject(new Error("no database")) }
  await expect(hearing(0, { sealedEvents: counted, logStore: broken })).rejects.toThrow("no database")
  expect(ended).toHaveBeenCalledOnce()
})
