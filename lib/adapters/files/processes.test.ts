import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterEach, describe, expect, test } from "vitest"
import type { Json, RecordKey } from "../../domain/record"
import type { Version } from "../../domain/version"
import type { RecordStore } from "../../ports/record-store"
import { BY, made } from "../../testing/contracts/record-store"
import { type Kinds, startRacer } from "../../testing/files/run-racer"
import { systemClock } from "../clock"
import { type LockOwner, thisProcess } from "./lock-owner"
import { processLock } from "./process-lock"
import { fileRecordStore } from "./record-store"

/* Real processes on one folder. */

const folders: string[] = []
function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "ifmatch-processes-"))
  folders.push(folder)
  return folder
}
const open = (folder: string) => fileRecordStore({ folder, globs: ["**"] }, { clock: systemClock() })
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const A = "plans/a.json" as RecordKey
const B = "plans/b.json" as RecordKey
const OLD = { n: "old".repeat(500) }
const NEW = { n: "new".repeat(500) }

const write = (key: RecordKey, expectedVersion: Version, value: Json) =>
  ({ op: "write", key, value, expectedVersion }) as const

const revisions = async (store: RecordStore, key: RecordKey) =>
  (await store.history({ workspaceId: "w", key }, { before: null, limit: 100 })).items

describe("C1 sixteen writers of one version in four processes", () => {
  test("exactly one wins, and what it wrote stands", { timeout: 60_000 }, async () => {
    const folder = newFolder()
    const store = open(folder)
    const { version } = await made(store, OLD, A)
    const racers = await Promise.all([0, 1, 2, 3].map(startRacer))
    const answers = await Promise.all(
      racers.map((run, racer) => {
        const writers = [0, 1, 2, 3].map((n) => racer * 4 + n)
        const publications = writers.map((writer) => ({ ...BY, changes: [write(A, version, { writer })] }))
        return run({ folder, publications, dieAt: null })
      }),
    )
    const kinds = answers.flatMap((some) => some ?? [])
    expect([...kinds].sort()).toEqual(["applied", ...Array<string>(15).fill("conflict")])
    expect((await store.readWithVersion({ workspaceId: "w", key: A })).value).toEqual({
      writer: kinds.indexOf("applied"),
    })
    expect(await revisions(store, A)).toHaveLength(2)
  })
})

/** A process that writes a and removes b and creates c in one publication, and dies at that effect. Everything as it lies on the disk then, and as the next one finds it. */
async function dieAt(effect: number) {
  const folder = newFolder()
  const store = open(folder)
  const [a, b] = [await made(store, OLD, A), await made(store, OLD, B)]
  const run = await startRacer()
  const changes = [
    write(A, a.version, NEW),
    { op: "delete", key: B, expectedVersion: b.version },
    { op: "create", key: "c.json" as RecordKey, value: NEW },
  ] as const
  const answer: Kinds | null = await run({ folder, publications: [{ ...BY, changes }], dieAt: effect })
  const onDisk = readFileSync(path.join(folder, "w", A), "utf8")
  const found = await store.snapshot("w", [A, B, "c.json" as RecordKey])
  return { folder, store, a, answer, onDisk, found }
}

describe("a process killed at every effect on the disk", () => {
  const EFFECTS = 24
  const steps = Array.from({ length: EFFECTS + 1 }, (_, n) => n)

  test.each(steps)(
    "at effect %i: all of it or nothing, never a part, and the next one goes on",
    { timeout: 60_000 },
    async (effect) => {
      const { folder, store, a, answer, onDisk, found } = await dieAt(effect)
      expect(answer === null).toBe(effect < EFFECTS)
      expect([OLD, NEW]).toContainEqual(JSON.parse(onDisk))
      const happened = found.has("c.json")
      expect(happened).toBe(effect > 1)
      expect([...found].map(([key, { value }]) => [key, value])).toEqual(
        happened
          ? [
              [A, NEW],
              ["c.json", NEW],
            ]
          : [
              [A, OLD],
              [B, OLD],
            ],
      )
      expect((await revisions(store, A)).map(({ actor }) => actor.id)).toEqual(
        happened ? ["porter", "porter"] : ["porter"],
      )
      expect((await revisions(store, B)).map(({ how }) => how)).toEqual(happened ? ["deleted", "created"] : ["created"])
      const now = found.get(A)?.version ?? a.version
      expect((await store.publish({ ...BY, changes: [write(A, now, { after: true })] })).kind).toBe("applied")
      expect(
        readdirSync(path.join(folder, "w", ".ifmatch")).filter((name) => name !== "history" && !name.startsWith(".")),
      ).toEqual([])
    },
  )
})

describe("the lock", () => {
  const held = (lock: string, owner: LockOwner) => symlinkSync(JSON.stringify(owner), lock)
  const lockIn = (folder: string) => path.join(folder, "lock")
  const soon = processLock(100)

  async function endedProcess(): Promise<LockOwner> {
    const child = spawn(process.execPath, ["-e", ""])
    await once(child, "exit")
    return { ...(await thisProcess()), pid: child.pid ?? 0, started: "1", token: "dead" }
  }

  test("of somebody alive is waited for, and not taken", async () => {
    const lock = lockIn(newFolder())
    const owner = await thisProcess()
    held(lock, owner)
    await expect(soon(lock, async () => expect.unreachable())).rejects.toThrow(`held by process ${process.pid}`)
    expect(JSON.parse(readlinkSync(lock))).toEqual(owner)
  })

  test("of another host, and of another container, is not taken whatever runs here under that number", async () => {
    const lock = lockIn(newFolder())
    held(lock, { ...(await endedProcess()), place: "elsewhere" })
    await expect(soon(lock, async () => expect.unreachable())).rejects.toThrow("of elsewhere")
  })

  test.each([
    ["a process that ended", endedProcess],
    [
      "a process whose number somebody else has now",
      async () => ({ ...(await thisProcess()), started: "1", token: "dead" }),
    ],
    [
      "a process from before the machine started again",
      async () => ({ ...(await thisProcess()), boot: "earlier", token: "dead" }),
    ],
  ])("of %s is taken over by one at a time", async (_, dead) => {
    const folder = newFolder()
    held(lockIn(folder), await dead())
    let [inside, most, turns] = [0, 0, 0]
    await Promise.all(
      Array.from({ length: 16 }, () =>
        processLock()(lockIn(folder), async () => {
          most = Math.max(most, ++inside)
          await new Promise((resolve) => setTimeout(resolve, 2))
          inside--
          turns++
        }),
      ),
    )
    expect([most, turns]).toEqual([1, 16])
    expect(readdirSync(folder)).toEqual([])
  })

  test("is taken over also when the one who was taking it over died", async () => {
    const folder = newFolder()
    const dead = await endedProcess()
    held(lockIn(folder), dead)
    held(`${lockIn(folder)}-after-dead`, { ...dead, token: "second" })
    expect(await processLock()(lockIn(folder), async () => "done")).toBe("done")
    expect(readdirSync(folder)).toEqual([])
  })

  test("is given back when the work fails", async () => {
    const folder = newFolder()
    await expect(soon(lockIn(folder), () => Promise.reject(new Error("no")))).rejects.toThrow("no")
    expect(readdirSync(folder)).toEqual([])
  })
})
