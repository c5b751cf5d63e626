import { readFileSync } from "node:fs"
import path from "node:path"
import { describe, expect, test } from "vitest"
import { CLAIM_GUARDS } from "../../domain/protocol/claim"
import { isOver } from "../../domain/protocol/claim-state"
import { type ClaimWorld, claimModel, claimOf, isBarred } from "./claim-model"
import { explore } from "./explore"
import { CLAIM_BOUNDS } from "./protocols"

/* C17. What decision 018 says of the published states and specifications, of every state of the claim model and of every guard of the rule. */

type Published = "exclusive" | "shared" | "invalid"

/** What an agent's copy is, by the published names. Null: it has none. */
function publishedState({ head, memory }: ClaimWorld, agent: number): Published | null {
  const { seen = 0, mine = 0 } = memory[agent] ?? {}
  if (seen === 0) return null
  if (seen !== head.version || isBarred(head, agent)) return "invalid"
  return head.claim?.claimId === claimOf(mine) && !isOver(head.claim, 0) ? "exclusive" : "shared"
}

describe("C17 the four published states", () => {
  const explored = explore(claimModel(CLAIM_BOUNDS))
  if (explored.kind !== "whole") throw new Error(explored.broken.join())
  const { states, edges } = explored.graph
  const agents = Array.from({ length: CLAIM_BOUNDS.agents }, (_, agent) => agent)
  const statesIn = (world: ClaimWorld | undefined) =>
    agents.map((agent) => (world ? publishedState(world, agent) : null))

  test("exclusive, shared and invalid come, exclusive never twice", () => {
    const met = new Set(states.flatMap(statesIn))
    expect([...met].sort()).toEqual(["exclusive", "invalid", null, "shared"].sort())
    expect(states.filter((world) => statesIn(world).filter((state) => state === "exclusive").length > 1)).toEqual([])
  })

  test("modified is a commit itself: from a live copy to a live copy, and every other copy is invalid then", () => {
    let commits = 0
    for (const [from, leaving] of edges.entries())
      for (const { action, edge, to } of leaving) {
        if (action.kind !== "commit" || edge !== "commit: committed") continue
        commits++
        const [before, after] = [statesIn(states[from]), statesIn(states[to])]
        expect(before[action.agent]).toMatch(/exclusive|shared/)
        for (const agent of agents)
          if (agent === action.agent) expect(after[agent]).toMatch(/exclusive|shared/)
          else expect([null, "invalid"]).toContain(after[agent])
      }
    expect(commits).toBeGreaterThan(100)
  })
})

describe("C17 the four published specifications", () => {
  const note = readFileSync(path.join(import.meta.dirname, "../../decisions/018-model-checked-protocols.md"), "utf8")
  const mapped = /\*\*C17\.\*\*[\s\S]*?(?=\n\n)/.exec(note)?.[0] ?? ""
  const names = ["ownership", "crash recovery", "optimistic concurrency", "fence"]
  const guardsOf = (name: string) => new RegExp(`${name} \\(([^;)]*)`).exec(mapped)?.[1]?.split(", ") ?? []

  test("together they are every guard of the rule, each once", () => {
    expect(names.flatMap(guardsOf).sort()).toEqual(Object.keys(CLAIM_GUARDS).sort())
  })

  test.each(names)("%s: without any of its guards something breaks", (name) => {
    for (const guard of guardsOf(name)) {
      const without = explore(claimModel(CLAIM_BOUNDS, { ...CLAIM_GUARDS, [guard]: false }))
      expect([guard, without.kind]).toEqual([guard, "broken"])
    }
  })
})
