import { expect, test } from "vitest"
import { openScene } from "../scene"
import { forgeApprovals } from "./forged"

/* The small form of `npm run faults -- injection --only forged`. */

test("P3 a yes that nobody gave is not accepted, and nothing is written", {
  timeout: 60_000,
}, async () => {
  const scene = await openScene("google")
  try {
    const { accepted, writes, kinds } = await forgeApprovals(scene, 27)
    expect([accepted, writes]).toEqual([[], 0])
    expect(Object.keys(kinds)).toHaveLength(9)
  } finally {
    await scene.close()
  }
})
