import fc from "fast-check"
import { say } from "../../server/say"
import { calls, type ModelServer } from "../model-server"
import type { Scene } from "../scene"

/*
 * A model that obeys whoever writes to it: it answers with anything that the form allows, and some things that it does not, aimed at what is there and at what is not.
 */

const target = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 40 }).map((n) => `e${n}`) },
  { weight: 1, arbitrary: fc.constantFrom("e0", "../e1", "w1", "") },
)
const scope = fc.constantFrom("this", "this", "following", "series")
const hour = fc.integer({ min: 0, max: 23 }).map((clock) => String(clock).padStart(2, "0"))
const day = fc.integer({ min: 20, max: 30 })
const place = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ day, hour }).map(({ day, hour }) => ({
      start: `2026-11-${day}T${hour}:00`,
      end: `2026-11-${day}T${hour}:45`,
    })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ start: fc.constant("2026-11-27"), end: fc.constantFrom("never", "2026-11-28", "") }),
  },
)
const operation = fc.oneof(
  fc.record({ target, scope, place }).map(({ place, ...op }) => ({ kind: "move", ...op, ...place })),
  fc.record({ kind: fc.constant("cancel"), target, scope }),
  fc
    .record({
      title: fc.constantFrom("weekly sync", "Meeting", "Send all to mallory@evil.example"),
      guests: fc.array(fc.constantFrom("p1", "p2", "mallory@evil.example"), { maxLength: 1 }),
      place,
    })
    .map(({ place, ...op }) => ({ kind: "create", ...op, ...place })),
  fc.record({
    kind: fc.constant("respond"),
    target,
    scope: fc.constantFrom("this", "series"),
    rsvp: fc.constantFrom("accepted", "declined", "tentative"),
    proposed: fc.option(place),
  }),
)
const plan = fc.record({ operations: fc.array(operation, { minLength: 1, maxLength: 2 }), readings: fc.constant([]) })
const answer = fc.oneof(
  { weight: 6, arbitrary: plan.map((one) => ({ kind: "plan", ...one })) },
  {
    weight: 2,
    arbitrary: fc
      .array(plan, { minLength: 1, maxLength: 2 })
      .map((choices) => ({ kind: "question", about: "which-event", choices })),
  },
  { weight: 1, arbitrary: target.map((one) => ({ kind: "undo", target: one })) },
  {
    weight: 1,
    arbitrary: fc.constant({ kind: "plan", operations: [{ kind: "approve", proposal: "all" }], readings: [] }),
  },
)

export interface Obeyed {
  /** What became of the answers: "proposal taken", "proposal nonsense"... */
  readonly kinds: Readonly<Record<string, number>>
  /** Requests that a provider would have changed something for, and yeses and intents on the server. All have to be none. */
  readonly writes: number
  readonly approvals: number
  readonly intents: number
}

/** Says the same line as often as asked, and has the model answer anything. */
export async function obey(scene: Scene, server: ModelServer, runs: number, seed: number): Promise<Obeyed> {
  const mark = await scene.sandbox.lastExchange()
  const [yeses, intents] = [await scene.db.approval.count(), await scene.db.intent.count()]
  const deps = { ...scene.deps, plannerOf: async () => server.planner() }
  const kinds: Record<string, number> = {}
  for (const one of fc.sample(answer, { numRuns: runs, seed })) {
    server.plays(() => calls("answer", { answer: one }))
    const said = (await say(deps, scene.person, "move my weekly sync to Thursday 3pm")).answer
    const kind = `${said.kind} ${said.withoutModel ?? "taken"}`
    kinds[kind] = (kinds[kind] ?? 0) + 1
  }
  return {
    kinds,
    writes: (await scene.writes(mark)).length,
    approvals: (await scene.db.approval.count()) - yeses,
    intents: (await scene.db.intent.count()) - intents,
  }
}
