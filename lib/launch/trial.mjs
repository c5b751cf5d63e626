import path from "node:path"
import { MARK } from "./children.mjs"
import { appEnvironment } from "./environment.mjs"
import { nameOf } from "./paths.mjs"
import { freePort } from "./ports.mjs"
import { completed } from "./secrets.mjs"
import { serveSandbox } from "./servers.mjs"
import { copyTemplate } from "./test-database.mjs"

/** What a person may have set for an installation of theirs. */
const NOT_OURS = {
  GOOGLE_CLIENT_ID: undefined,
  GOOGLE_CLIENT_SECRET: undefined,
  MICROSOFT_CLIENT_ID: undefined,
  MICROSOFT_CLIENT_SECRET: undefined,
  IFMATCH_KEKS_OLD: undefined,
}

/**
 * A throw-away installation: its own database on a test server, its own secrets, its own sandbox. The app's port is reserved but not served yet.
 * @param {import("./throwaway.mjs").Throwaway} server with a template
 * @param {AbortSignal} [signal]
 * @param {string} [name] of one among several on that server
 */
export async function openTrial(server, signal, name = "trial") {
  const database = await copyTemplate(server.ownerUrl)
  const secrets = completed({})
  const installation = { folder: path.join(server.folder, name), secrets, database }
  // Should we be killed: whoever clears the folder away finds what it was that ran for it.
  const mark = { [MARK]: nameOf(server.folder) }
  const sandbox = await serveSandbox(installation, {
    port: await freePort(),
    env: { ...NOT_OURS, ...mark, SANDBOX_CONTROL_TOKEN: secrets.sandboxControlToken },
    signal,
  })
  const port = await freePort()
  return {
    installation,
    sandbox,
    port,
    /** For programs that test: what the app gets, and what only a witness may know. */
    env: {
      ...NOT_OURS,
      ...mark,
      ...appEnvironment(installation, { port, sandboxUrl: sandbox.url }, {}),
      NEXTAUTH_URL: `http://localhost:${port}`,
      OWNER_DATABASE_URL: database.ownerUrl,
      TEST_ADMIN_DATABASE_URL: server.ownerUrl,
      SANDBOX_CONTROL_TOKEN: secrets.sandboxControlToken,
    },
  }
}
