import { setTimeout as sleep } from "node:timers/promises"
import { postgresClient } from "../../../lib/adapters/postgres/client"
import type { EventPatch, When } from "../../../lib/domain/event"
import { INTENT_TIMES } from "../../../lib/domain/protocol/intent"
import type { ShownEvent, WeekView } from "../../../lib/http/schemas/event"
import { broken, tracesOf } from "../../../lib/testing/crashes/invariants"
import { sandboxAt } from "../../../lib/testing/sandbox"
import { serveApp } from "../../../lib/testing/served-app"
import type { Visitor } from "../../../lib/testing/visitor"

export interface AppKills {
  readonly kills: number
  readonly writes: number
  /** Of those, the ones that the person was told of before the kill. */
  readonly acknowledged: number
  readonly broken: readonly string[]
}

const ADA = "ada@google.sandbox"
const WRITES = 3
/** Three drags at once take about half of that; kills fall anywhere in it. */
const LONGEST_MS = 600

/**
 * The whole app, killed while a person drags three events at once, and started again at once: recoveries are killed too. At the end everything is
 * left to finish; then provider, tables and log must agree, and what was acknowledged must stand.
 */
export async function killApp(kills: number): Promise<AppKills> {
  const { SANDBOX_URL: url = "", SANDBOX_CONTROL_TOKEN: token = "", OWNER_DATABASE_URL: ownerUrl = "" } = process.env
  const sandbox = sandboxAt(url, token)
  const db = postgresClient(ownerUrl)
  const app = await serveApp()
  const dragged: { readonly shown: ShownEvent; readonly patch: EventPatch; acknowledged: boolean }[] = []
  try {
    const ada = app.visitor()
    await ada.signIn("google", ADA)
    await ada.connect("google", ADA)
    const mark = await sandbox.lastExchange()
    for (let round = 0; round < kills; round++) {
      const events = await given(ada, sandbox, round)
      const drags = events.map(async (shown) => {
        const it = { shown, patch: later(shown), acknowledged: false }
        dragged.push(it)
        const answer = await drag(ada, shown, it.patch).catch(() => null)
        it.acknowledged = answer?.ok === true
      })
      await sleep(Math.random() * LONGEST_MS)
      await app.kill()
      await Promise.all(drags)
      await app.start()
    }
    const unfinished = () => db.intent.count({ where: { state: { not: "DONE" } } })
    const deadline = performance.now() + 2 * (INTENT_TIMES.leaseMs + INTENT_TIMES.lookAgainMs) + 20_000
    while ((await unfinished()) > 0 && performance.now() < deadline) await sleep(500)

    const found: string[] = []
    for (const { shown, acknowledged } of dragged) {
      const { eventId } = shown.event.ref
      const operations = await db.proposalOperation.findMany({ where: { eventKey: shown.key } })
      if (acknowledged && operations.length === 0) found.push("the app: an acknowledged drag without a proposal")
      for (const { proposalId, state } of operations) {
        const traces = await tracesOf({ db, sandbox }, { proposalId, eventId, mark })
        found.push(...broken(traces).map((what) => `the app: ${what}`))
        if (acknowledged && state !== "applied") found.push(`I3: an acknowledged drag is ${state}`)
      }
    }
    const acknowledged = dragged.filter((it) => it.acknowledged).length
    console.log(`the app: ${kills} kills under ${dragged.length} drags, ${acknowledged} of them acknowledged before`)
    return { kills, writes: dragged.length, acknowledged, broken: found }
  } finally {
    await app.kill()
    await db.$disconnect()
  }
}

async function given(ada: Visitor, sandbox: ReturnType<typeof sandboxAt>, round: number): Promise<ShownEvent[]> {
  const day = new Date(Date.now() + (1 + (round % 5)) * 86_400_000).toISOString().slice(0, 10)
  const ids: string[] = []
  for (let n = 0; n < WRITES; n++) {
    const [start, end] = [`${day}T0${5 + n}:00:00Z`, `${day}T0${5 + n}:30:00Z`]
    const wish = { provider: "google", person: ADA, summary: `Kill ${round} ${n}`, attendees: [], start, end }
    ids.push((await sandbox.control<{ id: string }>("POST", "events", wish)).id)
  }
  const week = (await (await ada.ask("GET", `/api/week?from=${day}&days=1`)).json()) as WeekView
  return week.events.filter(({ event }) => ids.includes(event.ref.eventId))
}

const laterBy = (when: When): When =>
  when.kind === "timed" ? { ...when, at: new Date(Date.parse(when.at) + 6 * 3_600_000).toISOString() } : when

const later = ({ event }: ShownEvent): EventPatch => ({ start: laterBy(event.start), end: laterBy(event.end) })

const drag = (ada: Visitor, { event, version }: ShownEvent, patch: EventPatch): Promise<Response> =>
  ada.ask("PATCH", "/api/events", { headers: { "if-match": version }, body: { seen: event, patch } })
