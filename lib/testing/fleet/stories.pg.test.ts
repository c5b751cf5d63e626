import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type ApiWorld, openApiWorld } from "../api/world"
import { type Fleet, openFleet } from "./crew"
import { promisesMissed, STORIES, tell } from "./stories"

/* C14, C9, C10. Two app servers and the agents are processes of their own, on one database; no keys of anybody, and no step depends on luck. */

let world: ApiWorld
let fleet: Fleet
beforeAll(async () => {
  world = await openApiWorld()
  fleet = await openFleet(world, world.ownerUrl, 7)
})
afterAll(async () => {
  await fleet?.close()
  await world.close()
})

/** What tells each story apart from a mere lost race, and how often it is said. */
const REFUSED: Readonly<Record<string, readonly [RegExp, number]>> = {
  "parallel sessions": [/^412 record-conflict version reacquire_and_reread$/, 1],
  "orchestrator fleet": [/^412 record-conflict deadView reacquire_and_reread$/, 6],
  "overnight agent": [/^409 claim-superseded \w+ reacquire_and_reread$/, 2],
}

describe("C14 three scenarios, with and without", () => {
  test.each(STORIES)("C14 C1 C3 C6 C9 C10 $name", async (story) => {
    const told = await tell(story, fleet)
    expect(promisesMissed(told)).toEqual([])
    const [refusal, times] = REFUSED[story.name] ?? [/./, 0]
    expect(told.ours.refusals.filter((each) => refusal.test(each))).toHaveLength(times)
  })
})
