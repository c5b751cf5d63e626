import { describe, expect, test } from "vitest"
import { someOf } from "../../lib/testing/some-of"
import { killSenders } from "../../lib/testing/webhooks/kills"
import { WEBHOOK_PLANTS, type WebhookPlant } from "../../lib/testing/webhooks/plants"

/* The small form of `npm run faults -- webhooks`. */

const SMALL = { kills: 4, atOnce: 2, events: 8 }

describe("F8", () => {
  test("senders that are killed lose nothing, and tell it twice under the same id at most", {
    timeout: 120_000,
  }, async () => {
    const { broken, told } = await killSenders(SMALL)
    expect(broken).toEqual([])
    expect(told).toBe(SMALL.kills * SMALL.events * 3)
  })

  // some bugs show only where a process dies within a certain 80 ms
  test.each(someOf(Object.keys(WEBHOOK_PLANTS) as WebhookPlant[], 1))(
    "sees the bug %s",
    { retry: 3, timeout: 100_000 },
    async (plant) => {
      const { broken } = await killSenders({ ...SMALL, kills: 8, plant })
      expect(broken.length).toBeGreaterThan(0)
    },
  )
})
