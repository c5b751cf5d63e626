import { type KillableApp, killableApp } from "../launch/killable-app.mjs"
import { siteAt, Visitor } from "./visitor"

/** The whole app as it is served in production, beside a sandbox in another process. */
export interface ServedApp extends KillableApp {
  /** Somebody with a browser of their own. */
  visitor(): Visitor
}

/**
 * Builds what there is and serves it in the environment of a harness (`npm run faults`, `npm run bench`), with the sandbox's people as members.
 * @param over settings that differ
 */
export async function serveApp(over: Readonly<Record<string, string>> = {}): Promise<ServedApp> {
  const app = await killableApp(over)
  await app.start()
  return { ...app, visitor: () => new Visitor(siteAt(app.url)) }
}
