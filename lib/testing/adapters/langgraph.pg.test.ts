import {
  Annotation,
  type BaseStore,
  InMemoryStore,
  type LangGraphRunnableConfig,
  StateGraph,
} from "@langchain/langgraph"
import { afterAll, beforeAll, expect, test } from "vitest"
import { ConflictError, IfmatchStore, readAt, versionOf } from "../../api-client/adapters/langgraph"
import { meeting } from "./brain"
import { openShared } from "./shared"

/* C11: LangGraph's own graph, compiled with a store, two nodes of one step at once. C18: the store is the one line that differs. */

let shared: Awaited<ReturnType<typeof openShared>>
beforeAll(async () => {
  shared = await openShared()
})
afterAll(() => shared.close())
const ours = (root: string) => new IfmatchStore({ ...shared.optionsFor("low"), root })

const PLACE = ["boards", "Launch"]
/** Two agents add their entry to one item, each in a node that is tried again after a lost race. */
async function played(store: BaseStore): Promise<{ board: object; tries: number }> {
  await store.put(PLACE, "todo", {})
  const bothHaveRead = meeting(2)
  let tries = 0
  const node =
    (name: string) =>
    async (_: unknown, { store: given }: LangGraphRunnableConfig) => {
      const item = await given?.get(PLACE, "todo")
      if (++tries <= 2) await bothHaveRead()
      await given?.put(PLACE, "todo", { ...item?.value, [name]: "done" })
      return {}
    }
  const retryPolicy = {
    retryOn: (error: unknown) => error instanceof ConflictError,
    initialInterval: 10,
    jitter: false,
  }
  const graph = new StateGraph(Annotation.Root({ said: Annotation<string> }))
    .addNode("ann", node("ann"), { retryPolicy })
    .addNode("bob", node("bob"), { retryPolicy })
    .addEdge("__start__", "ann")
    .addEdge("__start__", "bob")
    .compile({ store })
  await graph.invoke({ said: "" })
  return { board: (await store.get(PLACE, "todo"))?.value ?? {}, tries }
}

test("C11 C18 two nodes at one item: in memory one entry is lost, over ours the loser's node is run again and both are there", async () => {
  const lost = await played(new InMemoryStore())
  expect([Object.keys(lost.board).length, lost.tries]).toEqual([1, 2])
  const kept = await played(ours("race"))
  expect(kept).toMatchObject({ board: { ann: "done", bob: "done" }, tries: 3 })
})

test("C1 C3 what was read before somebody wrote is not written, what was not read not overwritten, and nothing is removed unseen", async () => {
  const store = ours("guards")
  await store.put(["a"], "k", { n: 1 })
  const [mine, theirs] = [await store.get(["a"], "k"), await store.get(["a"], "k")]
  await store.put(["a"], "k", { ...theirs?.value, n: 2 })
  const now = async () => (await store.get(["a"], "k"))?.value
  const stands = await now()
  for (const wrong of [
    () => store.put(["a"], "k", { ...mine?.value, n: 3 }),
    () => store.put(["a"], "k", { n: 3 }),
    () => store.put(["a"], "k", JSON.parse(JSON.stringify({ ...theirs?.value }))),
    () => store.delete(["a"], "k"),
    () => store.deleteItem(mine ?? expect.unreachable()),
  ]) {
    await expect(wrong()).rejects.toBeInstanceOf(ConflictError)
    expect(await now()).toEqual(stands)
  }
  // the object that was put goes on from what it is now; what went through JSON gets its version back by hand
  const value = { ...stands, n: 4 }
  await store.put(["a"], "k", value)
  await store.put(["a"], "k", readAt(JSON.parse(JSON.stringify(value)), versionOf(value) ?? ""))
  await store.deleteItem((await store.get(["a"], "k")) ?? expect.unreachable())
  expect(await store.get(["a"], "k")).toBeNull()
})

test("C11 one batch of several nodes: the loss of one is not the others'", async () => {
  const store = ours("batch")
  await store.put(["b"], "x", { n: 1 })
  const ends = await store.batch([
    { namespace: ["b"], key: "x", value: { n: 2 } },
    { namespace: ["b"], key: "y", value: { n: 1 } },
    { namespace: ["b"], key: "y" },
  ])
  await expect(ends[0]).rejects.toBeInstanceOf(ConflictError)
  expect(ends.slice(1)).toMatchObject([undefined, { key: "y", value: { n: 1 } }])
})

test("C11 places, searches and namespaces as LangGraph's own store has them", async () => {
  const [store, model] = [ours("like"), new InMemoryStore()]
  const places: [string[], string, object][] = [
    [["users", "Ada"], "a b/c", { role: "dev", age: 40 }],
    [["users", "ada"], "../x", { role: "dev", age: 20 }],
    [["users", "Ada"], "../x", { role: "ops", age: 10 }],
    [["users", "ünal"], ".env", { role: "ops", age: 30 }],
    [["users"], "@41", { role: "ops" }],
    [["teams", "x@y z"], "K", { role: "dev" }],
  ]
  for (const to of [store, model])
    for (const [namespace, key, value] of places) await to.put(namespace, key, { ...value })
  for (const [namespace, key, value] of places)
    expect(await store.get(namespace, key)).toMatchObject({ namespace, key, value })
  const sorted = (items: { namespace: string[]; key: string }[]) =>
    items.map(({ namespace, key }) => [...namespace, key].join("|")).sort()
  for (const [prefix, options] of [
    [[], {}],
    [["users"], {}],
    [["users", "Ada"], {}],
    [["users"], { filter: { role: "dev" } }],
    [["users"], { filter: { age: { $gte: 30 } } }],
    [["nowhere"], {}],
  ] as [string[], object][])
    expect(sorted(await store.search(prefix, options))).toEqual(sorted(await model.search(prefix, options)))
  expect(await store.search(["users"], { limit: 1, offset: 2 })).toHaveLength(1)
  for (const options of [{}, { prefix: ["users"] }, { suffix: ["*", "ada"] }, { maxDepth: 1 }])
    expect((await store.listNamespaces(options)).sort()).toEqual((await model.listNamespaces(options)).sort())
  await expect(store.search(["users"], { query: "who is it" })).rejects.toThrow(/by meaning/)
  await expect(store.put(["users"], "x".repeat(200), {})).rejects.toThrow(RangeError)
})
