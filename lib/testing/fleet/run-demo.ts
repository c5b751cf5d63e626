import { prepareTemplate } from "../../launch/test-database.mjs"
import { openThrowaway } from "../../launch/throwaway.mjs"
import { openApiWorld } from "../api/world"
import { runHarness } from "../harness"
import { openFleet } from "./crew"
import { type Ending, promisesMissed, STORIES, type Told, tell } from "./stories"

/*
 * C14, C10. `npm run demo:races`: what goes wrong where agents share state and the last write wins, and the same with us. No keys and no accounts; two app servers and seven agents, each a process of
 * its own, on a PostgreSQL that is thrown away.
 */

const ORCHESTRATOR_AND_SIX = 7

function counted(all: readonly string[]): string {
  const kinds = [...new Set(all)]
  return kinds.map((kind) => `${all.filter((each) => each === kind).length} x ${kind}`).join("; ")
}

function came({ lost, stale }: Ending): string {
  const parts = [
    ...(lost.length > 0 ? [`lost: ${lost.join(", ")}`] : []),
    ...(stale.length > 0 ? [`there instead: ${stale.join(", ")}`] : []),
  ]
  return parts.join("; ") || "nothing lost, nothing stale"
}

function print({ name, happened, ours, lastWriteWins }: Told): void {
  console.log(`\n${name}\n  ${happened}`)
  console.log(`  last write wins: ${came(lastWriteWins)}`)
  console.log(`  with us:         ${came(ours)}`)
  console.log(`                   refused, and told what to do: ${counted(ours.refusals)}`)
}

runHarness("races", 3, async () => {
  const server = await openThrowaway()
  try {
    await prepareTemplate(server.ownerUrl)
    process.env.TEST_ADMIN_DATABASE_URL = server.ownerUrl
    const world = await openApiWorld()
    const fleet = await openFleet(world, world.ownerUrl, ORCHESTRATOR_AND_SIX)
    const told: Told[] = []
    for (const story of STORIES) {
      const one = await tell(story, fleet)
      print(one)
      told.push(one)
    }
    console.log()
    await fleet.close()
    await world.close()
    return { figures: { stories: told }, missed: told.flatMap(promisesMissed) }
  } finally {
    await server.close()
  }
})
