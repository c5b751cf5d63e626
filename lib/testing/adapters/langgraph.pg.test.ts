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

const at = (key: string) => `/records/${encodeURIComponent(key)}`

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
  const lost = { namespace: ["a"], key: "k", why: "version", currentVersion: versionOf(stands ?? {}) }
  const message = "a/k was modified concurrently - retry your edit."
  await expect(store.put(["a"], "k", { ...mine?.value, n: 3 })).rejects.toMatchObject({ ...lost, message })
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
  // what was read at one place is not written at another, but for a copy that knows no version
  await expect(store.put(["a"], "other", { ...stands })).rejects.toMatchObject({ key: "other", currentVersion: null })
  expect(await store.get(["a"], "other")).toBeNull()
  await store.put(["a"], "other", structuredClone(stands ?? {}))
  // the object that was put goes on from what it is now; what went through JSON gets its version back by hand
  const value = { ...stands, n: 4 }
  await store.put(["a"], "k", value)
  await store.put(["a"], "k", readAt(JSON.parse(JSON.stringify(value)), versionOf(value) ?? ""))
  await store.deleteItem((await store.get(["a"], "k")) ?? expect.unreachable())
  expect(await store.get(["a"], "k")).toBeNull()
  await expect(store.put(["a"], "k", value)).rejects.toMatchObject({ key: "k", currentVersion: null })
  expect(await store.get(["a"], "k")).toBeNull()
})

/** A node of one agent notes when the plan it reads begins; while it thinks, another agent moves the plan. */
async function noted(root: string, runId?: string) {
  const mine = new IfmatchStore({ ...shared.optionsFor("low"), root, ...(runId !== undefined && { runId }) })
  const theirs = new IfmatchStore({ ...shared.optionsFor("top"), root })
  const plan = { at: 9 }
  await theirs.put(["day"], "plan", plan)
  const losses: unknown[] = []
  const retryOn = (error: unknown) => losses.push(error) > 0 && error instanceof ConflictError
  const note = async (_: unknown, { store }: LangGraphRunnableConfig) => {
    const read = await store?.get(["day"], "plan")
    if (losses.length === 0) await theirs.put(["day"], "plan", Object.assign(plan, { at: 10 }))
    await store?.put(["day"], "note", { planAt: read?.value.at })
    return {}
  }
  const graph = new StateGraph(Annotation.Root({ said: Annotation<string> }))
    .addNode("note", note, { retryPolicy: { retryOn, initialInterval: 10, jitter: false } })
    .addEdge("__start__", "note")
    .compile({ store: mine })
  await graph.invoke({ said: "" })
  const value = (await theirs.get(["day"], "note"))?.value
  return { value, losses, planIsAt: versionOf(plan), versions: await shared.history(`${root}/day/note`) }
}

test("C5 under a run a node writes nothing on a plan that has moved, and is run again from a fresh read; without one it notes what is no longer so", async () => {
  expect(await noted("no-run")).toMatchObject({ value: { planAt: 9 }, losses: [] })
  const { value, losses, planIsAt, versions } = await noted("run", crypto.randomUUID())
  expect(value).toMatchObject({ planAt: 10 })
  const dead = { namespace: ["day"], key: "plan", why: "deadView", currentVersion: planIsAt }
  expect(losses).toMatchObject([dead])
  expect(versions).toEqual(["low created"])
})

test("C5 whatever way a run has read, here or beside the store, it neither writes nor removes until it reads that again", async () => {
  const root = "views"
  const others = new IfmatchStore({ ...shared.optionsFor("top"), root })
  const beside = await shared.made({ n: 1 })
  const seen = { n: 1 }
  await others.put(["a"], "seen", seen)
  const moveBeside = { body: { patch: { n: 2 } }, key: shared.world.keys.top }
  for (const [read, move, dead] of [
    [(s) => s.get(["a"], "seen"), () => others.put(["a"], "seen", seen), { namespace: ["a"], key: "seen" }],
    [(s) => s.search(["a"]), () => others.put(["a"], "seen", seen), { namespace: ["a"], key: "seen" }],
    [
      (_, runId) => shared.world.ask("GET", at(beside), { headers: { "ifmatch-run": runId } }),
      () => shared.world.ask("PATCH", at(beside), moveBeside),
      { namespace: [], key: beside },
    ],
  ] as [(s: IfmatchStore, runId: string) => Promise<unknown>, () => Promise<unknown>, object][]) {
    const runId = crypto.randomUUID()
    const store = new IfmatchStore({ ...shared.optionsFor("low"), root, runId })
    await store.put(["b"], runId, { n: 1 })
    const item = (await store.get(["b"], runId)) ?? expect.unreachable()
    await read(store, runId)
    await move()
    for (const wrong of [() => store.put(["b"], runId, { ...item.value, n: 2 }), () => store.deleteItem(item)])
      await expect(wrong()).rejects.toMatchObject({ ...dead, why: "deadView" })
    expect(await others.get(["b"], runId)).toEqual(item)
    await read(store, runId)
    await store.deleteItem(item)
  }
})

test("C6 with whatever it is answered a run's store hears what has died, here and beside it, until it is read again", async () => {
  const root = "hints"
  const others = new IfmatchStore({ ...shared.optionsFor("top"), root })
  const [beside, runId, heard, plan] = [await shared.made({ n: 1 }), crypto.randomUUID(), [] as unknown[], { at: 9 }]
  await others.put(["day"], "plan", plan)
  const onDeadViews = (dead: readonly unknown[]) => heard.push(dead)
  const store = new IfmatchStore({ ...shared.optionsFor("low"), root, runId, onDeadViews })
  await store.get(["day"], "plan")
  await shared.world.ask("GET", at(beside), { headers: { "ifmatch-run": runId } })
  expect(heard).toEqual([])
  await others.put(["day"], "plan", plan)
  await shared.world.ask("PATCH", at(beside), { body: { patch: { n: 2 } }, key: shared.world.keys.top })
  await store.put(["day"], "note", { planAt: 9 }).catch(() => {})
  await store.get(["day"], "plan")
  const outside = { namespace: [], key: beside }
  expect(heard).toEqual([[outside, { namespace: ["day"], key: "plan" }], [outside]])
  expect(await others.get(["day"], "note")).toBeNull()
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
