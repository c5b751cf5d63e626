import { pathToFileURL } from "node:url"
import pg from "pg"
import { DEFAULT_WORKING_HOURS } from "../lib/domain/person"
import { HOME_ZONE, PEOPLE } from "../lib/sandbox/seed/people"

const WORKSPACE = { id: "sandbox", name: "Sandbox & Co" }

/**
 * The sandbox's people as members of one workspace. They have no accounts: the first sign-in with their address takes them over. Safe to run at
 * every start, and leaves alone whatever was changed since.
 */
export async function seed(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query("begin")
    await client.query("insert into workspaces (id, name) values ($1, $2) on conflict do nothing", [
      WORKSPACE.id,
      WORKSPACE.name,
    ])
    for (const { email, name, isAdmin } of PEOPLE) {
      const userId = `sandbox-${email.split("@")[0]}`
      await client.query("insert into users (id, name, email) values ($1, $2, $3) on conflict do nothing", [
        userId,
        name,
        email,
      ])
      await client.query(
        `insert into members (workspace_id, user_id, role, time_zone, working_hours)
         select $1, id, $3, $4, $5 from users where id = $2 on conflict do nothing`,
        [WORKSPACE.id, userId, isAdmin ? "admin" : "member", HOME_ZONE, JSON.stringify(DEFAULT_WORKING_HOURS)],
      )
    }
    await client.query("commit")
  } finally {
    await client.end()
  }
}

/** `node --import tsx prisma/seed.ts`: does nothing unless the sandbox stands in for the providers. */
async function main(): Promise<void> {
  const { DATABASE_URL, SANDBOX_URL } = process.env
  if (!SANDBOX_URL) return
  if (!DATABASE_URL) throw new Error("DATABASE_URL must be set")
  await seed(DATABASE_URL)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) void main()
