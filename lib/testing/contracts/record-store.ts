import { randomUUID } from "node:crypto"
import { describe, expect, test } from "vitest"
import { ConflictError, type Json, type RecordKey, RecordNotFound } from "../../domain/record"
import { version } from "../../domain/version"
import type { RecordCapabilities, RecordChange, RecordStore } from "../../ports/record-store"
import { editRecord } from "../../server/edit-record"
import { atTheSameMoment } from "../app"

/* What every backend of records promises (R1 to R9, C1). Keys end in `.json` where the value is no text, because a backend of plain files tells by that. */

export interface RecordWorld {
  readonly store: RecordStore
  /** The same records as another process would open them. */
  readonly another: RecordStore
  readonly can: RecordCapabilities
}

let fresh = 0
export const freshKey = (name = "note"): RecordKey => `tests/${name}-${++fresh}.json` as RecordKey
export const BY = { workspaceId: "w", actor: { kind: "agent", id: "porter" } } as const

export async function made(store: RecordStore, value: Json = { n: 0 }, key = freshKey()) {
  expect(await store.createIfAbsent({ ...BY, key, value })).toBe(true)
  return store.readWithVersion({ workspaceId: "w", key })
}

/** A store in which somebody else gets in between each read and the write after it, so many times. */
export function beaten(store: RecordStore, times: number, theirs: (n: number) => Json): RecordStore {
  let left = times
  return {
    ...store,
    async readWithVersion(read) {
      const seen = await store.readWithVersion(read)
      if (left-- > 0)
        expect(
          await store.writeIfVersion({ ...BY, key: read.key, value: theirs(left), expectedVersion: seen.version }),
        ).toBe(true)
      return seen
    },
  }
}

export function recordStoreContract(world: () => RecordWorld) {
  const read = (key: RecordKey) => world().store.readWithVersion({ workspaceId: "w", key })
  const revisions = async (key: RecordKey) =>
    (await world().store.history({ workspaceId: "w", key }, { before: null, limit: 100 })).items
  const publish = (changes: readonly RecordChange[], reads = {}) => world().store.publish({ ...BY, changes, ...reads })

  describe("R1 to R3 reading with a version and writing on it", () => {
    test("a write on the version that stands goes through, and the version moves", async () => {
      const { key, version: first } = await made(world().store)
      expect(await world().another.writeIfVersion({ ...BY, key, value: { n: 1 }, expectedVersion: first })).toBe(true)
      const now = await read(key)
      expect(now.value).toEqual({ n: 1 })
      expect(now.version).not.toBe(first)
    })

    test("R2 a write on an older version is false, no exception, and nothing was written", async () => {
      const { key, version: first } = await made(world().store)
      await world().store.writeIfVersion({ ...BY, key, value: { n: 1 }, expectedVersion: first })
      const before = [await read(key), await revisions(key)]
      expect(await world().another.writeIfVersion({ ...BY, key, value: { n: 2 }, expectedVersion: first })).toBe(false)
      expect([await read(key), await revisions(key)]).toEqual(before)
    })

    test("R3 what is there is not created again; no version is empty", async () => {
      const { key } = await made(world().store)
      expect(await world().another.createIfAbsent({ ...BY, key, value: { n: 9 } })).toBe(false)
      expect((await read(key)).value).toEqual({ n: 0 })
      expect(await revisions(key)).toHaveLength(1)
      expect(() => version("")).toThrow(RangeError)
    })

    test("R4 no write goes without a version: one that shows none, or an empty one, is refused, and nothing is written", async () => {
      const { key, version: first, value } = await made(world().store)
      for (const shown of [undefined, null, "", " ", "*"]) {
        const expectedVersion = shown as never
        expect(await world().store.writeIfVersion({ ...BY, key, value: { n: 1 }, expectedVersion })).toBe(false)
        for (const op of ["write", "delete"] as const)
          expect(await publish([{ op, key, value: { n: 1 }, expectedVersion }])).toMatchObject({
            kind: "conflict",
            why: "version",
            currentVersion: first,
          })
      }
      expect(await read(key)).toMatchObject({ value, version: first })
      expect(await revisions(key)).toHaveLength(1)
    })

    test("R7 what is not there throws, also for a write", async () => {
      const key = freshKey()
      await expect(read(key)).rejects.toThrow(RecordNotFound)
      await expect(
        world().store.writeIfVersion({ ...BY, key, value: {}, expectedVersion: version("1") }),
      ).rejects.toThrow(RecordNotFound)
      expect(await revisions(key)).toEqual([])
    })

    test("C13 an unchanged record is told to be so; a changed one is answered", async () => {
      const { key, version: first } = await made(world().store)
      const ask = () => world().another.readIfChanged({ workspaceId: "w", key, version: first })
      expect(await ask()).toEqual({ kind: "unchanged" })
      await world().store.writeIfVersion({ ...BY, key, value: { n: 1 }, expectedVersion: first })
      expect(await ask()).toMatchObject({ kind: "changed", record: { value: { n: 1 } } })
    })

    test("every kind of value comes back as it was", async () => {
      const values: readonly Json[] = [
        null,
        true,
        0,
        -1.5,
        "",
        "text\n💣",
        [],
        {},
        { a: [{ b: null }], ü: "ß" },
        "x".repeat(900_000),
      ]
      for (const value of values) expect((await made(world().store, value)).value).toEqual(value)
    })
  })

  describe("C1 racing writers", () => {
    test("sixteen writers of one version: exactly one wins, and what it wrote stands", async () => {
      const { key, version: first } = await made(world().store)
      const won = await atTheSameMoment(
        Array.from({ length: 16 }, (_, n) => () => {
          const store = n % 2 ? world().store : world().another
          return store.writeIfVersion({ ...BY, key, value: { writer: n }, expectedVersion: first })
        }),
      )
      expect(won.filter(Boolean)).toHaveLength(1)
      expect((await read(key)).value).toEqual({ writer: won.indexOf(true) })
      expect(await revisions(key)).toHaveLength(2)
    })

    test("sixteen that create: exactly one does", async () => {
      const key = freshKey()
      const won = await atTheSameMoment(
        Array.from({ length: 16 }, (_, n) => () => world().store.createIfAbsent({ ...BY, key, value: { n } })),
      )
      expect(won.filter(Boolean)).toHaveLength(1)
      expect((await read(key)).value).toEqual({ n: won.indexOf(true) })
      expect(await revisions(key)).toHaveLength(1)
    })
  })

  describe("C2, R5, R6, R9 an edit", () => {
    test("C2 R9 a one-shot race: the single retry succeeds, and their field survives", async () => {
      const { key } = await made(world().store, { paid: false, note: "" })
      const records = beaten(world().store, 1, () => ({ paid: true, note: "" }))
      const answer = await editRecord({ records }, { ...BY, key, patch: { note: "called" } })
      expect(answer).toMatchObject({ kind: "applied", retried: true })
      expect((await read(key)).value).toEqual({ paid: true, note: "called" })
      expect(await revisions(key)).toHaveLength(3)
    })

    test("R6 R9 two interleaved edits, and one more: the loser gets ConflictError in its words, and nothing of it is written", async () => {
      const { key } = await made(world().store, { n: 0 }, `invoice/8f3b2e1a-${++fresh}.json` as RecordKey)
      const records = beaten(world().store, 2, (n) => ({ n: 10 + n }))
      const edit = editRecord({ records }, { ...BY, key, patch: { mine: true } })
      await expect(edit).rejects.toThrow(ConflictError)
      await expect(edit).rejects.toThrow(
        `Invoice ${key.slice("invoice/".length)} was modified concurrently - retry your edit.`,
      )
      expect((await read(key)).value).toEqual({ n: 10 })
      expect(await revisions(key)).toHaveLength(3)
    })

    test("of what went away is not found", async () => {
      const gone = await made(world().store)
      const records: RecordStore = {
        ...world().store,
        readWithVersion: async (asked) => {
          const seen = await world().store.readWithVersion(asked)
          await publish([{ op: "delete", key: gone.key, expectedVersion: gone.version }])
          return seen
        },
      }
      await expect(editRecord({ records }, { ...BY, key: gone.key, patch: {} })).rejects.toThrow(RecordNotFound)
      expect((await revisions(gone.key)).map(({ how }) => how)).toEqual(["deleted", "created"])
    })
  })

  describe("C15 several at once", () => {
    test("all of a publication or none", async () => {
      const [a, b] = [await made(world().store), await made(world().store)]
      const created = freshKey()
      const all = (expectedVersion = b.version): RecordChange[] => [
        { op: "write", key: a.key, value: { n: 1 }, expectedVersion: a.version },
        { op: "create", key: created, value: { n: 1 } },
        { op: "delete", key: b.key, expectedVersion },
      ]
      const wrong = await publish(all(version("0")))
      expect(wrong).toMatchObject({ kind: "conflict", key: b.key, why: "version", currentVersion: b.version })
      expect(await read(a.key)).toEqual(a)
      await expect(read(created)).rejects.toThrow(RecordNotFound)
      const right = await publish(all())
      if (right.kind !== "applied") return expect.unreachable()
      expect([...right.versions.keys()].sort()).toEqual([a.key, b.key, created].sort())
      expect((await read(a.key)).version).toBe(right.versions.get(a.key))
      await expect(read(b.key)).rejects.toThrow(RecordNotFound)
    })

    test("write skew is refused to whoever names its read set", async () => {
      const [a, b] = [await made(world().store, { onCall: true }), await made(world().store, { onCall: true })]
      const leave = (mine: typeof a, other: typeof a) =>
        publish([{ op: "write", key: mine.key, value: { onCall: false }, expectedVersion: mine.version }], {
          reads: [{ key: other.key, version: other.version }],
        })
      const answers = await atTheSameMoment([() => leave(a, b), () => leave(b, a)])
      expect(answers.map(({ kind }) => kind).sort()).toEqual(["applied", "conflict"])
      expect(answers.find(({ kind }) => kind === "conflict")).toMatchObject({ why: "readSet" })
      const values = [(await read(a.key)).value, (await read(b.key)).value]
      expect(values).toContainEqual({ onCall: true })
    })

    test("that there was nothing can be in a read set, too", async () => {
      const [a, absent] = [await made(world().store), freshKey()]
      const change = (): RecordChange[] => [{ op: "write", key: a.key, value: { n: 1 }, expectedVersion: a.version }]
      await made(world().store, {}, absent)
      expect(await publish(change(), { reads: [{ key: absent, version: null }] })).toMatchObject({
        kind: "conflict",
        key: absent,
        why: "readSet",
      })
      expect(await read(a.key)).toEqual(a)
      expect((await publish(change(), { reads: [{ key: freshKey(), version: null }] })).kind).toBe("applied")
    })

    test("a snapshot never sees half of a publication", async () => {
      const [a, b] = [await made(world().store), await made(world().store)]
      let seen = [a.version, b.version]
      const skewed: unknown[] = []
      let done = false
      const writing = (async () => {
        for (let n = 1; n <= 25; n++) {
          const [x, y] = seen
          if (!x || !y) throw new Error("no versions")
          const answer = await publish([
            { op: "write", key: a.key, value: { n }, expectedVersion: x },
            { op: "write", key: b.key, value: { n }, expectedVersion: y },
          ])
          if (answer.kind !== "applied") throw new Error(answer.kind)
          seen = [version(answer.versions.get(a.key)), version(answer.versions.get(b.key))]
        }
        done = true
      })()
      let looks = 0
      while (!done) {
        const both = await world().another.snapshot("w", [a.key, b.key, freshKey("none")])
        looks++
        const values = [...both.values()].map(({ value }) => JSON.stringify(value))
        if (values.length !== 2 || values[0] !== values[1]) skewed.push(values)
      }
      await writing
      expect(skewed).toEqual([])
      expect(looks).toBeGreaterThan(1)
    })
  })

  describe("R8, R10 the past", () => {
    test("every write has its commit record, and every version can be read again", async () => {
      const { key, version: first } = await made(world().store)
      await world().store.writeIfVersion({ ...BY, key, value: { n: 1 }, expectedVersion: first })
      const second = await read(key)
      await publish([{ op: "delete", key, expectedVersion: second.version }])
      const past = await revisions(key)
      expect(past.map(({ how, actor }) => [how, actor.id])).toEqual([
        ["deleted", "porter"],
        ["written", "porter"],
        ["created", "porter"],
      ])
      const at = (which: string) => world().another.readAt({ workspaceId: "w", key, version: version(which) })
      expect(await at(first)).toMatchObject({ value: { n: 0 }, version: first })
      expect(await at(second.version)).toMatchObject({ value: { n: 1 } })
      expect(await at(past[0]?.version ?? "")).toBeNull()
      expect(await at("nothing")).toBeNull()
    })

    test("what was deleted and made again is another version; the old one writes nothing", async () => {
      const first = await made(world().store)
      await publish([{ op: "delete", key: first.key, expectedVersion: first.version }])
      const again = await made(world().store, { n: 0 }, first.key)
      expect(again.version).not.toBe(first.version)
      const write = { ...BY, key: first.key, value: { n: 1 } }
      expect(await world().store.writeIfVersion({ ...write, expectedVersion: first.version })).toBe(false)
      expect(await read(first.key)).toEqual(again)
    })

    test("history and lists come in pages", async () => {
      const folder = `tests/pages-${++fresh}`
      const keys = ["a", "b", "c"].map((name) => `${folder}/${name}.json` as RecordKey)
      for (const key of keys) await made(world().store, {}, key)
      const first = await world().store.list("w", `${folder}/`, { after: null, limit: 2 })
      const rest = await world().store.list("w", `${folder}/`, { after: first.cursor, limit: 2 })
      expect([first, rest].map(({ items }) => items.map(({ key }) => key))).toEqual([keys.slice(0, 2), keys.slice(2)])
      expect(rest.cursor).toBeNull()
      const [key] = keys as [RecordKey]
      const { version: now } = await read(key)
      await world().store.writeIfVersion({ ...BY, key, value: {}, expectedVersion: now })
      const page = await world().store.history({ workspaceId: "w", key }, { before: null, limit: 1 })
      const older = await world().store.history({ workspaceId: "w", key }, { before: page.cursor, limit: 1 })
      expect([page.items[0]?.how, older.items[0]?.how, older.cursor]).toEqual(["written", "created", null])
    })
  })

  describe("C9 where backends differ, they say so", () => {
    test("a run's views are compared, or a publication under a run is refused aloud", async () => {
      const at = await made(world().store)
      const change = { op: "write", key: at.key, value: { n: 1 }, expectedVersion: at.version } as const
      const answer = publish([change], { runId: randomUUID() })
      if (world().can.runs) return expect((await answer).kind).toBe("applied")
      await expect(answer).rejects.toThrow(/run/)
      expect(await read(at.key)).toEqual(at)
      expect(await revisions(at.key)).toHaveLength(1)
    })

    test("a value that is no text, under a name that is no JSON, is kept or refused aloud", async () => {
      const key = freshKey().replace(".json", "") as RecordKey
      const create = world().store.createIfAbsent({ ...BY, key, value: { n: 0 } })
      if (world().can.anyValueUnderAnyKey) return expect(await create).toBe(true)
      await expect(create).rejects.toThrow(/text/)
      await expect(read(key)).rejects.toThrow(RecordNotFound)
      await made(world().store, "a text", key)
      expect((await read(key)).value).toBe("a text")
    })
  })

  describe("bad input", () => {
    test("a key that differs in case alone from one that is there is refused, and nothing is written", async () => {
      const { key, version: at } = await made(world().store)
      const other = key.replace("tests", "Tests") as RecordKey
      const answer = await publish([{ op: "create", key: other, value: {} }])
      expect(answer).toMatchObject({ kind: "conflict", why: "case" })
      await expect(read(other)).rejects.toThrow(RecordNotFound)
      expect((await publish([{ op: "write", key: other, value: {}, expectedVersion: at }])).kind).toBe("conflict")
      expect(await read(key)).toMatchObject({ value: { n: 0 }, version: at })
    })

    test("a claim that this backend knows nothing of is superseded", async () => {
      const { key, version: at, value } = await made(world().store)
      const answer = await publish([
        { op: "write", key, value: { n: 1 }, expectedVersion: at, claimId: "0".repeat(64) },
      ])
      expect(answer).toEqual({ kind: "superseded", key, why: "unknown" })
      expect(await read(key)).toMatchObject({ value, version: at })
    })
  })
}
