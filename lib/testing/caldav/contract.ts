import { afterAll, beforeAll, describe } from "vitest"
import { isInstalled, type ServerName } from "../../launch/tests/caldav.mjs"
import { answersContract } from "./contract-answers"
import { racesContract } from "./contract-races"
import { seriesContract } from "./contract-series"

import { type CaldavWorld, openCaldavWorld } from "./world"

export type World = () => CaldavWorld

/** What the CalDAV adapter does on a real server, whoever wrote it. Left out where that is not installed. */
export function caldavContract(name: ServerName, more: (world: World) => void = () => {}): void {
  // the phase says aloud what is not there
  if (!isInstalled(name)) return
  describe(name, () => {
    let world: CaldavWorld
    beforeAll(async () => {
      world = await openCaldavWorld(name)
    })
    afterAll(() => world?.close())
    racesContract(() => world)
    answersContract(() => world)
    seriesContract(() => world)
    more(() => world)
  })
}
