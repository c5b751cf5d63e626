import { Miniflare } from "miniflare"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { RecordNotFound } from "../../domain/record"
import { atTheSameMoment } from "../../testing/app"
import { BY, freshKey, made, recordStoreContract } from "../../testing/contracts/record-store"
import { systemClock } from "../clock"
import { randomIds } from "../ids"
import { type Bucket, r2Bucket } from "./bucket"
import { OBJECT_RECORDS, objectRecordStore } from "./record-store"

/* Against Cloudflare's own R2 as its runtime (workerd) brings it: a storage that nobody here wrote. */

let runtime: Miniflare
let buckets: Bucket[]
beforeAll(async () => {
  const script = "export default { fetch: () => new Response() }"
  runtime = new Miniflare({ modules: true, script, r2Buckets: ["A"], r2Persist: false })
  // its types are those of a package that only Workers have
  const open = async () => r2Bucket((await runtime.getR2Bucket("A")) as unknown as Parameters<typeof r2Bucket>[0])
  buckets = [await open(), await open()]
})
afterAll(() => runtime.dispose())

const bucket = (n = 0) => buckets[n] as Bucket
const opened = (over: Partial<Bucket> = {}, n = 0) =>
  objectRecordStore({ ...bucket(n), ...over }, { clock: systemClock(), ids: randomIds })
const isManifest = (name: string) => name.endsWith("manifest.json")

recordStoreContract(() => ({ store: opened(), another: opened({}, 1), can: OBJECT_RECORDS }))

test("of sixteen puts on one ETag, and of sixteen that create, the storage takes one", async () => {
  const race = async (name: string, expected: string | null) =>
    (
      await atTheSameMoment(
        Array.from({ length: 16 }, (_, n) => () => bucket(n % 2).putIf(name, `${n} after ${expected}`, expected)),
      )
    ).filter(Boolean).length
  expect(await race("raced", null)).toBe(1)
  expect(await race("raced", (await bucket().get("raced"))?.etag ?? "none")).toBe(1)
})

test("writers of sixteen keys at once all go through, each once", async () => {
  const seen = []
  for (let n = 0; n < 16; n++) seen.push(await made(opened()))
  const won = await atTheSameMoment(
    seen.map(
      ({ key, version }, n) =>
        () =>
          opened({}, n % 2).writeIfVersion({ ...BY, key, value: { n }, expectedVersion: version }),
    ),
  )
  expect(won).toEqual(seen.map(() => true))
  for (const [n, { key }] of seen.entries()) {
    expect((await opened().readWithVersion({ workspaceId: "w", key })).value).toEqual({ n })
    const { items } = await opened().history({ workspaceId: "w", key }, { before: null, limit: 9 })
    expect(items).toHaveLength(2)
  }
})

describe("a storage that does not answer", () => {
  const write = async (over: Partial<Bucket>) => {
    const { key, version } = await made(opened())
    const answer = opened(over).publish({
      ...BY,
      changes: [{ op: "write", key, value: "mine", expectedVersion: version }],
    })
    return { key, version, answer }
  }
  const past = async (key: Awaited<ReturnType<typeof made>>["key"]) =>
    (await opened().history({ workspaceId: "w", key }, { before: null, limit: 9 })).items.length
  const value = async (key: Awaited<ReturnType<typeof made>>["key"]) =>
    (await opened().readWithVersion({ workspaceId: "w", key })).value

  test("the manifest was put and the answer lost: applied, and written once", async () => {
    let lost = 0
    const { key, answer } = await write({
      async putIf(...put) {
        const done = await bucket().putIf(...put)
        if (isManifest(put[0]) && lost++ === 0) throw new Error("no answer")
        return done
      },
    })
    expect(await answer).toMatchObject({ kind: "applied" })
    expect([lost, await value(key), await past(key)]).toEqual([1, "mine", 2])
  })

  test("the same when the client of the storage sent it twice and tells the second answer", async () => {
    const { key, answer } = await write({
      async putIf(...put) {
        const done = await bucket().putIf(...put)
        return isManifest(put[0]) ? bucket().putIf(...put) : done
      },
    })
    expect(await answer).toMatchObject({ kind: "applied" })
    expect([await value(key), await past(key)]).toEqual(["mine", 2])
  })

  test("it was never put: sent again, and written once", async () => {
    let lost = 0
    const { key, answer } = await write({
      async putIf(...put) {
        if (isManifest(put[0]) && lost++ === 0) throw new Error("no answer")
        return bucket().putIf(...put)
      },
    })
    expect(await answer).toMatchObject({ kind: "applied" })
    expect([lost, await value(key), await past(key)]).toEqual([2, "mine", 2])
  })

  test("it comes late, and somebody else was first: conflict, and their text stays", async () => {
    let late: Parameters<Bucket["putIf"]> | null = null
    const { key, version } = await made(opened())
    const store = opened({
      async putIf(...put) {
        if (!isManifest(put[0]) || late) return bucket().putIf(...put)
        late = put
        expect(await opened().writeIfVersion({ ...BY, key, value: "theirs", expectedVersion: version })).toBe(true)
        throw new Error("no answer")
      },
    })
    const changes = [{ op: "write", key, value: "mine", expectedVersion: version }] as const
    expect(await store.publish({ ...BY, changes })).toMatchObject({ kind: "conflict", why: "version" })
    expect(await bucket().putIf(...(late ?? (["", "", ""] as const)))).toBe(false)
    expect([await value(key), await past(key)]).toEqual(["theirs", 2])
  })

  test("it stays silent: thrown, and a reader finds what was there", async () => {
    const { key, answer } = await write({
      putIf: (...put) => (isManifest(put[0]) ? Promise.reject(new Error("no answer")) : bucket().putIf(...put)),
    })
    await expect(answer).rejects.toThrow("no answer")
    expect([await value(key), await past(key)]).toEqual([{ n: 0 }, 1])
  })
})

test("R8, C15 a writer that dies after any of its requests leaves all of a publication or none", async () => {
  const ends = new Set<string>()
  for (let alive = 0; alive < 6; alive++) {
    const [a, b, created] = [await made(opened()), await made(opened()), freshKey()]
    let left = alive
    const dying = <T>(work: () => Promise<T>): Promise<T> => (left-- > 0 ? work() : Promise.reject(new Error("dead")))
    const store = opened({
      get: (name) => dying(() => bucket().get(name)),
      putIf: (...put) => dying(() => bucket().putIf(...put)),
    })
    await store
      .publish({
        ...BY,
        changes: [
          { op: "write", key: a.key, value: 1, expectedVersion: a.version },
          { op: "delete", key: b.key, expectedVersion: b.version },
          { op: "create", key: created, value: 1 },
        ],
      })
      .catch(() => null)
    const found = await opened().snapshot("w", [a.key, b.key, created])
    const state = JSON.stringify([a.key, b.key, created].map((key) => found.get(key)?.value ?? null))
    expect(['[{"n":0},{"n":0},null]', "[1,null,1]"]).toContain(state)
    ends.add(state)
  }
  expect(ends.size).toBe(2)
})

test("another workspace's records are not there, whatever it is called", async () => {
  const { key, version } = await made(opened())
  for (const workspaceId of ["v", "w/../w", "%77", ""]) {
    expect(await opened().snapshot(workspaceId, [key])).toEqual(new Map())
    await expect(opened().readWithVersion({ workspaceId, key })).rejects.toThrow(RecordNotFound)
    const changes = [{ op: "write", key, value: 1, expectedVersion: version }] as const
    expect(await opened().publish({ ...BY, workspaceId, changes })).toEqual({ kind: "gone", key })
    expect(await opened().readAt({ workspaceId, key, version })).toBeNull()
  }
})
