import fc from "fast-check"
import type { CalendarEvent } from "../../domain/event"
import type { Seen } from "../../domain/version"
import { applyProposal } from "../../server/apply-proposal"
import { throughWrites, withAccount } from "../crashes/moments"
import { PLANTS } from "../outcomes/plants"
import type { Exchange } from "../sandbox"
import { openScene, type Scene, type SceneDeps } from "../scene"
import { type PersonEdit, stageOf } from "../stage"

/*
 * Plans of several steps, while the person goes on working in the provider's own calendar: between the proposal and the yes, and right before each request of ours. No edit is lost, no event is lost, and
 * what is told of each step is what stands there.
 */

export interface PlanRaces {
  readonly plans: number
  readonly acts: number
  /** How many steps were told to have ended how. */
  readonly ends: Readonly<Record<string, number>>
  readonly broken: readonly string[]
}

/** `noted`: titles, places and reminders; `moved`: another time; `answered`: a guest; `removed`: it is deleted. */
const WHATS = ["noted", "moved", "answered", "removed"] as const
type What = (typeof WHATS)[number]

/** Before the yes, or before our n-th request. */
interface Act {
  readonly before: "yes" | number
  readonly on: number
  readonly what: What
}

const WORDS: readonly ((a: string, b: string, c: string) => string)[] = [
  (a, b, c) => `move ${a} to 15:00 and move ${b} to 15:30 and cancel ${c}`,
  (a, b, c) => `cancel ${a} and move ${b} to 16:00 and move ${c} to 17:00`,
  (a, b, c) => `move ${c} to 14:00 and move ${a} to 14:00 and move ${b} to 14:30`,
  (a, b) => `swap ${a} and ${b}`,
]

interface Race {
  readonly words: number
  readonly acts: readonly Act[]
}

const race: fc.Arbitrary<Race> = fc.record({
  words: fc.nat(WORDS.length - 1),
  acts: fc.array(
    fc.record({
      before: fc.oneof(
        { weight: 1, arbitrary: fc.constant("yes" as const) },
        { weight: 3, arbitrary: fc.integer({ min: 0, max: 2 }) },
      ),
      on: fc.integer({ min: 0, max: 2 }),
      what: fc.constantFrom(...WHATS, "moved" as const),
    }),
    { maxLength: 5 },
  ),
})

/** A scene has titles and days for so many. */
const EACH_SCENE = 12

export async function racePlans(plans: number, seed: number, plant?: "no-if-match"): Promise<PlanRaces> {
  const races = fc.sample(race, { numRuns: plans, seed })
  const ends: Record<string, number> = {}
  const broken: string[] = []
  let acts = 0
  for (let from = 0; from < races.length; from += EACH_SCENE) {
    const scene = await openScene("google")
    try {
      for (const [n, each] of races.slice(from, from + EACH_SCENE).entries()) {
        const found = await raceOne(scene, from + n, each, plant)
        acts += found.acts
        for (const end of found.ends) ends[end] = (ends[end] ?? 0) + 1
        broken.push(...found.broken.map((what) => `${what}: ${JSON.stringify(each)}`))
      }
    } finally {
      await scene.close()
    }
  }
  return { plans, acts, ends, broken }
}

interface Standing {
  readonly before: Seen<CalendarEvent>
  /** As it was after the last thing that the person did to it; null: they removed it. */
  left: Seen<CalendarEvent> | null
  readonly done: Set<What>
}

async function raceOne(scene: Scene, n: number, { words, acts }: Race, plant?: "no-if-match") {
  const stage = stagesOf(scene)
  const given = [await stage.given(9), await stage.given(10), await stage.given(11)]
  const standing: Standing[] = given.map(({ event }) => ({ before: event, left: event, done: new Set() }))
  const titles = given.map(({ title }) => title) as [string, string, string]
  const proposal = await scene.propose((WORDS[words] ?? swapped)(...titles))
  const mark = await scene.sandbox.lastExchange()
  const wrote = async (eventId: string) => (await scene.writes(mark)).filter(isExecuted(eventId)).length

  let made = 0
  async function act({ on, what }: Act): Promise<void> {
    const [at, one] = [standing[on], given[on]]
    // what we have changed already is another story, and what is gone cannot be changed
    if (!at?.left || !one || (await wrote(at.before.value.ref.eventId)) > 0) return
    await stage.edit(at.before.value.ref, editOf(what, one.date, n))
    at.left = await scene.now(at.before.value.ref)
    at.done.add(what)
    made += 1
  }
  for (const one of acts) if (one.before === "yes") await act(one)
  let request = 0
  const deps: SceneDeps = withAccount(plant ? PLANTS[plant](scene.deps, scene) : scene.deps, (account) =>
    throughWrites(account, async (write, options) => {
      const now = request++
      for (const one of acts) if (one.before === now) await act(one)
      return write(account, options)
    }),
  )
  await applyProposal(deps, scene.person, proposal.id, proposal.planHash)

  const after = await scene.proposal(proposal.id)
  const wrong: string[] = []
  for (const { before, left, done } of standing) {
    const { eventId } = before.value.ref
    const step = after.operations.find(({ base }) => base.value.ref.eventId === eventId)
    const now = await scene.now(before.value.ref)
    const writes = await wrote(eventId)
    const isDone = step?.state === "applied"
    if (writes !== (isDone ? 1 : 0)) wrong.push(`told ${step?.state}, and ${writes} requests were carried out`)
    if (isDone && done.has("moved")) wrong.push("the time that the person had given it was written over")
    const isCancel = step?.change.kind === "delete"
    if (isDone && isCancel ? standsThere(now) : standsThere(now) !== standsThere(left))
      wrong.push(`told ${step?.state}, and it ${standsThere(now) ? "is there" : "is lost"}`)
    if (!now || !left || !standsThere(now)) continue
    for (const field of ["summary", "location"] as const)
      if (now.value[field] !== left.value[field]) wrong.push(`the ${field} that the person had written is lost`)
    const wanted =
      isDone && step.change.kind === "update" ? (step.change.patch.start ?? left.value.start) : left.value.start
    if (JSON.stringify(now.value.start) !== JSON.stringify(wanted) && clock(now.value.start) !== clock(wanted))
      wrong.push(`told ${step?.state}, and it begins ${clock(now.value.start)}`)
  }
  return { acts: made, ends: after.operations.map((op) => `${op.change.kind} ${op.state}`), broken: wrong }
}

const swapped = (a: string, b: string) => `swap ${a} and ${b}`

const standsThere = (event: Seen<CalendarEvent> | null): boolean => event !== null && event.value.status !== "cancelled"

const clock = (when: CalendarEvent["start"]) => (when.kind === "timed" ? Date.parse(when.at) : when.on)

const isExecuted =
  (eventId: string) =>
  ({ path, executedStatus }: Exchange): boolean =>
    path.includes(encodeURIComponent(eventId)) && executedStatus !== null && executedStatus < 300

function editOf(what: What, date: string, n: number): PersonEdit {
  switch (what) {
    case "noted":
      return { location: `Room ${n}`, description: "as agreed", reminderMinutes: [n % 60] }
    case "moved":
      return { start: `${date}T18:00`, end: `${date}T18:30` }
    case "answered":
      return { rsvp: { email: "ben@google.sandbox", response: "accepted" } }
    case "removed":
      return { delete: true }
  }
}

const stages = new WeakMap<Scene, ReturnType<typeof stageOf>>()
/** One stage a scene: it hands out titles and days. */
function stagesOf(scene: Scene): ReturnType<typeof stageOf> {
  const known = stages.get(scene) ?? stageOf(scene)
  stages.set(scene, known)
  return known
}
