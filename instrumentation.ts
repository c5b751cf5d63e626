/** Once a server process: the background loops, and an end that open streams cannot hold up. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return
  const { wired } = await import("./lib/server/wiring")
  const { startBackground } = await import("./lib/server/background")
  const { closeAll } = await import("./lib/server/shutdown")
  startBackground(wired)
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, closeAll)
}
