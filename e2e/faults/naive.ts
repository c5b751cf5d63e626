import { runHarness } from "../../lib/testing/harness"
import { openScene } from "../../lib/testing/scene"
import { type Ending, twoTools } from "./parts/two-tools"

/* What this product is for, shown: one interleaving through a tool as they are usually built, and through ours (T14). */

const WIDTH = 66

function row(left: string, right: string): void {
  console.log(`  ${left.padEnd(WIDTH)}${right}`)
}

const cell = ({ lines }: Ending, n: number): string => {
  const line = lines[n]
  return line ? `${line.what}  [${line.stands}]` : ""
}

runHarness("naive", 2, async () => {
  const missed: string[] = []
  const figures: Record<string, unknown> = {}
  for (const provider of ["google", "microsoft"] as const) {
    const scene = await openScene(provider)
    try {
      await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
      const { naive, ours } = await twoTools(scene)
      console.log(`\n${provider}; where the event stands at the provider is in brackets`)
      row("A TOOL WITHOUT VERSIONS", "IFMATCH")
      for (const n of naive.lines.keys()) row(cell(naive, n), cell(ours, n))
      row(verdict(naive), verdict(ours))
      if (naive.stands === naive.wanted) missed.push(`${provider}: the naive tool lost nothing, so this shows nothing`)
      if (ours.stands !== ours.wanted) missed.push(`${provider}: the person's edit is lost`)
      figures[provider] = { naive, ours }
    } finally {
      await scene.close()
    }
  }
  return { figures, missed }
})

const verdict = ({ wanted, stands, statuses }: Ending): string =>
  `${stands === wanted ? "the person's edit stands" : "THE PERSON'S EDIT IS LOST"}; write requests: ${statuses.join(", ") || "none"}`
