import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { afterAll, beforeEach, describe, expect, test } from "vitest"
import { type RecordKey, RecordNotFound } from "../../domain/record"
import { BY, freshKey, made, recordStoreContract } from "../../testing/contracts/record-store"
import { systemClock } from "../clock"
import { type Disk, nodeDisk } from "./disk"
import { FILE_RECORDS, fileRecordStore } from "./record-store"

const folders: string[] = []
function opened(globs = ["**"]) {
  const folder = mkdtempSync(path.join(tmpdir(), "ifmatch-records-"))
  folders.push(folder)
  const open = () => fileRecordStore({ folder, globs }, { clock: systemClock() })
  return { folder, store: open(), another: open(), can: FILE_RECORDS, at: (key: string) => path.join(folder, "w", key) }
}
let world = opened()
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

recordStoreContract(() => world)

const read = (key: RecordKey) => world.store.readWithVersion({ workspaceId: "w", key })
const past = async (key: RecordKey) =>
  (await world.store.history({ workspaceId: "w", key }, { before: null, limit: 100 })).items.map(({ how, actor }) => [
    how,
    actor.id,
  ])

describe("what a person does by hand", () => {
  beforeEach(() => {
    world = opened()
  })

  test("an edit that nobody saw refuses the write, and is kept as a version", async () => {
    const { key, version } = await made(world.store)
    writeFileSync(world.at(key), '{ "n": 7 }')
    const write = { ...BY, key, value: { n: 1 }, expectedVersion: version }
    expect(await world.store.writeIfVersion(write)).toBe(false)
    expect(readFileSync(world.at(key), "utf8")).toBe('{ "n": 7 }')
    expect((await read(key)).value).toEqual({ n: 7 })
    expect(await past(key)).toEqual([
      ["written", "folder"],
      ["created", "porter"],
    ])
  })

  test("a change that was seen and changed back is another version; the old one writes nothing", async () => {
    const { key, version } = await made(world.store)
    const first = readFileSync(world.at(key))
    writeFileSync(world.at(key), "1")
    expect((await read(key)).value).toBe(1)
    writeFileSync(world.at(key), first)
    const now = await read(key)
    expect([now.value, now.version === version]).toEqual([{ n: 0 }, false])
    expect(await world.store.writeIfVersion({ ...BY, key, value: 2, expectedVersion: version })).toBe(false)
    expect(await read(key)).toEqual(now)
  })

  test("a file that was made, and one that was removed, are a record and none", async () => {
    const [mine, theirs] = [await made(world.store), freshKey()]
    rmSync(world.at(mine.key))
    writeFileSync(world.at(theirs), "[1]")
    await expect(read(mine.key)).rejects.toThrow(RecordNotFound)
    expect((await read(theirs)).value).toEqual([1])
    expect(await world.store.createIfAbsent({ ...BY, key: theirs, value: 2 })).toBe(false)
    expect((await past(mine.key))[0]).toEqual(["deleted", "folder"])
    expect((await world.store.list("w", "", { after: null, limit: 9 })).items.map(({ key }) => key)).toEqual([theirs])
  })

  test("an edit after the decision and before the file is replaced stays, and both are versions", async () => {
    const { key, version } = await made(world.store)
    const disk: Disk = {
      ...nodeDisk,
      async rename(from, to) {
        await nodeDisk.rename(from, to)
        if (to.endsWith("journal.json")) writeFileSync(world.at(key), '"theirs"')
      },
    }
    const store = fileRecordStore({ folder: world.folder, globs: ["**"] }, { clock: systemClock(), disk })
    expect(await store.writeIfVersion({ ...BY, key, value: "mine", expectedVersion: version })).toBe(true)
    expect(readFileSync(world.at(key), "utf8")).toBe('"theirs"')
    const { items } = await world.store.history({ workspaceId: "w", key }, { before: null, limit: 9 })
    expect(items.map(({ actor }) => actor.id)).toEqual(["folder", "porter", "porter"])
    const mine = items[1]?.version ?? version
    expect(await world.store.readAt({ workspaceId: "w", key, version: mine })).toMatchObject({ value: "mine" })
  })

  test("a file that somebody makes at the last moment is not created over", async () => {
    const key = freshKey("late")
    const disk: Disk = {
      ...nodeDisk,
      async writeSynced(file, bytes) {
        await nodeDisk.writeSynced(file, bytes)
        if (path.basename(file).includes(path.basename(key))) writeFileSync(world.at(key), '"theirs"')
      },
    }
    const store = fileRecordStore({ folder: world.folder, globs: ["**"] }, { clock: systemClock(), disk })
    await store.createIfAbsent({ ...BY, key, value: "mine" })
    expect((await read(key)).value).toBe("theirs")
    expect(await past(key)).toEqual([
      ["written", "folder"],
      ["created", "porter"],
    ])
  })

  test("a file that is no JSON any more is told aloud, kept, and not written over unseen", async () => {
    const { key, version } = await made(world.store)
    writeFileSync(world.at(key), '{ "n": ')
    await expect(read(key)).rejects.toThrow(/no readable text, or no JSON/)
    expect(await world.store.writeIfVersion({ ...BY, key, value: 1, expectedVersion: version })).toBe(false)
    expect(readFileSync(world.at(key), "utf8")).toBe('{ "n": ')
  })

  test("a file that is too large for a record is told aloud, kept, and not written over", async () => {
    const { key, version } = await made(world.store)
    const large = JSON.stringify("x".repeat(10_000_000))
    writeFileSync(world.at(key), large)
    await expect(read(key)).rejects.toThrow(/too large for a record/)
    const write = world.store.writeIfVersion({ ...BY, key, value: 1, expectedVersion: version })
    await expect(write).rejects.toThrow(/too large for a record/)
    expect(readFileSync(world.at(key), "utf8")).toBe(large)
  })

  test("bytes that are no UTF-8 are no text, and are kept as they are", async () => {
    const key = "notes/a.md" as RecordKey
    await made(world.store, "text", key)
    writeFileSync(world.at(key), Buffer.from([0xff, 0xfe, 0x0a]))
    await expect(read(key)).rejects.toThrow(/no readable text/)
    expect([...readFileSync(world.at(key))]).toEqual([0xff, 0xfe, 0x0a])
  })
})

describe("what is refused, with nothing written", () => {
  beforeEach(() => {
    world = opened(["plans/**", "a/**", "*.json"])
  })
  const create = (key: string, value = "x") => world.store.createIfAbsent({ ...BY, key: key as RecordKey, value })
  const inFolder = () => readdirSync(world.folder, { recursive: true })

  test("C18 a key under none of the managed globs, also to read", async () => {
    mkdirSync(world.at("other"), { recursive: true })
    writeFileSync(world.at("other/a.md"), "mine")
    await expect(create("other/b.md")).rejects.toThrow(/managed globs/)
    await expect(read("other/a.md" as RecordKey)).rejects.toThrow(/managed globs/)
    await create("plans/a.md")
    expect((await world.store.list("w", "", { after: null, limit: 9 })).items.map(({ key }) => key)).toEqual([
      "plans/a.md",
    ])
    expect(readdirSync(world.at("other"))).toEqual(["a.md"])
  })

  test.each(["../x.json", "plans/../../x", "/etc/x.json", "plans//x", "plans/x\0.md", ".ifmatch/lock", "plans/.x", ""])(
    "%j is no key",
    async (key) => {
      await expect(create(key)).rejects.toThrow(/no record key/)
      expect(inFolder()).toEqual([])
    },
  )

  test.each(["../v", "..", "", "V", "v/w"])("%j is no workspace", async (workspaceId) => {
    const there = { workspaceId, key: "a.json" as RecordKey }
    await expect(world.store.createIfAbsent({ ...BY, ...there, value: 1 })).rejects.toThrow(/workspace/)
    expect(inFolder()).toEqual([])
  })

  test("a symbolic link, as the file and as a folder on the way", async () => {
    const outside = mkdtempSync(path.join(tmpdir(), "ifmatch-outside-"))
    folders.push(outside)
    writeFileSync(path.join(outside, "secret.md"), "theirs")
    mkdirSync(world.at("a"), { recursive: true })
    symlinkSync(outside, world.at("plans"))
    symlinkSync(path.join(outside, "secret.md"), world.at("a/link.md"))
    for (const key of ["plans/secret.md", "plans/new.md", "a/link.md"] as RecordKey[]) {
      await expect(create(key)).rejects.toThrow(/symbolic link/)
      await expect(read(key)).rejects.toThrow(/symbolic link/)
    }
    expect((await world.store.list("w", "", { after: null, limit: 9 })).items).toEqual([])
    expect(readdirSync(outside)).toEqual(["secret.md"])
    expect(readFileSync(path.join(outside, "secret.md"), "utf8")).toBe("theirs")
  })

  test("what somebody made in two spellings is neither read nor written until one goes", async () => {
    await create("plans/a.md")
    writeFileSync(world.at("plans/A.md"), "theirs")
    await expect(read("plans/a.md" as RecordKey)).rejects.toThrow(/two spellings/)
    expect((await world.store.list("w", "", { after: null, limit: 9 })).items).toEqual([])
    renameSync(world.at("plans/A.md"), world.at("plans/b.md"))
    expect((await read("plans/a.md" as RecordKey)).value).toBe("x")
  })

  test.each([
    ["plans/x.md", "plans/X.md"],
    ["plans/x/a.md", "plans/X/b.md"],
    ["plans/x", "plans/x/a.md"],
    ["plans/x/a.md", "plans/x"],
    ["plans/x", "plans/x"],
  ])("%s and %s in one publication", async (...keys) => {
    const changes = keys.map((key) => ({ op: "create", key: key as RecordKey, value: "x" }) as const)
    await expect(world.store.publish({ ...BY, changes })).rejects.toThrow(/spellings|files and folders/)
    expect(inFolder()).toEqual([])
  })

  test("a record below a record, and one where a folder is", async () => {
    await create("plans/x")
    await expect(create("plans/x/a.md")).rejects.toThrow(/files and folders/)
    await expect(create("a", "x")).rejects.toThrow(/managed/)
    await create("a/b/c.md")
    await expect(create("a/b")).rejects.toThrow(/files and folders/)
    expect((await read("plans/x" as RecordKey)).value).toBe("x")
  })
})
