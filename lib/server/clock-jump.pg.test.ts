import pg from "pg"
import { afterAll, beforeAll, expect, test } from "vitest"
import { jumpAt, movedInstants } from "../testing/crashes/clock-jump"
import { CASES } from "../testing/crashes/crash-cases"
import type { CrashPoint } from "../testing/crashes/mortal"
import { plantOf } from "../testing/crashes/plants"
import { scaledTimes } from "../testing/crashes/scaled"
import { openScene, type Scene } from "../testing/scene"

/* The small form of `npm run faults -- clock`: the points at which a jump matters most; all of them there. */

let scene: Scene
let owner: pg.Client
beforeAll(async () => {
  scene = await openScene("google", { times: scaledTimes(40) })
  owner = new pg.Client({ connectionString: scene.ownerUrl })
  await owner.connect()
})
afterAll(async () => {
  await owner.end()
  await scene.close()
})

const applied = CASES.find(({ name }) => name === "applied") ?? expect.unreachable()
const jump = movedInstants((statement) => owner.query(statement))
const POINTS: CrashPoint[] = [
  "after guarded.prepare",
  "after guarded.markSent",
  "before provider.update",
  "after provider.update",
]

test.each(
  POINTS.flatMap((at) => [60, -120].flatMap((minutes) => [true, false].map((dies) => [at, minutes, dies] as const))),
)("F9 %s: %d minutes, dies: %s", async (at, minutes, dies) => {
  expect(await jumpAt(scene, applied, at, { minutes, dies }, jump)).toEqual({ hit: true, broken: [], early: false })
})

test("a recovery that takes whose lease is over for dead is found", async () => {
  const how = { minutes: 60, dies: false }
  const { broken } = await jumpAt(scene, applied, "before provider.update", how, jump, plantOf("dead-by-the-clock"))
  expect(broken).not.toEqual([])
})
