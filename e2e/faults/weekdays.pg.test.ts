import { expect, test } from "vitest"
import { someOf } from "../../lib/testing/some-of"
import { canonical } from "./parts/canonical"
import { CLOCK_CHANGES, WEEKDAYS } from "./parts/days"

/* The small form of `npm run faults -- weekdays`: some weekdays and both clock changes, providers and choices in turn. */

const CHOICES = ["keep", "move", "other"] as const
const [, autumn, spring] = CLOCK_CHANGES
const moments = [...someOf(WEEKDAYS, 3), autumn, spring].map((now, n) => ({
  now,
  choice: CHOICES[n % CHOICES.length] ?? "keep",
  provider: n % 2 === 0 ? ("google" as const) : ("microsoft" as const),
}))

test.each(moments)("$now $provider $choice", async (moment) => {
  expect((await canonical(moment)).wrong).toEqual([])
})

test("the bug of reading the person's words in the server's zone is found", async () => {
  const told = await canonical({ provider: "google", now: WEEKDAYS[0], choice: "keep", plant: "utc" })
  expect(told.wrong).not.toEqual([])
})

test("the bug of one offset for all days is found, on the day of a clock change", async () => {
  const told = await canonical({ provider: "google", now: autumn, choice: "keep", plant: "todays-offset" })
  expect(told.wrong).not.toEqual([])
})
