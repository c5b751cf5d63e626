import { caldavCalendars } from "../../adapters/caldav/adapter"
import type { IntentTimes } from "../../domain/protocol/intent"
import type { ServerName } from "../../launch/tests/caldav.mjs"
import { openScene, type Scene } from "../scene"
import { handOf } from "./hand"
import { addressOf, SERVERS } from "./servers"
import { openWitness } from "./witness"
import { accountOf } from "./world"

export type CaldavScene = Awaited<ReturnType<typeof openCaldavScene>>

/** A scene whose person is Alice at a real server, with a witness before it. */
export async function openCaldavScene(name: ServerName, times?: Partial<IntentTimes>) {
  const server = await SERVERS[name]()
  const witness = await openWitness(server.url)
  const home = witness.url + server.homeOf("alice")
  const open = (connectionId: Scene["connectionId"], now: () => number) =>
    caldavCalendars(accountOf(home, "alice", { connectionId, now }))
  const own = { provider: "caldav" as const, email: addressOf("alice"), open }
  const scene = await openScene("google", { own, ...(times && { times }) })
  return {
    server,
    witness,
    scene,
    hand: handOf(server, "alice"),
    async close() {
      await scene.close()
      await witness.close()
      await server.stop()
    },
  }
}
