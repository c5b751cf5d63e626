import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { seed } from "../../../prisma/seed"

const NEXT = "node_modules/next/dist/bin/next"

/** Runs to the end, quietly. @throws with what it said when it fails */
async function run(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...args], { env: { ...process.env, NODE_ENV: "production" } })
  let said = ""
  child.stdout.on("data", (part) => (said += part))
  child.stderr.on("data", (part) => (said += part))
  const [code] = await once(child, "exit")
  if (code !== 0) throw new Error(`${args.join(" ")}: ${said.slice(-2_000)}`)
}

/** The real app, built and served as `npm start` does, over the harness's installation. @returns stops it */
export async function serveApp(url: string, env: Readonly<Record<string, string>> = {}): Promise<() => Promise<void>> {
  await seed(process.env.DATABASE_URL ?? "")
  await run([NEXT, "build"])
  const child: ChildProcess = spawn(process.execPath, [NEXT, "start", "-p", new URL(url).port], {
    env: { ...process.env, ...env, NODE_ENV: "production" },
    stdio: ["ignore", "ignore", "inherit"],
  })
  const ended = once(child, "exit")
  const stop = async () => {
    child.kill("SIGTERM")
    await Promise.race([ended, sleep(5_000).then(() => child.kill("SIGKILL"))])
  }
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100))
    if (
      await fetch(`${url}/readyz`).then(
        (r) => r.ok,
        () => false,
      )
    )
      return stop
  await stop()
  throw new Error("the app was not ready in time")
}
