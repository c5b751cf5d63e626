import { createServer } from "node:http"
import { createRequire } from "node:module"
import { appListener } from "./app-listener.mjs"
import { root } from "./paths.mjs"

/*
 * The app as it is served: what `next start` does, and one thing before it. Requests of the public API are answered by the listener that `instrumentation.ts` leaves behind,
 * since the way through Next costs several times what the answer does (decision 024). Everything else, and the API's rarer methods, is Next's.
 *
 *   node lib/launch/app-server.mjs PORT
 */

const SHARED = Symbol.for("ifmatch.shared")
const PATIENCE_MS = 5_000

/** Not imported: its types would change those of `process.env` for all programs here. */
const next = createRequire(import.meta.url)("next")

const port = Number(process.argv[2])
const app = next({ dev: false, dir: root, port })
await app.prepare()
const pages = app.getRequestHandler()
/** There once `instrumentation.ts` has run, which Next does with its first request. */
const api = () => /** @type {any} */ (globalThis)[SHARED]?.get("v1-listener")

const server = createServer(appListener(api, pages))
server.on("error", (error) => {
  console.error(error)
  process.exit(1)
})
server.listen(port)

// open streams are ended by `lib/server/shutdown.ts`; what hangs on does not keep the process
for (const [signal, code] of /** @type {const} */ ([
  ["SIGTERM", 143],
  ["SIGINT", 130],
]))
  process.once(signal, () => {
    setTimeout(() => server.closeAllConnections(), PATIENCE_MS).unref()
    server.close(async () => {
      await app.close()
      process.exit(code)
    })
  })
