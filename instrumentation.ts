/**
 * Once a server process, before its first request: settings are checked (a wrong one ends it here, with a line for each), the background loops
 * and the worker start, open streams cannot hold up its end, and the public API is handed to the server that listens.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return
  const { env } = await import("./lib/config/env")
  env()
  const { wired } = await import("./lib/server/wiring")
  const { startBackground } = await import("./lib/server/background")
  const { v1Listener } = await import("./lib/http/v1/listener")
  const { oncePerProcess } = await import("./lib/server/once")
  const { closeOnSignals } = await import("./lib/server/shutdown")
  const { startWork } = await import("./lib/server/work")
  startBackground(wired)
  if (wired.worksHere) await startWork(wired)
  closeOnSignals()
  oncePerProcess("v1-listener", v1Listener)() // taken from there by `lib/launch/app-server.mjs`
}
