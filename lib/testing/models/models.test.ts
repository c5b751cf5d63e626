import { describe, expect, test } from "vitest"
import { someOf } from "../some-of"
import { notInNote } from "./check"
import { claimInTla, claimModel } from "./claim-model"
import { explore, type Model, type Next, pathTo, stuck, unfired } from "./explore"
import { differenceBetween } from "./lockstep"
import { check, type Protocol } from "./protocol"
import { BOOKING, CLAIM, CLAIM_BOUNDS, INTENT } from "./protocols"
import { checkTla, specOf, withConstant } from "./tla"

/** A counter that can be moved up to its end, and be caught in 3. */
const toy = (broken: readonly string[] = []): Model<number, "up" | "catch"> => ({
  name: "toy",
  bounds: "0..4",
  initial: 0,
  actions: (state) => (state === 9 || state === 4 ? [] : state === 3 ? ["up", "catch"] : ["up"]),
  next: (state, action) => ({
    state: action === "catch" ? 9 : state + 1,
    edge: action,
    broken: state === 2 ? broken : [],
  }),
  pack: String,
  edges: ["up", "catch"],
  progress: [
    {
      name: "reaches 4",
      goal: (state) => state === 4,
      helped: (action) => action === "up",
      bug: { name: "no way past 2", lead: ({ state }) => Math.min(state, 2) },
    },
  ],
})

function whole<S, A>(model: Model<S, A>) {
  const explored = explore(model)
  if (explored.kind !== "whole") throw new Error(`broken: ${explored.broken}`)
  return explored
}

describe("the explorer", () => {
  test("finds all states and edges, and a shortest way to each", () => {
    const { graph, edgeCount } = whole(toy())
    expect([graph.states, edgeCount]).toEqual([[0, 1, 2, 3, 4, 9], 5])
    expect(pathTo(graph.reachedBy, 5)).toEqual(["up", "up", "up", "catch"])
  })

  test("names what breaks, and a shortest way to it", () => {
    expect(explore(toy(["Broken"]))).toEqual({ kind: "broken", broken: ["Broken"], path: ["up", "up", "up"] })
  })

  test("leaves nothing out in silence", () => {
    expect(() => explore(toy(), 5)).toThrow(RangeError)
    expect(explore(toy(), 6).kind).toBe("whole")
  })

  test("names classes of edges that never came, and such as nobody named", () => {
    const { graph } = whole(toy())
    expect(unfired({ ...toy(), edges: ["up", "down"] }, graph)).toEqual(["never: down", "not named: catch"])
  })

  test("names a state from which what has to come cannot", () => {
    expect(stuck(toy(), whole(toy()).graph)).toEqual([{ name: "reaches 4", path: ["up", "up", "up", "catch"] }])
  })
})

describe("the checker of TLA+", () => {
  test("refuses what it would pass falsely: a temporal property", () => {
    const { module, config } = specOf("claim")
    expect(() => checkTla({ module, config: `${config}\nPROPERTY Live\n` })).toThrow("temporal")
  })

  test("an error of the module is no verdict", () => {
    const { module, config } = specOf("claim")
    expect(() => checkTla({ module: module.replace("left - 1", "lost - 1"), config })).toThrow("the checker says")
  })

  test("a constant that the configuration does not set is no mutant", () => {
    expect(() => withConstant(specOf("claim"), "NoSuch", "FALSE")).toThrow(RangeError)
  })

  test("a guard that only one of the two has shows as a difference", () => {
    const ours = whole(claimModel(CLAIM_BOUNDS)).graph
    const spec = specOf("claim")
    const later = { ...spec, module: spec.module.replace("MetClaim = 0\n", "claim = 0\n") }
    const verdict = checkTla(later)
    if (verdict.kind !== "whole") throw new Error(verdict.invariant)
    const { difference } = differenceBetween(ours, verdict.graph, claimInTla(CLAIM_BOUNDS))
    expect(difference).toContain("the rule alone leads to")
  })
})

/** Of the guards that are taken out in TLA+ a few, others each time. */
function someInTla<S, A, G extends object>(protocol: Protocol<S, A, G>): Protocol<S, A, G> {
  const guards = Object.keys(protocol.guards) as (keyof G & string)[]
  const some = someOf(guards, 3)
  return { ...protocol, tla: protocol.tla && { ...protocol.tla, without: guards.filter((one) => !some.includes(one)) } }
}

/* With the booking rule in TLA+ as well, every guard taken out there, and what is large (three ranks, two approvals among changes by others): npm run check:models */
describe("C8 the protocols", () => {
  test("claim: whole, the same in TLA+, red without any guard, with the figures of the note", () => {
    const checked = check(someInTla(CLAIM))
    expect(checked.problems).toEqual([])
    expect(notInNote(checked)).toEqual([])
  }, 60_000)

  test("booking: whole, red without any guard, with the figures of the note", () => {
    const checked = check({ ...BOOKING, tla: null, models: BOOKING.models.slice(0, 2) })
    expect(checked.problems).toEqual([])
    expect(notInNote(checked)).toEqual([])
  }, 60_000)

  test("intent: whole, the same in TLA+, red without any guard, with the figures of the note", () => {
    const checked = check({ ...someInTla(INTENT), models: INTENT.models.slice(0, 3) })
    expect(checked.problems).toEqual([])
    expect(notInNote(checked)).toEqual([])
  }, 60_000)

  test("a guard whose loss shows nowhere is a problem", () => {
    const blind = { ...CLAIM, guards: { versionCheck: true }, tla: null, models: [() => claimModel(CLAIM_BOUNDS)] }
    expect(check(blind).problems).toContain("claim: nothing breaks without versionCheck")
  }, 60_000)

  test("a bug by which nothing is stuck is a problem", () => {
    const stalled = claimModel(CLAIM_BOUNDS)
    const bug = { name: "no bug", lead: <S>({ state }: Next<S>) => state }
    const checked = check({
      ...CLAIM,
      guards: {},
      tla: null,
      models: [],
      stalled: { ...stalled, progress: stalled.progress.map((one) => ({ ...one, bug })) },
    })
    expect(checked.problems).toEqual(["claim: nothing is stuck with no bug"])
  })
})
