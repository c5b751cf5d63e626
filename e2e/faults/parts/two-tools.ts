import { naiveTool } from "../../../lib/testing/naive-tool"
import type { Scene } from "../../../lib/testing/scene"
import { stageOf } from "../../../lib/testing/stage"

/** One line of a story: what was done or said, and where the event then stands at the provider. */
export interface Line {
  readonly what: string
  readonly stands: string
}

export interface Ending {
  readonly lines: readonly Line[]
  /** Where the person had put it, and where it is in the end. */
  readonly wanted: string
  readonly stands: string
  /** Write requests of the tool, by their status. */
  readonly statuses: readonly (number | null)[]
}

/**
 * The same interleaving (T13) twice: a tool plans to move an event to 15:00, its person moves it to 11:00 meanwhile, then says yes to the plan.
 */
export async function twoTools(scene: Scene): Promise<{ naive: Ending; ours: Ending }> {
  const stage = stageOf(scene)
  const tool = await naiveTool(scene)

  async function story(ours: boolean): Promise<Ending> {
    const { event, title, date } = await stage.given()
    const { ref } = event.value
    const lines: Line[] = []
    const line = async (what: string) => lines.push({ what, stands: await stage.startOf(ref) })
    const confirm = ours ? await planOurs(title) : await planNaive(ref, date)
    await line(`plans "${title}" for 15:00`)
    const wanted = `${date} 11:00`
    await stage.edit(ref, { start: `${date}T11:00`, end: `${date}T11:30` })
    await line("the person moves it to 11:00")
    const mark = await scene.sandbox.lastExchange()
    await line(`the person says yes: ${await confirm()}`)
    const statuses = (await scene.writes(mark)).map((write) => write.status)
    return { lines, wanted, stands: await stage.startOf(ref), statuses }
  }

  async function planOurs(title: string): Promise<() => Promise<string>> {
    const proposal = await scene.propose(`move ${title} to 15:00`)
    return async () => {
      const outcome = await stage.apply(proposal)
      if (outcome.kind !== "conflict") return outcome.kind
      return outcome.conflict.by === "you" ? "You just changed this. Still move it?" : "This was just changed."
    }
  }

  async function planNaive(ref: Parameters<typeof tool.plan>[0], date: string): Promise<() => Promise<string>> {
    const [start, end] = [stage.at(date, 15), stage.at(date, 15, 30)]
    if (start.kind !== "timed" || end.kind !== "timed") throw new Error("a time of day was asked for")
    const plan = await tool.plan(ref, { start: start.at, end: end.at })
    return async () => ((await plan.confirm()) < 300 ? "Done!" : "That did not work.")
  }

  return { naive: await story(false), ours: await story(true) }
}
