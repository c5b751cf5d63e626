import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { openScene, type Scene } from "../testing/scene"
import { applyProposal } from "./apply-proposal"

describe.each(["google", "microsoft"] as const)("%s", (provider) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(provider)
  })
  afterAll(() => scene.close())

  test("moves", async () => {
    const p = await scene.propose("move my weekly sync to Thursday 3pm")
    const mark = await scene.sandbox.lastExchange()
    const applied = await applyProposal(scene.deps, scene.person, p.id, p.planHash)
    expect(applied).toMatchObject({ kind: "carriedOut", last: { kind: "applied" } })
    expect(await scene.writes(mark)).toHaveLength(1)
  })
})
