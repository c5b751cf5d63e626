import pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { seed } from "../../../prisma/seed"
import { tokenHash } from "../../domain/token-hash"
import { installApp, ORIGIN } from "../../testing/app"
import { testDatabase } from "../../testing/pg"
import { openSandbox, type Sandbox } from "../../testing/sandbox"
import { locationOf, Visitor } from "../../testing/visitor"

let database: Awaited<ReturnType<typeof testDatabase>>
let sandbox: Sandbox
let owner: pg.Client

const rows = async <T>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await owner.query(sql, values)).rows as T[]
const session = (visitor: Visitor): string => visitor.cookies.get("ifmatch.session") ?? ""

beforeAll(async () => {
  database = await testDatabase()
  sandbox = await openSandbox(database.sandboxUrl)
  owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  installApp({ databaseUrl: database.appUrl, sandboxUrl: sandbox.url })
})

afterAll(async () => {
  const { closeWiring } = await import("../../server/wiring")
  await closeWiring()
  await owner.end()
  await sandbox.close()
  await database.drop()
})

describe("signing in", () => {
  it("makes the first person of a deployment its admin, once", async () => {
    const [first, second] = [new Visitor(), new Visitor()]
    expect(await first.signIn("google", "ben@google.sandbox")).toBe(`${ORIGIN}/calendar`)
    expect(await (await first.ask("GET", "/api/settings")).json()).toMatchObject({
      role: "admin",
      email: "ben@google.sandbox",
      name: "Ben Osei",
    })
    expect(await second.signIn("microsoft", "leo@outlook.sandbox")).toBe(`${ORIGIN}/calendar`)
    const answer = await second.ask("GET", "/api/settings")
    expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ code: "not-a-member" })])
    expect(await rows("select 1 from workspaces")).toHaveLength(1)
    await owner.query("truncate users, workspaces, members, accounts, sessions cascade")
    await seed(database.ownerUrl)
  })

  it.each([
    ["google", "ada@google.sandbox", "member"],
    ["microsoft", "mia@outlook.sandbox", "member"],
    ["google", "grace@google.sandbox", "admin"],
  ] as const)("takes over the seeded person: %s %s", async (provider, email, role) => {
    const visitor = new Visitor()
    await visitor.signIn(provider, email)
    expect(await (await visitor.ask("GET", "/api/settings")).json()).toMatchObject({
      email,
      role,
      workspace: "Sandbox & Co",
    })
    const again = new Visitor()
    await again.signIn(provider, email)
    const accounts = await rows("select 1 from accounts a join users u on u.id = a.user_id where u.email = $1", [email])
    expect(accounts).toHaveLength(1)
  })

  it("keeps sessions as hashes and no provider's tokens at all", async () => {
    const visitor = new Visitor()
    await visitor.signIn("google", "ada@google.sandbox")
    const [kept] = await rows<{ n: number }>("select count(*)::int n from sessions where token_hash = $1", [
      tokenHash(session(visitor)),
    ])
    expect(kept?.n).toBe(1)
    const columns = await rows<{ column_name: string }>(
      "select column_name from information_schema.columns where table_name in ('accounts', 'sessions')",
    )
    expect(
      columns.map((column) => column.column_name).filter((name) => /access|refresh|id_token|session_token/.test(name)),
    ).toEqual([])
    const dump = JSON.stringify([await rows("select * from sessions"), await rows("select * from accounts")])
    expect(dump).not.toContain(session(visitor))
  })

  it("logs who signed in", async () => {
    const logged = await rows<{ actor_id: string; body: unknown }>(
      "select actor_id, body from log where kind = 'signed-in' and actor_id = 'sandbox-mia'",
    )
    expect(logged[0]?.body).toEqual({ provider: "microsoft" })
  })

  it("does not link a second account to a person who has one, nor to whoever is signed in", async () => {
    await owner.query("update users set email = null where id = 'sandbox-leo'")
    await owner.query("update users set email = 'leo@outlook.sandbox' where id = 'sandbox-ada'")
    const visitor = new Visitor()
    expect(await visitor.signIn("microsoft", "leo@outlook.sandbox")).toMatch(/error=OAuthAccountNotLinked/)
    expect(session(visitor)).toBe("")
    await owner.query("update users set email = 'ada@google.sandbox' where id = 'sandbox-ada'")
    await owner.query("update users set email = 'leo@outlook.sandbox' where id = 'sandbox-leo'")

    const ada = new Visitor()
    await ada.signIn("google", "ada@google.sandbox")
    const before = session(ada)
    await ada.signIn("microsoft", "leo@outlook.sandbox")
    expect(await (await ada.ask("GET", "/api/settings")).json()).toMatchObject({ email: "leo@outlook.sandbox" })
    expect(await rows("select 1 from accounts where user_id = 'sandbox-ada'")).toHaveLength(1)
    expect(await rows("select 1 from sessions where token_hash = $1", [tokenHash(before)])).toEqual([])
  })

  it("refuses an answer that this browser did not ask for", async () => {
    const [ada, other] = [new Visitor(), new Visitor()]
    const { csrfToken } = (await (await ada.ask("GET", "/api/auth/csrf")).json()) as { csrfToken: string }
    const leaving = await ada.ask("POST", "/api/auth/signin/google", { body: new URLSearchParams({ csrfToken }) })
    const callback = await ada.atProvider(locationOf(leaving), "ada@google.sandbox")
    const path = callback.slice(ORIGIN.length)
    expect(locationOf(await other.ask("GET", path))).toMatch(/error=OAuthCallback/)
    expect(session(other)).toBe("")
    const wrongState = path.replace(/state=[^&]+/, "state=forged")
    expect(locationOf(await ada.ask("GET", wrongState))).toMatch(/error=OAuthCallback/)
    // the other provider's callback must not take it either
    expect(locationOf(await ada.ask("GET", path.replace("/google", "/microsoft")))).toMatch(/error=/)
    expect(session(ada)).toBe("")
  })

  it("asks the provider with PKCE, state and nonce", async () => {
    const visitor = new Visitor()
    const { csrfToken } = (await (await visitor.ask("GET", "/api/auth/csrf")).json()) as { csrfToken: string }
    const leaving = new URL(
      locationOf(await visitor.ask("POST", "/api/auth/signin/google", { body: new URLSearchParams({ csrfToken }) })),
    )
    expect(leaving.searchParams.get("code_challenge_method")).toBe("S256")
    for (const name of ["code_challenge", "state", "nonce"])
      expect(leaving.searchParams.get(name)?.length).toBeGreaterThan(20)
  })

  it("signs out: the session is gone from the database", async () => {
    const visitor = new Visitor()
    await visitor.signIn("google", "ada@google.sandbox")
    const token = session(visitor)
    const { csrfToken } = (await (await visitor.ask("GET", "/api/auth/csrf")).json()) as { csrfToken: string }
    await visitor.ask("POST", "/api/auth/signout", { body: new URLSearchParams({ csrfToken }) })
    expect(await rows("select 1 from sessions where token_hash = $1", [tokenHash(token)])).toEqual([])
    visitor.cookies.set("ifmatch.session", token)
    expect((await visitor.ask("GET", "/api/settings")).status).toBe(401)
  })

  it("ends sessions by the database's clock and rolls used ones on", async () => {
    const visitor = new Visitor()
    await visitor.signIn("google", "ada@google.sandbox")
    const hash = tokenHash(session(visitor))
    expect((await visitor.ask("GET", "/api/settings")).headers.getSetCookie()).toEqual([])
    await owner.query("update sessions set expires = clock_timestamp() + interval '3 days' where token_hash = $1", [
      hash,
    ])
    expect((await visitor.ask("GET", "/api/settings")).headers.getSetCookie()[0]).toMatch(
      /^ifmatch\.session=.*HttpOnly; SameSite=Lax; Max-Age=2592000/,
    )
    expect(
      await rows("select 1 from sessions where token_hash = $1 and expires > clock_timestamp() + interval '29 days'", [
        hash,
      ]),
    ).toHaveLength(1)
    await owner.query("update sessions set expires = clock_timestamp() where token_hash = $1", [hash])
    expect((await visitor.ask("GET", "/api/settings")).status).toBe(401)
  })

  it("sends nobody to another site", async () => {
    const visitor = new Visitor()
    const { csrfToken } = (await (await visitor.ask("GET", "/api/auth/csrf")).json()) as { csrfToken: string }
    const body = new URLSearchParams({ csrfToken, callbackUrl: "https://evil.example/" })
    expect(
      await visitor.throughProvider(
        await visitor.ask("POST", "/api/auth/signin/google", { body }),
        "ada@google.sandbox",
      ),
    ).toBe(ORIGIN)
  })

  it("serves no other action of next-auth", async () => {
    const visitor = new Visitor()
    expect((await visitor.ask("GET", "/api/auth/session")).status).toBe(404)
    expect((await visitor.ask("POST", "/api/auth/_log", { body: { level: "error", code: "x" } })).status).toBe(404)
  })
})
