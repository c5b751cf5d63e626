import { setTimeout as sleep } from "node:timers/promises"
import pg from "pg"
import { pointsOf } from "../../lib/testing/crashes/crash-at"
import { connectionsCut, diskFull, type Outage, outageAt } from "../../lib/testing/crashes/outage"
import { scaledTimes } from "../../lib/testing/crashes/scaled"
import { runHarness } from "../../lib/testing/harness"
import { openScene, type Scene } from "../../lib/testing/scene"
import { serveApp } from "../../lib/testing/served-app"
import { openGate } from "../../lib/testing/tcp-gate"
import { crashOptions } from "./parts/crash-options"

/*
 * F10: the database goes away, or its disk is full, at every call of everything that writes. Nothing is sent to a provider without a committed intent, and when
 * the database is back everything is finished by itself within 30 s: of one process, and of the whole app.
 *
 *   npm run faults -- outage [--factor 40] [--provider google|microsoft] [--case NAME] [--plant NAME]
 */

/** In the protocol's own times an unfinished intent takes up to 45 s and a read after its process died; from the database's return it is less. */
const WITHIN_MS = 30_000
const DOWN_MS = 8_000

const KINDS: Readonly<Record<string, (scene: Scene, owner: pg.Client) => Promise<Outage>>> = {
  "connections cut": (scene) => connectionsCut(scene),
  "disk full": (scene, owner) => diskFull(scene, (sql) => owner.query(sql)),
}

runHarness("outage", 30, async () => {
  const { factor, planted, plant, providers, cases } = crashOptions()
  const missed: string[] = []
  let [points, slowestMs] = [0, 0]
  for (const provider of providers) {
    for (const [kind, open] of Object.entries(KINDS)) {
      const scene = await openScene(provider, { times: scaledTimes(factor) })
      const owner = new pg.Client({ connectionString: scene.ownerUrl })
      await owner.connect()
      const outage = await open(scene, owner)
      try {
        await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
        for (const each of cases) {
          const listed = await pointsOf(scene, each)
          for (const at of listed) {
            const verdict = await outageAt(scene, each, at, outage, plant.sender)
            if (!verdict.hit) missed.push(`${provider}, ${each.name}: "${at}" was not passed`)
            missed.push(...verdict.broken.map((what) => `${provider}, ${kind}, ${each.name}, ${at}: ${what}`))
            slowestMs = Math.max(slowestMs, verdict.settledMs)
            points++
          }
          console.log(
            `${provider.padEnd(10)} ${kind.padEnd(16)} ${each.name.padEnd(46)} ${String(listed.length).padStart(3)} points`,
          )
        }
      } finally {
        await outage.close()
        await owner.end()
        await scene.close()
      }
    }
  }
  const slowest = slowestMs * factor
  // lease, time-out and second look are what it waits for: 20 s, and twice the time-out
  console.log(
    `slowest to be finished after the database's return: ${(slowest / 1000).toFixed(1)} s in the protocol's times`,
  )
  const backMs = planted ? 0 : await wholeApp()
  if (backMs > WITHIN_MS) missed.push(`the app took ${(backMs / 1000).toFixed(1)} s to come back, at most 30 s wanted`)
  return {
    figures: { factor, plant: planted, points, slowestSeconds: slowest / 1000, appBackSeconds: backMs / 1000 },
    missed,
  }
})

/** @returns how long the app took, after its database was back, to take requests and to tell a listener what happens */
async function wholeApp(): Promise<number> {
  const gate = await openGate(process.env.DATABASE_URL ?? "")
  const app = await serveApp({ DATABASE_URL: gate.url, DATABASE_LISTEN_URL: gate.url })
  try {
    const ada = app.visitor()
    await ada.signIn("google", "ada@google.sandbox")
    const heard = listen(await ada.ask("GET", "/api/stream"))
    while (heard.count === 0) {
      await ada.ask("PATCH", "/api/settings", { body: { shareTitles: false } })
      await sleep(200)
    }
    gate.cut()
    const asked = await Promise.all(
      Array.from({ length: 20 }, () => ada.ask("GET", "/api/settings").then(({ status }) => status)),
    )
    if (asked.some((status) => status !== 500 && status !== 503))
      throw new Error(`without a database the app answered ${asked.join(" ")}`)
    await sleep(DOWN_MS)
    await gate.restore()
    const since = performance.now()
    await app.untilReady(WITHIN_MS)
    while ((await ada.ask("GET", "/api/settings")).status !== 200) await sleep(50)
    const before = heard.count
    while (heard.count === before && performance.now() - since < WITHIN_MS) {
      await ada.ask("PATCH", "/api/settings", { body: { shareTitles: true } })
      await sleep(200)
    }
    const backMs = performance.now() - since
    console.log(
      `the app: ${(backMs / 1000).toFixed(1)} s after its database was back it took requests and told an open stream what happened`,
    )
    return backMs
  } finally {
    await app.kill()
    await gate.close()
  }
}

/** Counts what an event stream says. */
function listen(stream: Response): { readonly count: number } {
  const heard = { count: 0 }
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of stream.body ?? []) heard.count += decoder.decode(chunk).split("event: sealed").length - 1
  }
  read().catch(() => undefined)
  return heard
}
