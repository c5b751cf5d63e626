import type { Temporal } from "temporal-polyfill"
import { afterAll, beforeAll, describe } from "vitest"
import type { EventRef } from "../../domain/event"
import { isInstalled, type ServerName } from "../../launch/tests/caldav.mjs"
import { calendarProviderContract } from "../contracts/calendar-provider"
import { splitsContract } from "../contracts/calendar-splits"
import { calendarSyncContract } from "../contracts/calendar-sync"
import { actsIn, CONNECTION, listedOn } from "../contracts/calendar-world"
import { answersContract } from "./contract-answers"
import { movesContract } from "./contract-moves"
import { partsContract } from "./contract-parts"
import { seriesContract } from "./contract-series"
import { textsContract } from "./contract-texts"
import { SERVERS } from "./servers"
import { type CaldavWorld, openCaldavWorld } from "./world"

/** The acts of the common contract, and what only this kind of server has. */
async function stageIn(world: CaldavWorld) {
  const acts = await actsIn(world, 8)
  const { server, witness, hand } = world
  return {
    ...acts,
    world,
    server,
    witness,
    hand,
    ref: (eventId: string): EventRef => ({ connectionId: CONNECTION, calendarId: acts.calendarId, eventId }),
    listed: (day: Temporal.PlainDate, days = 1) => listedOn(acts, day, days),
  }
}

export type Stage = Awaited<ReturnType<typeof stageIn>>
export type World = () => Stage

/** What the CalDAV adapter does on a real server, whoever wrote it: what every provider does, and what is in the texts. Left out where it is not installed. */
export function caldavContract(name: ServerName, more: (world: World) => void = () => {}): void {
  // the phase says aloud what is not there
  if (!isInstalled(name)) return
  describe(name, () => {
    let stage: Stage
    beforeAll(async () => {
      stage = await stageIn(await openCaldavWorld(await SERVERS[name]()))
    })
    afterAll(() => stage?.world.close())
    calendarProviderContract(name, async () => stage.world)
    calendarSyncContract(name, async () => stage.world)
    splitsContract(name, async () => stage.world, 6)
    partsContract(() => stage)
    textsContract(() => stage)
    seriesContract(() => stage)
    movesContract(() => stage)
    answersContract(() => stage)
    more(() => stage)
  })
}
