import { parseArgs } from "node:util"
import { CASES } from "../../../lib/testing/crashes/crash-cases"
import { PLANTS, type Plant, type PlantName, plantOf } from "../../../lib/testing/crashes/plants"

/** What the harnesses over crash cases take: `[--factor 40] [--provider google|microsoft] [--case NAME] [--plant NAME]`. Says how it runs. */
export function crashOptions() {
  const { values } = parseArgs({
    options: {
      /** So many times shorter than in production are the protocol's times. */
      factor: { type: "string", default: "40" },
      provider: { type: "string" },
      case: { type: "string" },
      plant: { type: "string" },
    },
  })
  const names = Object.keys(PLANTS) as PlantName[]
  const planted = names.find((each) => each === values.plant) ?? null
  if (values.plant && !planted) throw new Error(`no plant ${values.plant}; there is: ${names.join(", ")}`)
  const plant: Plant = planted ? plantOf(planted) : {}
  const factor = Number(values.factor)
  console.log(`times divided by ${factor}${planted ? `, with ${planted}` : ""}`)
  return {
    factor,
    planted,
    plant,
    providers: (["google", "microsoft"] as const).filter((each) => (values.provider ?? each) === each),
    cases: CASES.filter(({ name }) => (values.case ?? name) === name),
  }
}
