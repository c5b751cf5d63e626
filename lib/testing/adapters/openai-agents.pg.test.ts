import { Agent, type FunctionTool, type Model, type ModelResponse, Runner, tool, Usage } from "@openai/agents"
import { afterAll, beforeAll, expect, test } from "vitest"
import { ifmatchTools } from "../../api-client/adapters/openai-agents"
import type { Said } from "../../api-client/adapters/tools"
import { brain, claimant, type Move, meeting, naiveTools } from "./brain"
import { openShared } from "./shared"

/* C11: the OpenAI Agents SDK's own runner, two agents at once; only the model is scripted. */

let shared: Awaited<ReturnType<typeof openShared>>
beforeAll(async () => {
  shared = await openShared()
})
afterAll(() => shared.close())

const scripted = (think: ReturnType<typeof brain>): Model => ({
  async getResponse({ input }) {
    const items = typeof input === "string" ? [] : input
    const answers = items.flatMap((item) => (item.type === "function_call_result" ? [saidIn(item.output)] : []))
    const move = await think(answers)
    return { usage: new Usage(), output: [itemOf(move, `call-${answers.length}`)] }
  },
  getStreamedResponse: () => {
    throw new Error("not asked for")
  },
})

const itemOf = (move: Move, callId: string): ModelResponse["output"][number] =>
  "done" in move
    ? { type: "message", role: "assistant", status: "completed", content: [{ type: "output_text", text: move.done }] }
    : { type: "function_call", callId, name: move.tool, arguments: JSON.stringify(move.args), status: "completed" }

const saidIn = (output: unknown): Said => {
  const text = typeof output === "string" ? output : (output as { text: string }).text
  return JSON.parse(text) as Said
}

async function agent(name: string, think: ReturnType<typeof brain>, tools: FunctionTool[]): Promise<string> {
  const runner = new Runner({ tracingDisabled: true })
  const done = await runner.run(new Agent({ name, tools, model: scripted(think) }), "Add your entry to the board.")
  return String(done.finalOutput)
}

test("C11 two agents at one record: over a variable one entry is lost, over ours the loser is told and both are there", async () => {
  const naive = naiveTools({})
  const ofNobody = Object.entries(naive.tools).map(([name, execute]) => {
    const parameters = { type: "object" as const, properties: {}, required: [], additionalProperties: true as const }
    return tool({ name, description: "", strict: false, parameters, execute }) as unknown as FunctionTool
  })
  const both = meeting(2)
  await Promise.all(["ann", "bob"].map((name) => agent(name, brain(name, "any", both), ofNobody)))
  expect(Object.keys(naive.value())).toHaveLength(1)

  const key = await shared.made()
  const again = meeting(2)
  const ends = await Promise.all(
    (["low", "top"] as const).map(async (who) =>
      agent(who, brain(who, key, again), await ifmatchTools(shared.optionsFor(who))),
    ),
  )
  expect(ends).toEqual(["applied", "applied"])
  expect(await shared.value(key)).toEqual({ low: "done", top: "done" })
  expect((await shared.history(key)).slice(1).sort()).toEqual(["low written", "top written"])
})

test("C3 C15 an agent that thought for longer than its claim lasted is superseded, writes nothing, and lands after it has claimed and read again", async () => {
  const key = await shared.made()
  const toolsOf = (who: "low" | "top") => ifmatchTools(shared.optionsFor(who))
  const ends =
    "update heads set lease_until = clock_timestamp() - interval '1 ms' where kind = 'record' and id = $1 and claim_id is not null"
  const timeGoesBy = async () => {
    expect((await shared.world.owner.query(ends, [key])).rowCount).toBe(1)
  }
  let others = ""
  const overtaken = async () => {
    const other = claimant("top", key, async () => {}, timeGoesBy)
    others = await agent("top", other, await toolsOf("top"))
    expect(await shared.value(key)).toEqual({ top: "done" })
  }
  const zombie = claimant("low", key, overtaken, () => expect.unreachable())
  const mine = await agent("low", zombie, await toolsOf("low"))
  expect(others).toBe("busy,claimed,record,applied,released")
  expect(mine).toBe("claimed,record,superseded reclaimed,claimed,record,applied,released")
  expect(await shared.value(key)).toEqual({ low: "done", top: "done" })
  expect(await shared.history(key)).toEqual(["low created", "top written", "low written"])
})
