import { parseArgs } from "node:util"
import { runHarness } from "../../lib/testing/harness"
import { sandboxAt } from "../../lib/testing/sandbox"
import { serveApp } from "../../lib/testing/served-app"
import type { Visitor } from "../../lib/testing/visitor"

/*
 * F11: both providers take 30 s to answer, people keep asking for what needs them, and everything else goes on: pages and API that need no provider answer
 * in 500 ms (p95); the start page does not wait for a calendar; what needs the provider ends with a sentence, not with a hang.
 *
 *   npm run faults -- slow [--seconds 30] [--latency 30000] [--plant wait-for-provider]
 */

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    latency: { type: "string", default: "30000" },
    plant: { type: "string" },
  },
})
const [seconds, latencyMs] = [Number(values.seconds), Number(values.latency)]

const OTHER = ["/settings", "/api/settings", "/api/assistant", "/log", "/api/log", "/readyz", "/healthz"] as const
/** Needs a provider, and says so when it does not answer. */
const NEEDS = ["/api/week", "/api/connections"] as const
const P95_MS = 500
/** The start page shows itself without the week then. */
const HOME_MS = 1_500
/** Reads are given up after 10 s; a week is two of them, one after the other. */
const GIVEN_UP_MS = 25_000

function quantile(times: readonly number[], q: number): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0
}

runHarness("slow", 5, async () => {
  const { SANDBOX_URL: url = "", SANDBOX_CONTROL_TOKEN: token = "" } = process.env
  const sandbox = sandboxAt(url, token)
  const app = await serveApp()
  const missed: string[] = []
  try {
    const grace = app.visitor()
    await grace.signIn("google", "grace@google.sandbox")
    await grace.connect("google", "grace@google.sandbox")
    const mia = app.visitor()
    await mia.signIn("microsoft", "mia@outlook.sandbox")
    await mia.connect("microsoft", "mia@outlook.sandbox")

    const times = new Map<string, number[]>()
    const ask = async (who: Visitor, path: string): Promise<number> => {
      const since = performance.now()
      const answer = await who.ask("GET", path)
      await answer.arrayBuffer()
      const took = performance.now() - since
      times.set(path, [...(times.get(path) ?? []), took])
      if (answer.status >= 500 && answer.status !== 503) missed.push(`${path} answered ${answer.status}`)
      return took
    }
    // every page once before: what is compiled or connected at first use is not what is measured
    for (const path of [...OTHER, ...NEEDS, "/"]) await ask(grace, path)
    times.clear()

    for (const provider of ["google", "microsoft"])
      await sandbox.control("POST", "latency", { provider, ms: latencyMs })
    const until = performance.now() + seconds * 1_000
    const goOn = () => performance.now() < until
    const needing = Array.from({ length: 12 }, async (_, i) => {
      while (goOn()) await ask(i % 2 ? grace : mia, NEEDS[i % NEEDS.length] ?? "/api/week")
    })
    const others = Array.from({ length: 4 }, async (_, i) => {
      for (let turn = i; goOn(); turn++)
        await ask(
          grace,
          values.plant === "wait-for-provider" ? "/api/week" : (OTHER[turn % OTHER.length] ?? "/healthz"),
        )
    })
    const home = (async () => {
      while (goOn()) await ask(mia, "/")
    })()
    await Promise.all([...needing, ...others, home])

    console.log("path                   asked       p50       p95       max")
    for (const [path, taken] of times) {
      const line = [0.5, 0.95, 1].map((q) => `${quantile(taken, q).toFixed(0)} ms`.padStart(9)).join(" ")
      console.log(`${path.padEnd(20)} ${String(taken.length).padStart(7)} ${line}`)
    }
    const all = OTHER.flatMap((path) => times.get(path) ?? [])
    const p95 = quantile(all, 0.95)
    if (all.length < 20) missed.push(`only ${all.length} other pages were answered`)
    if (p95 > P95_MS) missed.push(`other pages: p95 ${p95.toFixed(0)} ms, at most ${P95_MS} wanted`)
    const homeP95 = quantile(times.get("/") ?? [], 0.95)
    if (homeP95 > HOME_MS) missed.push(`the start page: p95 ${homeP95.toFixed(0)} ms, at most ${HOME_MS} wanted`)
    const slowest = Math.max(...NEEDS.flatMap((path) => times.get(path) ?? []))
    if (slowest > GIVEN_UP_MS) missed.push(`what needs the provider hung for ${slowest.toFixed(0)} ms`)
    return {
      figures: { latencyMs, asked: all.length, p95, homeP95, slowestNeedingMs: slowest, plant: values.plant ?? null },
      missed,
    }
  } finally {
    await sandbox.control("POST", "latency", { provider: "google", ms: 0 })
    await sandbox.control("POST", "latency", { provider: "microsoft", ms: 0 })
    await app.kill()
  }
})
