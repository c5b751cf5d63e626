import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type ApiWorld, openApiWorld } from "../../lib/testing/api/world"
import { COLUMN_NAMES, type ColumnName } from "./parts/token-columns"
import { type Exchange, serveApp } from "./parts/token-door"
import { totalOf } from "./parts/token-ledger"
import type { Artifact } from "./parts/token-mix"
import { type Played, play } from "./parts/token-play"
import { scriptOf } from "./parts/token-script"
import { textOf } from "./parts/token-texts"

/* That the bench counts what it says it counts: a small fleet, and beside it everything that went over the wire, counted apart. */

const ARTIFACTS: readonly Artifact[] = [
  { name: "plan.md", form: "text", tokens: 300 },
  { name: "state.json", form: "json", tokens: 300 },
]
const script = scriptOf({ name: "small", agents: 3, steps: 4, writeShare: 0.6 }, ARTIFACTS, 2)
const CHANGES = script.events.filter((event) => event.do === "write").length

const CLIENT = "ours, by a client"

let world: ApiWorld
let app: Awaited<ReturnType<typeof serveApp>>
const wire = new Map<ColumnName, readonly Exchange[]>()
const played = new Map<ColumnName, Played>()

beforeAll(async () => {
  const exchanges: Exchange[] = []
  world = await openApiWorld()
  app = await serveApp((exchange) => exchanges.push(exchange))
  for (const column of COLUMN_NAMES) {
    played.set(column, await play(world, app.url, column, script))
    // the first and the last are those of the judge, who makes the records and looks at them in the end
    wire.set(column, exchanges.splice(0).slice(ARTIFACTS.length, -ARTIFACTS.length))
  }
})
afterAll(async () => {
  app?.close()
  await world.close()
})

const of = (column: ColumnName): Played => {
  const one = played.get(column)
  if (!one) throw new Error(`${column} was not played`)
  return one
}
const sum = (texts: readonly string[]): number => texts.reduce((all, text) => all + countTokens(text), 0)

describe("C12", () => {
  test("ours and a client that polls end in the same artifacts, with every change; the last write that wins does not", () => {
    const [resent, polled, ours, byClient] = [of("resends everything"), of("polls with ETags"), of("ours"), of(CLIENT)]
    expect(ours.final).toEqual(polled.final)
    expect(byClient.final).toEqual(polled.final)
    expect(resent.final).not.toEqual(ours.final)
    expect(COLUMN_NAMES.map((name) => of(name).writes)).toEqual(COLUMN_NAMES.map(() => CHANGES))
    expect([polled.lost, ours.lost, byClient.lost, ours.onStale, byClient.onStale]).toEqual([0, 0, 0, 0, 0])
    expect(resent.lost).toBeGreaterThan(0)
    expect(polled.onStale).toBeGreaterThan(0)
    expect(byClient.requests).toBeLessThan(polled.requests)
  })

  test("ours is charged every word that was asked and answered, its refusals and what they led to with the rest", () => {
    const { tokens, requests } = of("ours")
    const rpc = (wire.get("ours") ?? []).map(({ asked, told }) => ({
      method: JSON.parse(asked).method as string,
      params: JSON.stringify(JSON.parse(asked).params),
      result: JSON.parse(told).result,
    }))
    expect(requests).toBe(rpc.length)
    const texts = rpc.flatMap(({ method, params, result }) =>
      method === "tools/list" ? [JSON.stringify(result.tools)] : [params, result.content[0].text as string],
    )
    expect(totalOf(tokens)).toBe(sum(texts))
    const told = rpc.flatMap(({ params, result }) => {
      if (!result.structuredContent) return []
      const { dead_views, ...rest } = result.structuredContent
      return [{ params, kind: rest.kind, whole: result.content[0].text, without: JSON.stringify(rest), dead_views }]
    })
    const refused = told.filter(({ kind }) => kind === "conflict")
    const hinted = told.filter(({ dead_views }) => dead_views !== undefined)
    expect([refused.length > 0, hinted.length > refused.length]).toEqual([true, true])
    expect(tokens.refused).toBe(sum(refused.flatMap(({ params, without }) => [params, without])))
    expect(tokens.hints).toBe(sum(hinted.map(({ whole }) => whole)) - sum(hinted.map(({ without }) => without)))
  })

  test.each(["resends everything", "polls with ETags", CLIENT] as const)("%s is charged the texts alone", (column) => {
    const texts = (wire.get(column) ?? []).flatMap(({ method, status, asked, told }, n, all) => {
      if (method === "PUT") return [textOf(JSON.parse(asked).value), ...(status === 412 ? [told] : [])]
      // a read right before a blind write is nothing that a model sees
      const blind = column === "resends everything" && all[n + 1]?.method === "PUT"
      return status === 304 || blind ? [] : [textOf(JSON.parse(told).value)]
    })
    expect(totalOf(of(column).tokens)).toBe(sum(texts))
    expect(of(column).requests).toBe(wire.get(column)?.length)
  })
})
