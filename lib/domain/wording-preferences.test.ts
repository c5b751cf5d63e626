import { describe, expect, test } from "vitest"
import type { Preference } from "./preferences"
import { askPreference, sayPreference, tellChangedMeanwhile } from "./wording-preferences"

const lasting = (minutes: number): Preference => ({ kind: "default-length", minutes })

describe("how a default length is said", () => {
  test.each([
    [5, "5 minutes"],
    [45, "45 minutes"],
    [60, "1 hour"],
    [61, "1 hour 1 minute"],
    [90, "1 hour 30 minutes"],
    [480, "8 hours"],
  ])("%i", (minutes, said) => {
    expect(sayPreference(lasting(minutes))).toBe(`New meetings last ${said} unless you say otherwise`)
  })

  test("what is asked before it is kept, and what it takes the place of", () => {
    const change = { op: "remember", lines: [lasting(45)] } as const
    const said = "New meetings last 45 minutes unless you say otherwise."
    expect(askPreference(change, [])).toBe(`${said} Shall I remember that?`)
    expect(askPreference(change, [lasting(25)])).toBe(
      `${said} Shall I remember that instead of “New meetings last 25 minutes unless you say otherwise”?`,
    )
  })

  test("a lost race says which stands, and no other line", () => {
    const free: Preference = { kind: "day-free", day: 5 }
    expect(tellChangedMeanwhile({ op: "remember", lines: [lasting(45)] }, [free, lasting(30)]).lines).toEqual([
      "New meetings last 30 minutes unless you say otherwise",
    ])
  })
})
