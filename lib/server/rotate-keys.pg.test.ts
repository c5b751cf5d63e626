import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { postgresAuditLog } from "../adapters/postgres/audit-log"
import { postgresClient } from "../adapters/postgres/client"
import { postgresSealedTexts } from "../adapters/postgres/sealed-texts"
import { vault } from "../adapters/vault/vault"
import type { ConnectionId } from "../domain/event"
import { tokenContext } from "../domain/seal-context"
import { installApp } from "../testing/app"
import { testDatabase } from "../testing/pg"
import { someOf } from "../testing/some-of"
import { TYPESCRIPT_PROGRAM } from "../testing/typescript-program"
import { rotateKeys } from "./rotate-keys"

const key = () => randomBytes(32).toString("base64")
const OLD = { id: "old", key: key() }
const before = vault({ current: OLD, retired: {} })
const NEW = { id: "new", key: key() }
const after = vault({ current: NEW, retired: { old: OLD.key } })

let database: Awaited<ReturnType<typeof testDatabase>>
let db: ReturnType<typeof postgresClient>

beforeAll(async () => {
  database = await testDatabase()
  db = postgresClient(database.appUrl)
  await db.workspace.create({ data: { id: "w", name: "W" } })
})
afterAll(async () => {
  await db.$disconnect()
  await database.drop()
})

const ownerOf = (i: number) => ({ workspaceId: "w", userId: `u${i}`, id: `c${i}` as ConnectionId })

beforeEach(async () => {
  await db.connection.deleteMany()
  await db.textKey.deleteMany()
  const data = Array.from({ length: 300 }, (_, i) => {
    const owner = ownerOf(i)
    return {
      ...owner,
      provider: "google",
      providerAccountId: `p${i}`,
      email: `${i}@example.test`,
      scopes: "",
      accessToken: before.seal(`access ${i}`, tokenContext(owner, "access")),
      refreshToken: i % 3 === 0 ? null : before.seal(`refresh ${i}`, tokenContext(owner, "refresh")),
      accessExpiresAt: new Date(),
    }
  })
  await db.connection.createMany({ data })
  await postgresAuditLog(db, before).append("w", [
    {
      actor: { kind: "person", id: "u1" },
      kind: "read",
      subject: { kind: "event", id: "e" },
      userId: "u1",
      text: "The dentist",
    },
  ])
})

/** Every text opens with the new key ring, to what it was. */
async function allOpen() {
  for (const row of await db.connection.findMany()) {
    const i = Number(row.id.slice(1))
    expect(after.open(row.accessToken, tokenContext(ownerOf(i), "access"))).toBe(`access ${i}`)
    if (row.refreshToken) expect(after.open(row.refreshToken, tokenContext(ownerOf(i), "refresh"))).toBe(`refresh ${i}`)
  }
}

const underOld = async () =>
  (await postgresSealedTexts(db).page(null, 10_000)).filter(({ sealed }) => !after.isCurrent(sealed)).length

test("everything at rest is sealed anew, once, and opens to what it was", async () => {
  const sealedTexts = postgresSealedTexts(db)
  expect(await rotateKeys({ vault: after, sealedTexts })).toEqual({ seen: 501, resealed: 501, lost: [] })
  expect(await underOld()).toBe(0)
  await allOpen()
  expect(await rotateKeys({ vault: after, sealedTexts })).toEqual({ seen: 501, resealed: 0, lost: [] })
  const [row] = await db.$queryRaw<{ sealed: string }[]>`select sealed from log_texts limit 1`
  expect(await postgresAuditLog(db, after).openText("w", "u1", row?.sealed ?? "")).toBe("The dentist")
})

test("one that is cut off anywhere goes on where it was", async () => {
  const real = postgresSealedTexts(db)
  let left = 137
  const dying = {
    ...real,
    replace: async (...args: Parameters<typeof real.replace>) => {
      if (left-- === 0) throw new Error("killed")
      return real.replace(...args)
    },
  }
  await expect(rotateKeys({ vault: after, sealedTexts: dying })).rejects.toThrow("killed")
  expect(await underOld()).toBe(501 - 137)
  await allOpen()
  expect((await rotateKeys({ vault: after, sealedTexts: real })).resealed).toBe(501 - 137)
  expect(await underOld()).toBe(0)
})

test("the program, killed while it works, leaves every text readable and goes on where it was", async () => {
  installApp({ databaseUrl: database.appUrl, sandboxUrl: "http://localhost:1" })
  const env = {
    ...process.env,
    IFMATCH_KEK: NEW.key,
    IFMATCH_KEK_ID: NEW.id,
    IFMATCH_KEKS_OLD: `${OLD.id}:${OLD.key}`,
  }
  const rotation = () =>
    spawn(process.execPath, [...TYPESCRIPT_PROGRAM, "lib/server/cli/rotate-keys.ts"], { env, stdio: "ignore" })
  const [wanted = 0] = someOf([400, 250, 100], 1)
  const program = rotation()
  const ended = once(program, "exit")
  while ((await underOld()) > wanted && program.exitCode === null) await sleep(2)
  program.kill("SIGKILL")
  expect(await ended).toEqual([null, "SIGKILL"])
  const left = await underOld()
  expect(left > 0 && left < 501).toBe(true)
  await allOpen()
  expect(await once(rotation(), "exit")).toEqual([0, null])
  expect(await underOld()).toBe(0)
  await allOpen()
}, 60_000)

test("a refresh in the same moment is not written over", async () => {
  const real = postgresSealedTexts(db)
  const fresh = after.seal("refreshed", tokenContext(ownerOf(1), "access"))
  const raced = {
    ...real,
    replace: async (...[text, sealed]: Parameters<typeof real.replace>) => {
      if (text.place === "access/w/c1")
        await db.connection.update({
          where: { workspaceId_id: { workspaceId: "w", id: "c1" } },
          data: { accessToken: fresh },
        })
      return real.replace(text, sealed)
    },
  }
  expect((await rotateKeys({ vault: after, sealedTexts: raced })).resealed).toBe(500)
  const { accessToken } = await db.connection.findFirstOrThrow({ where: { id: "c1" } })
  expect(after.open(accessToken, tokenContext(ownerOf(1), "access"))).toBe("refreshed")
})

test("what no key opens is named and left as it is", async () => {
  await db.connection.update({
    where: { workspaceId_id: { workspaceId: "w", id: "c7" } },
    data: { accessToken: "v1.lost.a.b.c.d" },
  })
  const { lost, resealed } = await rotateKeys({ vault: after, sealedTexts: postgresSealedTexts(db) })
  expect([lost, resealed]).toEqual([["access/w/c7"], 500])
  expect((await db.connection.findFirstOrThrow({ where: { id: "c7" } })).accessToken).toBe("v1.lost.a.b.c.d")
})
