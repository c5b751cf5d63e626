import pg from "pg"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { pointsOf } from "../testing/crashes/crash-at"
import { CASES } from "../testing/crashes/crash-cases"
import { connectionsCut, diskFull, type Outage, outageAt } from "../testing/crashes/outage"
import { plantOf } from "../testing/crashes/plants"
import { scaledTimes } from "../testing/crashes/scaled"
import { openScene, type Scene } from "../testing/scene"
import { someOf } from "../testing/some-of"

/* The small form of `npm run faults -- outage`: one case at some of its calls here, all of them there. */

describe.each(["connections cut", "disk full"])("F10 %s", (kind) => {
  let scene: Scene
  let owner: pg.Client
  let outage: Outage
  beforeAll(async () => {
    scene = await openScene("microsoft", { times: scaledTimes(40) })
    await scene.sandbox.setSwitches({ changeKeyRewriteMs: null, mailboxConcurrency: null })
    owner = new pg.Client({ connectionString: scene.ownerUrl })
    await owner.connect()
    outage = kind === "disk full" ? await diskFull(scene, (sql) => owner.query(sql)) : await connectionsCut(scene)
  })
  afterAll(async () => {
    await outage.close()
    await owner.end()
    await scene.close()
  })

  const applied = CASES.find(({ name }) => name === "applied") ?? expect.unreachable()

  test("nothing is sent without a committed intent, and everything is finished once it is over", async () => {
    for (const at of someOf(await pointsOf(scene, applied), 12)) {
      const { hit, broken } = await outageAt(scene, applied, at, outage)
      expect([at, hit, broken]).toEqual([at, true, []])
    }
  }, 60_000)

  test("a sender that writes its intent down afterwards is found", async () => {
    const plant = plantOf("intent-after-send").sender
    const { broken } = await outageAt(scene, applied, "before provider.update", outage, plant)
    expect(broken).not.toEqual([])
  })
})
