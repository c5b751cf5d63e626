import pg from "pg"
import { seed } from "../../../prisma/seed"
import { installApp } from "../app"
import { testDatabase } from "../pg"
import { openSandbox, type Sandbox } from "../sandbox"
import { Visitor } from "../visitor"
import { type Hand, handOf } from "./hand"
import { type Radicale, radicale } from "./servers"

/** The app in this process, Ada signed in to it, and a real CalDAV server on which she has an account as Alice. */
export interface CaldavApp {
  readonly server: Radicale
  /** Ada at another program of hers. */
  readonly hand: Hand
  readonly sandbox: Sandbox
  readonly owner: pg.Client
  readonly ada: Visitor
  login(password: string): { readonly server: string; readonly username: string; readonly password: string }
  /** What the form sends. */
  connect(body: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

/** Once a file: settings are parsed once. */
export async function openCaldavApp(): Promise<CaldavApp> {
  const server = await radicale()
  const database = await testDatabase()
  const sandbox = await openSandbox(database.sandboxUrl)
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await seed(database.ownerUrl)
  installApp({ databaseUrl: database.appUrl, sandboxUrl: sandbox.url })
  process.env.IFMATCH_CALDAV_PRIVATE_HOSTS = "1"
  const ada = new Visitor()
  await ada.signIn("google", "ada@google.sandbox")
  return {
    server,
    hand: handOf(server, "alice"),
    sandbox,
    owner,
    ada,
    login: (password) => ({ server: server.url, username: "alice", password }),
    connect: (body) => ada.ask("POST", "/api/connections/caldav", { body }),
    async close() {
      const { closeWiring } = await import("../../server/wiring")
      await closeWiring()
      await owner.end()
      await sandbox.close()
      await database.drop()
      await server.stop()
    },
  }
}
