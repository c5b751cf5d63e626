import { randomBytes } from "node:crypto"
import pg from "pg"
import { type SandboxOptions, startSandbox } from "../server"

export interface TestSandbox {
  readonly url: string
  /** Its tables, in the database that TEST_ADMIN_DATABASE_URL names. */
  readonly schema: string
  readonly control: (method: string, path: string, body?: unknown) => Promise<Response>
  /** Tokens for a person without the browser's part of OAuth. */
  readonly accessToken: (provider: "google" | "microsoft", person: string) => Promise<string>
  /** Stops the process's part and starts it again on the same state. */
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

const CONTROL_TOKEN = "test-control-token"
/** A Friday, so that what is "next" lies in another week. */
export const TEST_CLOCK = "2026-11-20T09:00:00Z"

/** A sandbox with a schema of its own in the server that TEST_ADMIN_DATABASE_URL names. @throws when that is not set. */
export async function startTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const databaseUrl = process.env.TEST_ADMIN_DATABASE_URL
  if (!databaseUrl) throw new Error("TEST_ADMIN_DATABASE_URL must name a running PostgreSQL (owner's URL)")
  const schema = `sandbox_test_${randomBytes(6).toString("hex")}`
  const start = (port: number) =>
    startSandbox({ port, databaseUrl, schema, controlToken: CONTROL_TOKEN, clock: TEST_CLOCK, fast: true, ...options })
  let running = await start(0)
  const { url } = running

  const control = (method: string, path: string, body?: unknown) =>
    fetch(`${url}/control/${path}`, {
      method,
      headers: { authorization: `Bearer ${CONTROL_TOKEN}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return {
    url,
    schema,
    control,
    accessToken: async (provider, person) => {
      const answer = await control("POST", "grants", { provider, person })
      return ((await answer.json()) as { access_token: string }).access_token
    },
    restart: async () => {
      await running.close()
      running = await start(Number(new URL(url).port))
    },
    close: async () => {
      await running.close()
      const client = new pg.Client({ connectionString: databaseUrl })
      await client.connect()
      await client.query(`drop schema ${pg.escapeIdentifier(schema)} cascade`)
      await client.end()
    },
  }
}
