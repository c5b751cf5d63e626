import { expect, test } from "vitest"
import { openScene } from "../../lib/testing/scene"
import { twoTools } from "./parts/two-tools"

test.each(["google", "microsoft"] as const)(
  "T14 %s: a tool that writes without a version loses what the person did; ours does not write",
  async (provider) => {
    const scene = await openScene(provider)
    try {
      await scene.sandbox.setSwitches({ changeKeyRewriteMs: null })
      const { naive, ours } = await twoTools(scene)
      expect(naive.stands).not.toBe(naive.wanted)
      expect(naive.stands).toMatch(/ 15:00$/)
      expect(naive.statuses).toEqual([200])
      expect(naive.lines.at(-1)?.what).toContain("Done!")
      expect(ours.stands).toBe(ours.wanted)
      expect(ours.statuses).toEqual([])
      expect(ours.lines.at(-1)?.what).toContain("You just changed this")
    } finally {
      await scene.close()
    }
  },
)
