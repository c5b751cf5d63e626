import { generateText, jsonSchema, stepCountIs, type ToolSet, tool } from "ai"
import { MockLanguageModelV3 } from "ai/test"
import { afterAll, beforeAll, expect, test } from "vitest"
import { ifmatchTools } from "../../api-client/adapters/ai-sdk"
import type { Said } from "../../api-client/adapters/tools"
import { brain, meeting, naiveTools } from "./brain"
import { openShared } from "./shared"

/* C11: the Vercel AI SDK's own loop, two agents at once; only the model is scripted. */

let shared: Awaited<ReturnType<typeof openShared>>
beforeAll(async () => {
  shared = await openShared()
})
afterAll(() => shared.close())

type Generated = Awaited<ReturnType<MockLanguageModelV3["doGenerate"]>>

/** A run of one agent: everything its tools answered. */
async function agent(think: ReturnType<typeof brain>, tools: ToolSet): Promise<Said[]> {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  }
  const model = new MockLanguageModelV3({
    async doGenerate({ prompt }): Promise<Generated> {
      const answers = prompt.flatMap(({ role, content }) =>
        role === "tool"
          ? content.flatMap((part) =>
              part.type === "tool-result" && part.output.type === "json" ? [part.output.value as unknown as Said] : [],
            )
          : [],
      )
      const move = await think(answers)
      if ("done" in move)
        return {
          content: [{ type: "text", text: move.done }],
          finishReason: { unified: "stop", raw: "stop" },
          usage,
          warnings: [],
        }
      const call = { toolCallId: `call-${answers.length}`, toolName: move.tool, input: JSON.stringify(move.args) }
      const finishReason = { unified: "tool-calls", raw: "tool_calls" } as const
      return { content: [{ type: "tool-call", ...call }], finishReason, usage, warnings: [] }
    },
  })
  const { steps } = await generateText({
    model,
    tools,
    prompt: "Add your entry to the board.",
    stopWhen: stepCountIs(8),
  })
  return steps.flatMap(({ toolResults }) => toolResults.map(({ output }) => output as Said))
}

test("C11 two agents at one record: over a variable one entry is lost, over ours the loser is told and both are there", async () => {
  const naive = naiveTools({})
  const ofNobody = Object.fromEntries(
    Object.entries(naive.tools).map(([name, execute]) => [
      name,
      tool({ inputSchema: jsonSchema({ type: "object" }), execute }),
    ]),
  )
  const both = meeting(2)
  await Promise.all(["ann", "bob"].map((name) => agent(brain(name, "any", both), ofNobody)))
  expect(Object.keys(naive.value())).toHaveLength(1)

  const key = await shared.made()
  const again = meeting(2)
  const runs = await Promise.all(
    (["low", "top"] as const).map(async (who) =>
      agent(brain(who, key, again), await ifmatchTools(shared.optionsFor(who))),
    ),
  )
  expect(await shared.value(key)).toEqual({ low: "done", top: "done" })
  expect(await shared.history(key)).toHaveLength(3)
  const said = runs.map((answers) => answers.map(({ kind }) => kind).join()).sort()
  expect(said).toEqual(["record,applied", "record,conflict,record,applied"])
  const lost = runs.flat().find(({ kind }) => kind === "conflict")
  expect(lost).toMatchObject({ key, why: expect.any(String), recovery: "reacquire_and_reread" })
})

test("C5 C6 a run that read something that has changed is told with the next answer, and writes nothing until it reads again", async () => {
  const [key, other] = [await shared.made({ n: 1 }), await shared.made({ n: 1 })]
  const tools = await ifmatchTools(shared.optionsFor("low"))
  const call = (name: string, args: object) =>
    tools[name]?.execute?.(args, { toolCallId: "1", messages: [] }) as Promise<Said>
  await call("read_record", { key })
  const { version } = (await call("read_record", { key: other })) as Said & { version: string }
  await shared.world.wired.records.publish({
    workspaceId: "w",
    actor: { kind: "agent", id: "top" },
    changes: [{ op: "write", key: key as never, value: 2, expectedVersion: await versionOf(key) }],
  })
  expect(await call("read_record", { key: other })).toMatchObject({ kind: "record", dead_views: [key] })
  const refused = await call("write_record", { key: other, value: { n: 2 }, version })
  expect(refused).toMatchObject({ kind: "conflict", why: "deadView", key, recovery: "reacquire_and_reread" })
  expect(await shared.value(other)).toEqual({ n: 1 })
  await call("read_record", { key })
  expect(await call("write_record", { key: other, value: { n: 2 }, version })).toMatchObject({ kind: "applied" })
})

test("C11 what a model gets wrong, and a server that does not answer, are answers", async () => {
  const tools = await ifmatchTools(shared.optionsFor("low"))
  const wrong = (args: object) => tools.write_record?.execute?.(args, { toolCallId: "1", messages: [] })
  expect(await wrong({ key: "../etc/passwd", value: 1 })).toMatchObject({ kind: "refused", message: /parted by/ })
  expect(await wrong({ key: "a/b", value: 1, version: "*" })).toMatchObject({ kind: "refused" })
  let up = true
  const { fetch, ...options } = shared.optionsFor("low")
  const cut = await ifmatchTools({
    ...options,
    fetch: (request) => (up ? fetch(request) : Promise.reject(new Error("gone"))),
  })
  up = false
  expect(await cut.list_records?.execute?.({}, { toolCallId: "1", messages: [] })).toMatchObject({ kind: "unknown" })
  await expect(ifmatchTools({ ...shared.optionsFor("low"), key: "ifm.w.none.none" })).rejects.toThrow()
})

const versionOf = async (key: string) =>
  (await shared.world.wired.records.readWithVersion({ workspaceId: "w", key: key as never })).version
