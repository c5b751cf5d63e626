import { loadavg } from "node:os"
import { parseArgs } from "node:util"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import pg from "pg"
import { runHarness } from "../../lib/testing/harness"
import { type SandboxProvider, sandboxAt } from "../../lib/testing/sandbox"
import { CAST, openScene, type Scene } from "../../lib/testing/scene"
import { followed, type SceneSync, syncDepsOf, synced } from "../../lib/testing/sync-scene"

/*
 * What following a large calendar costs: the first reading of 5,000, 10,000 and 20,000 events in one calendar, and the next one after 100 of them were edited. The rival, in the
 * same run: the same answer read from the provider and not stored. The sandbox is a process of its own; its time is in both.
 *
 *   npm run bench -- sync [--sizes 5000,10000,20000] [--provider google|microsoft] [--plant quadratic|holds-twice]
 */

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "5000,10000,20000" },
    provider: { type: "string" },
    plant: { type: "string" },
  },
})
const sizes = values.sizes.split(",").map(Number)
const providers = (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each)
if (values.plant && !["quadratic", "holds-twice"].includes(values.plant))
  throw new Error(`no plant ${values.plant}; there is: quadratic, holds-twice`)

/** What 1,000 events cost in the largest calendar is at most so many times what they cost in the smallest. */
const LINEAR = 1.3
/** The next reading has nothing to do with the calendar's size but for the larger heap that its first reading left; four times the events would otherwise be four times the work. */
const NEXT_GROWS = 1.6
const EDITED = 100
/** The next reading is short: the median of so many. */
const NEXT_READINGS = 5
const SAMPLE_MS = 5

const { SANDBOX_URL = "", SANDBOX_CONTROL_TOKEN = "", OWNER_DATABASE_URL = "" } = process.env
setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc") as () => void

interface Cost {
  readonly ms: number
  /** Processor time of this process alone: what a busy machine and a slow sandbox do not change. */
  readonly cpuMs: number
  /** The most that was held above what was held before. */
  readonly peakMb: number
}

interface Row {
  readonly provider: SandboxProvider
  readonly events: number
  readonly first: Cost
  readonly read: Cost
  readonly next: Cost
}

async function cost(work: () => Promise<unknown>): Promise<Cost> {
  const held = () => {
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  collect()
  const before = held()
  let peak = before
  const sampler = setInterval(() => {
    peak = Math.max(peak, held())
  }, SAMPLE_MS)
  const [since, cpu] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(cpu)
  const ms = performance.now() - since
  clearInterval(sampler)
  return { ms, cpuMs: (user + system) / 1000, peakMb: (Math.max(peak, held()) - before) / 2 ** 20 }
}

/** Copies one event of the person's until there are `wanted`, half an hour each, spread over what is followed. */
async function fill(owner: pg.Client, scene: Scene, made: string, from: number, wanted: number): Promise<void> {
  await owner.query(
    `insert into sandbox.events select (jsonb_populate_record(e, jsonb_build_object('id', n.id, 'uid', n.id, 'starts_at', n.at, 'ends_at', n.at + interval '30 minutes',
       'content', e.content || jsonb_build_object('summary', 'Event ' || n.i, 'start', e.content -> 'start' || jsonb_build_object('at', to_char(n.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')),
         'end', e.content -> 'end' || jsonb_build_object('at', to_char((n.at + interval '30 minutes') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')))))).*
     from sandbox.events e, lateral (select i, case when $5 = 'google' then e.id || lpad(i::text, 6, '0') else replace(e.id, '/+A=', lpad(i::text, 6, '0') || '/+A=') end as id,
       $4::timestamptz + (i * 4 || ' minutes')::interval as at from generate_series($2::int, $3::int - 1) i) n
     where e.id = $1`,
    [made, from, wanted, new Date(scene.deps.clock.now() - 6 * 86_400_000).toISOString(), scene.provider],
  )
}

function planted(deps: SceneSync): SceneSync {
  if (!values.plant) return deps
  const kept: unknown[] = []
  return {
    ...deps,
    sync: {
      ...deps.sync,
      async apply(run, step) {
        const known = await deps.sync.cached(run, null)
        if (values.plant === "holds-twice") kept.push(structuredClone([...known]), structuredClone(step.changed))
        // every event looked for among all that are known
        else for (const each of step.changed) [...known.keys()].indexOf(each.seen.value.ref.eventId)
        return deps.sync.apply(run, step)
      },
    },
  }
}

async function measure(owner: pg.Client, provider: SandboxProvider): Promise<Row[]> {
  const sandbox = sandboxAt(SANDBOX_URL, SANDBOX_CONTROL_TOKEN)
  const scene = await openScene(provider, { sandbox, now: new Date().toISOString() })
  try {
    await sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
    const deps = planted(syncDepsOf(scene))
    const calendar = await followed(scene, deps)
    const { workspaceId, userId, connectionId, calendarId } = calendar
    const account = { workspaceId, userId, connectionId }
    const sync = await deps.syncs.open(workspaceId, userId, connectionId)
    const person = CAST[provider].person
    const at = new Date(scene.deps.clock.now() + 86_400_000).toISOString().slice(0, 17)
    const wish = { provider, person, summary: "Event", start: `${at}00Z`, end: `${at}30Z` }
    const { id } = await sandbox.control<{ id: string }>("POST", "events", wish)
    await synced(deps, calendar)
    const nextReading = async (): Promise<Cost> => {
      const { rows: some } = await owner.query(
        `select id from sandbox.events where content ->> 'summary' like 'Event %' and calendar_id = (select calendar_id from sandbox.events where id = $2)
         order by random() limit $1`,
        [EDITED, id],
      )
      for (const each of some) await sandbox.edit(provider, person, each.id, { location: `Room ${Math.random()}` })
      return cost(async () => {
        const { changed } = await synced(deps, calendar)
        if (changed < EDITED) throw new Error(`${changed} of ${EDITED} edits were seen`)
      })
    }
    let there = 0
    const round = async (events: number): Promise<Row> => {
      await fill(owner, scene, id, there, events)
      there = events
      const { windowFrom, windowTo } = await scene.db.syncedCalendar.findFirstOrThrow()
      const window = { from: windowFrom?.toISOString() ?? "", to: windowTo?.toISOString() ?? "" }
      const read = await cost(async () => {
        const answer = await sync?.changes(calendarId, null, window)
        if (answer?.kind !== "changes" || answer.changed.length < events)
          throw new Error(`not all of ${events} were read: ${answer?.kind}`)
      })
      // as on the first day: nothing is known of it
      await deps.sync.forget(workspaceId, connectionId)
      await deps.sync.follow(account, [calendarId])
      const first = await cost(async () => {
        const { changed } = await synced(deps, calendar)
        if (changed < events) throw new Error(`${changed} of ${events} were stored`)
      })
      const nexts: Cost[] = []
      for (let i = 0; i < NEXT_READINGS; i++) nexts.push(await nextReading())
      const next = nexts.sort((a, b) => a.cpuMs - b.cpuMs)[NEXT_READINGS >> 1] as Cost
      return { provider, events, first, read, next }
    }
    // the first time is dearer than any other, whatever the size
    await round(sizes[0] ?? 0)
    const rows: Row[] = []
    for (const events of sizes) {
      const row = await round(events)
      show(row)
      rows.push(row)
    }
    return rows
  } finally {
    await scene.close()
  }
}

const perThousand = (cost: Cost, events: number) =>
  [cost.ms, cost.cpuMs, cost.peakMb].map((n) => ((n * 1_000) / events).toFixed(1).padStart(8)).join(" ")

function show({ provider, events, first, read, next }: Row): void {
  console.log(
    `${provider.padEnd(10)} ${String(events).padStart(6)} |${perThousand(first, events)} |${perThousand(read, events)} | ${next.ms.toFixed(0)} ms, cpu ${next.cpuMs.toFixed(0)} ms`,
  )
}

/** What we add to reading it grows no faster than the calendar; what comes after the first reading does not grow with it. */
function missedBy(rows: readonly Row[]): string[] {
  const [small, large] = [rows[0], rows.at(-1)]
  if (!small || !large || small === large) return []
  const goal = (what: string, of: (row: Row) => number, most = LINEAR) => {
    const ratio = of(large) / of(small)
    console.log(`${large.provider.padEnd(10)} ${what}: ${ratio.toFixed(2)}x from ${small.events} to ${large.events}`)
    return ratio > most ? [`${large.provider}: ${what} ${ratio.toFixed(2)}x, at most ${most}x wanted`] : []
  }
  return [
    ...goal("time beyond reading, per event", ({ first, read, events }) => Math.max(first.ms - read.ms, 1) / events),
    ...goal("processor time, per event", ({ first, events }) => first.cpuMs / events),
    ...goal("peak memory, per event", ({ first, events }) => first.peakMb / events),
    ...goal(`processor time of the next reading, ${EDITED} edits`, ({ next }) => next.cpuMs, NEXT_GROWS),
  ]
}

runHarness("sync", 12, async () => {
  const owner = new pg.Client({ connectionString: OWNER_DATABASE_URL })
  await owner.connect()
  console.log(`load ${(loadavg()[0] ?? 0).toFixed(1)}; per 1,000 events: ms, cpu ms, MB`)
  console.log("provider   events |  first: ms      cpu       MB | read only: ms   cpu      MB | next, after 100 edits")
  const figures: Row[] = []
  const missed: string[] = []
  try {
    for (const provider of providers) {
      const rows = await measure(owner, provider)
      figures.push(...rows)
      missed.push(...missedBy(rows))
    }
  } finally {
    await owner.end()
  }
  return { figures: { plant: values.plant ?? null, figures }, missed }
})
