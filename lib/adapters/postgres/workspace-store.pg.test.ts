import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { DEFAULT_WORKING_HOURS } from "../../domain/person"
import { tokenHash } from "../../domain/token-hash"
import type { MemberStore } from "../../ports/member-store"
import { testDatabase } from "../../testing/pg"
import { postgresClient } from "./client"
import { postgresMemberStore } from "./workspace-store"

let database: Awaited<ReturnType<typeof testDatabase>>
let db: ReturnType<typeof postgresClient>
let store: MemberStore
let workspaceId: string

const entry = (kind: "role-changed" | "joined" | "invited" | "settings") =>
  ({ actor: { kind: "person", id: "x" }, kind, subject: { kind: "workspace", id: workspaceId } }) as const
const defaults = { timeZone: "UTC", workingHours: DEFAULT_WORKING_HOURS }

async function addUser(role?: "admin" | "member"): Promise<string> {
  const { id } = await db.user.create({ data: { name: "P", email: `${randomUUID()}@example.test` } })
  const workingHours = { ...DEFAULT_WORKING_HOURS, days: [...DEFAULT_WORKING_HOURS.days] }
  if (role) await db.member.create({ data: { workspaceId, userId: id, role, timeZone: "UTC", workingHours } })
  return id
}

async function invite(ttlHours = 1): Promise<string> {
  const token = randomUUID()
  const invitation = {
    workspaceId,
    id: randomUUID(),
    tokenHash: tokenHash(token),
    role: "member",
    createdBy: "x",
  } as const
  await store.invite(invitation, ttlHours, [entry("invited")])
  return tokenHash(token)
}

const accept = (hash: string, userId: string) => store.accept(hash, userId, defaults, () => [entry("joined")])
const logged = async (kind: string) =>
  (await db.logRow.findMany({ where: { workspaceId, kind } })).map((row) => row.outcome)
const admins = () => db.member.count({ where: { workspaceId, role: "admin" } })

beforeAll(async () => {
  database = await testDatabase()
  db = postgresClient(database.appUrl, 20)
  store = postgresMemberStore(db)
})

beforeEach(async () => {
  workspaceId = randomUUID()
  await db.workspace.create({ data: { id: workspaceId, name: "W" } })
})

afterAll(async () => {
  await db.$disconnect()
  await database.drop()
})

describe("roles", () => {
  it("the last admin stays one, and the refusal is logged", async () => {
    const only = await addUser("admin")
    await addUser("member")
    expect(await store.changeRole(workspaceId, only, "member", entry("role-changed"))).toBe("last-admin")
    expect(await admins()).toBe(1)
    expect(await logged("role-changed")).toEqual(["last-admin"])
  })

  it("of all admins demoted at the same moment one stays, every time", async () => {
    for (let round = 0; round < 20; round++) {
      const people = await Promise.all(Array.from({ length: 4 }, () => addUser("admin")))
      await db.member.updateMany({ where: { workspaceId, userId: { in: people } }, data: { role: "admin" } })
      const everyone = (await db.member.findMany({ where: { workspaceId, role: "admin" } })).map((row) => row.userId)
      const outcomes = await Promise.all(
        everyone.map((id) => store.changeRole(workspaceId, id, "member", entry("role-changed"))),
      )
      expect(await admins()).toBe(1)
      expect(outcomes.filter((outcome) => outcome === "last-admin")).toHaveLength(1)
    }
  })

  it("knows nobody of another workspace", async () => {
    const admin = await addUser("admin")
    const elsewhere = workspaceId
    workspaceId = randomUUID()
    await db.workspace.create({ data: { id: workspaceId, name: "Other" } })
    expect(await store.changeRole(workspaceId, admin, "member", entry("role-changed"))).toBe("not-found")
    expect(await db.member.count({ where: { workspaceId: elsewhere, role: "admin" } })).toBe(1)
    expect(await logged("role-changed")).toEqual([])
  })
})

describe("invitations", () => {
  it("let one person in, once", async () => {
    const hash = await invite()
    const people = await Promise.all(Array.from({ length: 8 }, () => addUser()))
    const outcomes = await Promise.all(people.map((id) => accept(hash, id)))
    expect(outcomes.filter((outcome) => outcome === "joined")).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === "used")).toHaveLength(7)
    expect(await db.member.count({ where: { workspaceId } })).toBe(1)
    expect(await logged("joined")).toHaveLength(1)
  })

  it("let a person in to one workspace, and the other invitation stays good", async () => {
    const hashes = [await invite(), await invite()]
    const person = await addUser()
    const outcomes = await Promise.all(hashes.map((hash) => accept(hash, person)))
    expect(outcomes.sort()).toEqual(["already-a-member", "joined"])
    expect(await store.openInvitations(workspaceId)).toHaveLength(1)
    expect(await logged("joined")).toHaveLength(1)
  })

  it("run out by the database's clock", async () => {
    const hash = await invite(0)
    expect(await accept(hash, await addUser())).toBe("expired")
    expect(await store.openInvitations(workspaceId)).toEqual([])
    expect(await accept("0".repeat(64), await addUser())).toBe("not-found")
  })
})

describe("settings", () => {
  it("change what is given and leave the rest", async () => {
    const person = await addUser("member")
    await store.changeSettings(workspaceId, person, { timeZone: "Asia/Tokyo" }, [entry("settings")])
    const member = await db.member.findFirst({ where: { userId: person } })
    expect(member).toMatchObject({ timeZone: "Asia/Tokyo", shareTitles: false, workingHours: DEFAULT_WORKING_HOURS })
    expect(await logged("settings")).toHaveLength(1)
  })
})
