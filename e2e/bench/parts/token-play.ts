import { SCOPES } from "../../../lib/domain/agent-key"
import type { Json } from "../../../lib/domain/record"
import type { ApiWorld } from "../../../lib/testing/api/world"
import { COLUMNS, type ColumnName, type Landed } from "./token-columns"
import { openDoor } from "./token-door"
import { type ChargeKind, openLedger } from "./token-ledger"
import type { Script } from "./token-script"
import { entriesOf, withEntry } from "./token-texts"

export interface Played {
  readonly column: ColumnName
  readonly tokens: Readonly<Record<ChargeKind, number>>
  readonly requests: number
  readonly writes: number
  /** Changes that stood, and that a write replaced whose writer had never seen them. */
  readonly lost: number
  /** Writes that landed though something else, which lay before their writer, was no longer so. */
  readonly onStale: number
  /** As the app has them at the end, in the order of the script's artifacts. */
  readonly final: readonly Json[]
}

let plays = 0

/** One script in one column, event by event, each agent with a key of its own, over records of its own. @param url where the app is served */
export async function play(world: ApiWorld, url: string, column: ColumnName, script: Script): Promise<Played> {
  const { artifacts, first, events } = script
  const keys = artifacts.map(({ name }) => `fleet-${plays}/${name}`)
  plays += 1
  const judge = openDoor(url, (await world.keyFor("top")).key, () => {})
  for (const [n, key] of keys.entries()) await judge.api("PUT", key, { "if-none-match": "*" }, first[n] ?? null)
  const ledger = openLedger()
  const agents = await Promise.all(
    Array.from({ length: script.agents }, async () => {
      // everything but a person's calendars: fifteen tools
      const scopes = SCOPES.filter((scope) => !scope.startsWith("calendar:"))
      const { key } = await world.keyFor("low", { scopes })
      return COLUMNS[column]({ door: openDoor(url, key, ledger.sent), ledger, keys })
    }),
  )
  const standing = new Map(keys.map((key, n) => [key, first[n] ?? null]))
  let [writes, lost, onStale] = [0, 0, 0]
  for (const event of events) {
    const [agent, about, artifact] = [agents[event.agent], keys[event.about], artifacts[event.about]]
    if (!agent || about === undefined || !artifact) throw new Error("an event of nobody, about nothing")
    if (event.do === "look") {
      await agent.look(about)
      continue
    }
    const landed = await agent.write(about, (value) => withEntry(artifact, value, event.entry, event.to))
    writes += 1
    lost += unseenChanges(standing, landed, about)
    onStale += keys.some((key) => key !== about && unlike(landed.seen.get(key), standing.get(key))) ? 1 : 0
    standing.set(about, landed.written)
  }
  const final: Json[] = []
  for (const key of keys) final.push(JSON.parse((await judge.api("GET", key, {})).text).value)
  if (keys.some((key, n) => unlike(final[n], standing.get(key))))
    throw new Error(`${column}: the app has something else`)
  return { column, tokens: ledger.tokens, requests: ledger.requests, writes, lost, onStale, final }
}

/** By their entries: a database may give an object's fields back in another order. */
const unlike = (a: Json | undefined, b: Json | undefined): boolean =>
  entriesOf(a ?? "").join("\n") !== entriesOf(b ?? "").join("\n")

function unseenChanges(standing: ReadonlyMap<string, Json>, { seen }: Landed, about: string): number {
  const before = entriesOf(seen.get(about) ?? "")
  return entriesOf(standing.get(about) ?? "").filter((each, n) => each !== before[n]).length
}
