import { setTimeout as sleep } from "node:timers/promises"
import { chromium, expect, type Page } from "@playwright/test"
import { findBrowser } from "../../../lib/launch/tests/browser.mjs"
import type { Sandbox } from "../../../lib/testing/sandbox"
import { serveApp } from "../../../lib/testing/served-app"
import { today } from "../../browser/days"
import { connect, signIn } from "../../browser/sign-in"
import { fillCalendar, ordersFor } from "./large-calendar"

/** One line of chat, in milliseconds. */
export interface Shown {
  readonly words: string
  /** From the press of "Send" until the answer is painted. */
  readonly screenMs: number
  /** Of it: the request, until its last line is there. */
  readonly serverMs: number
  /** Of that: from the first request to a provider until the last is answered, as the sandbox saw them. */
  readonly readMs: number
  readonly requests: number
}

const WARM_UP = 6
/** Nothing is under way any more when nothing has been for this long. */
const STILL_MS = 150

/** Words into the box of the real app, in Chromium, by somebody with `size` events where a line of chat looks. */
export async function timesToScreen(sandbox: Sandbox, size: number): Promise<readonly Shown[]> {
  const day = today()
  await fillCalendar(sandbox, day, size)
  const app = await serveApp()
  const env = { ...process.env, ...(await findBrowser()) } as Record<string, string>
  const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
  const browser = await chromium.launch({ ...(env.CHROMIUM && { executablePath: env.CHROMIUM }), args, env })
  try {
    const page = await browser.newPage({
      baseURL: app.url,
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      viewport: { width: 1440, height: 900 },
    })
    // the name that tsx gives to functions, of which a page knows nothing
    await page.addInitScript("globalThis.__name = (made) => made")
    await page.goto("/")
    await signIn(page, "ada")
    await connect(page, "ada")
    await page.goto("/")
    await expect(page.getByRole("region", { name: "Assistant" })).toBeVisible()
    const still = stillness(page)
    await still()
    const orders = ordersFor(day)
    const shown: Shown[] = []
    for (const words of [...orders.slice(0, WARM_UP), ...orders]) {
      shown.push(await one(page, sandbox, words))
      await dropProposal(page)
      await still()
    }
    return shown.slice(WARM_UP)
  } finally {
    await browser.close()
    await app.kill()
  }
}

async function one(page: Page, sandbox: Sandbox, words: string): Promise<Shown> {
  const mark = await sandbox.lastExchange()
  await page.getByRole("textbox", { name: "What should be moved?" }).fill(words)
  const painted = page.evaluate(untilPainted)
  await page.getByRole("button", { name: "Send" }).click()
  const { screenMs, serverMs, endedAt } = await painted
  const answer = page.getByRole("article", { name: words }).last()
  await expect(
    answer.getByRole("group", { name: /^(Proposal|Question)$/ }),
    `"${words}" led to ${await answer.textContent()}`,
  ).toBeVisible()
  const reads = (await sandbox.journal(mark)).filter(({ startedAt }) => Date.parse(startedAt) < endedAt)
  const ends = reads.map(({ at }) => Date.parse(at))
  const readMs =
    reads.length === 0 ? 0 : Math.max(...ends) - Math.min(...reads.map(({ startedAt }) => Date.parse(startedAt)))
  return { words, screenMs, serverMs, readMs, requests: reads.length }
}

/** In the page: from the press until the frame that shows an answer that was not there. */
function untilPainted(): Promise<{ screenMs: number; serverMs: number; endedAt: number }> {
  const ids = () => [...document.querySelectorAll("article[id^=turn-]")].map(({ id }) => id)
  const known = new Set(ids())
  performance.clearResourceTimings()
  return new Promise((resolve) => {
    let pressedAt = Number.POSITIVE_INFINITY
    addEventListener("click", ({ timeStamp }) => (pressedAt = timeStamp), { capture: true, once: true })
    const watch = new MutationObserver(() => {
      if (performance.now() < pressedAt || ids().every((id) => known.has(id))) return
      watch.disconnect()
      requestAnimationFrame(() =>
        setTimeout(() => {
          const shownAt = performance.now()
          const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[]
          const request = entries.find(
            ({ name, startTime }) => name.endsWith("/api/assistant") && startTime >= pressedAt,
          )
          const { requestStart = Number.NaN, responseEnd = Number.NaN } = request ?? {}
          const endedAt = performance.timeOrigin + responseEnd
          resolve({ screenMs: shownAt - pressedAt, serverMs: responseEnd - requestStart, endedAt })
        }),
      )
    })
    watch.observe(document.body, { childList: true, subtree: true })
  })
}

/** Nobody leaves sixty proposals open. */
async function dropProposal(page: Page): Promise<void> {
  const drop = page.getByRole("article").last().getByRole("button", { name: "Drop" })
  if (await drop.isVisible()) await drop.click()
}

/** @returns waits until the page asks for nothing any more */
function stillness(page: Page): () => Promise<void> {
  let [open, last] = [0, performance.now()]
  const moved = (by: number) => (request: { url(): string }) => {
    if (new URL(request.url()).pathname === "/api/stream") return
    open += by
    last = performance.now()
  }
  page.on("request", moved(1))
  page.on("requestfinished", moved(-1))
  page.on("requestfailed", moved(-1))
  return async () => {
    while (open > 0 || performance.now() - last < STILL_MS) await sleep(20)
  }
}
