import { parseArgs } from "node:util"
import { runHarness } from "../../lib/testing/harness"
import { canonical } from "./parts/canonical"
import { CLOCK_CHANGES, EDGES, WEEKDAYS } from "./parts/days"
import { PLANTS, type PlantName } from "./parts/zone-plants"

/*
 * The scenario that the product is judged by, with the clock on every weekday, on the days of the clock changes, and at times near an edge.
 *
 *   npm run faults -- weekdays [--provider google|microsoft] [--plant NAME]
 */

const { values } = parseArgs({ options: { provider: { type: "string" }, plant: { type: "string" } } })
const providers = (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each)
const plant = (Object.keys(PLANTS) as PlantName[]).find((each) => each === values.plant)
if (values.plant && !plant) throw new Error(`no plant ${values.plant}; there is: ${Object.keys(PLANTS).join(", ")}`)

const nameOf = (now: string) =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Berlin", dateStyle: "full", timeStyle: "short" }).format(
    new Date(now),
  )

runHarness("weekdays", 15, async () => {
  const missed: string[] = []
  let [told, asked] = [0, 0]
  for (const now of [...WEEKDAYS, ...CLOCK_CHANGES, ...EDGES]) {
    for (const provider of providers) {
      for (const choice of ["keep", "move", "other"] as const) {
        const said = await canonical({ provider, now, choice, ...(plant && { plant }) }).catch((error: Error) => ({
          asked: null,
          target: "-",
          wrong: [error.message],
        }))
        told += 1
        if (said.asked) asked += 1
        missed.push(...said.wrong.map((what) => `${nameOf(now)}, ${provider}, ${choice}: ${what}`))
        if (choice !== "keep") continue
        const question = said.asked ? `, asked ${said.asked}` : ""
        console.log(`${nameOf(now).padEnd(40)} ${provider.padEnd(10)} to ${said.target}${question}`)
      }
    }
  }
  return { figures: { told, asked, plant: plant ?? null }, missed }
})
