import type { CalendarEvent } from "../../../lib/domain/event"
import type { Seen } from "../../../lib/domain/version"
import { syncCalendar } from "../../../lib/server/sync-calendar"
import type { SandboxProvider } from "../../../lib/testing/sandbox"
import { openScene } from "../../../lib/testing/scene"
import { stageOf } from "../../../lib/testing/stage"
import { followed, type SceneSync, syncDepsOf } from "../../../lib/testing/sync-scene"

export const PLANTS = {
  /** Nothing is read but when somebody calls: a call that was lost stays lost. */
  "no-poll": "no-poll",
  /** What a call was about is believed to be all that has changed. */
  "trust-body": "trust-body",
  /** The markers of our own writes are not looked for. */
  "own-write-is-outside": "own-write-is-outside",
} as const
export type PlantName = keyof typeof PLANTS

export interface PushStory {
  readonly provider: SandboxProvider
  readonly edits: number
  /** In [0, 1): the same story for the same numbers. */
  readonly chance: () => number
  readonly plant?: PlantName
}

export interface Told {
  readonly calls: number
  readonly dropped: number
  readonly wrong: readonly string[]
}

/**
 * F7: people edit while we write too; of the calls about it 5 % are dropped, 20 % doubled, and they come in any order. After one poll the cache is what the provider has, each
 * event's head its version, and nothing that we did ourselves made a proposal stale.
 */
export async function pushStory({ provider, edits, chance, plant }: PushStory): Promise<Told> {
  const scene = await openScene(provider)
  try {
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
    const stage = stageOf(scene)
    const deps = planted(syncDepsOf(scene), plant)
    const calendar = await followed(scene, deps)
    const events: Seen<CalendarEvent>[] = []
    for (let n = 0; n < 8; n++) events.push((await stage.given()).event)
    await syncCalendar(deps, calendar)
    const { proposal } = await stage.proposed()
    await syncCalendar(deps, calendar)
    await stage.apply(proposal)
    const mine = await scene.db.proposal.findFirstOrThrow({ where: { id: proposal.id } })
    // as a second window would have it: open, on the state before our own write
    await scene.db.proposal.update({
      where: { workspaceId_id: { workspaceId: mine.workspaceId, id: mine.id } },
      data: { state: "open" },
    })

    let [calls, dropped] = [0, 0]
    let waiting: string[] = []
    for (let n = 0; n < edits; n++) {
      const event = events[Math.floor(chance() * events.length)]
      if (!event) continue
      await stage.edit(event.value.ref, { summary: `Edit ${n}` })
      const times = chance() < 0.05 || (plant === "no-poll" && n === edits - 1) ? 0 : chance() < 0.2 ? 2 : 1
      if (times === 0) dropped += 1
      for (let i = 0; i < times; i++)
        waiting.splice(Math.floor(chance() * (waiting.length + 1)), 0, event.value.ref.eventId)
      if (chance() < 0.4) {
        const due = waiting.splice(0)
        waiting = chance() < 0.5 ? due.splice(0, Math.floor(due.length / 2)) : []
        for (const _ of due) {
          calls += 1
          await syncCalendar(deps, calendar)
        }
      }
    }
    if (plant !== "no-poll") await syncCalendar(deps, calendar)
    return { calls, dropped, wrong: await differences() }

    async function differences(): Promise<string[]> {
      const wrong: string[] = []
      const { windowFrom, windowTo } = await scene.db.syncedCalendar.findFirstOrThrow()
      const window = { from: windowFrom?.toISOString() ?? "", to: windowTo?.toISOString() ?? "" }
      const list = await scene.account.list(calendar.calendarId, window)
      if (list.kind !== "events") return ["the provider cannot be read"]
      const cached = await deps.sync.cached(calendar, null)
      for (const { value, version } of list.events)
        if (cached.get(value.ref.eventId)?.version !== version)
          wrong.push(`${value.summary} is not as the provider has it`)
      if (cached.size !== list.events.length) wrong.push(`${cached.size} cached, ${list.events.length} there`)
      if ((await scene.proposal(proposal.id)).state === "stale") wrong.push("our own write made a proposal stale")
      return wrong
    }
  } finally {
    await scene.close()
  }
}

function planted(deps: SceneSync, plant: PlantName | undefined): SceneSync {
  if (plant === "own-write-is-outside") return { ...deps, sync: { ...deps.sync, ownWrites: async () => [] } }
  if (plant !== "trust-body") return deps
  return {
    ...deps,
    sync: {
      ...deps.sync,
      // one event a call, and the cursor goes on
      apply: (run, step) =>
        deps.sync.apply(run, { ...step, changed: step.changed.slice(0, step.changed.length > 20 ? undefined : 1) }),
    },
  }
}
