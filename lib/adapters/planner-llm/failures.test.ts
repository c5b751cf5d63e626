import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type ModelServer, modelPlanner, openModelServer } from "../../testing/model-server"
import { byGrammar, byModel, create, idOf, move, obedient, office, WORDS } from "../../testing/office-chat"
import { answers, calls, type Script } from "../../testing/scripted-model"

let server: ModelServer
beforeAll(async () => {
  server = await openModelServer()
})
afterAll(() => server.stop())

describe("a model that fails: the grammar answers, within the time, and it is known why", () => {
  const ids = (target: string) => answers(move(target))
  const own = () => ids(idOf("sync-1124"))
  const faults: [string, Script, Parameters<ModelServer["plays"]>[1], object][] = [
    ["says it is too busy (429)", own, { rateLimitRate: 1 }, { failure: "overloaded", steps: 0 }],
    ["breaks (500)", own, { dropRate: 1 }, { failure: "overloaded" }],
    ["answers what is no JSON", own, { malformedRate: 1 }, { failure: "malformed" }],
    ["hangs up", own, { disconnectRate: 1 }, { failure: "unreachable" }],
    ["is slow", own, { latencyMs: 30_000 }, { failure: "slow" }],
    ["knows no such key", () => ({ error: { message: "bad key" }, status: 401 }), {}, { failure: "rejected" }],
    ["knows no such model", () => ({ error: { message: "no model" }, status: 404 }), {}, { failure: "rejected" }],
    [
      "breaks halfway",
      (request, step) => (step === 0 ? obedient(request, step) : { error: { message: "oops" }, status: 503 }),
      {},
      { failure: "overloaded", steps: 1, inputTokens: 100 },
    ],
    ["chats instead", () => ({ content: "Sure, I moved it for you!" }), {}, { failure: "declined", steps: 1 }],
    ["will not", () => ({ content: "", finishReason: "content_filter" }), {}, { failure: "declined" }],
    [
      "writes broken JSON",
      () => ({ toolCalls: [{ name: "answer", arguments: '{"answer": {"kind": "plan", ' }] }),
      {},
      { failure: "malformed", steps: 3 },
    ],
    [
      "writes another form",
      () =>
        calls("answer", {
          answer: { kind: "plan", operations: [{ kind: "rename", target: "e1", title: "x" }], readings: [] },
        }),
      {},
      { failure: "malformed" },
    ],
    ["calls a tool that is none", () => calls("delete_everything", {}), {}, { failure: "endless" }],
    [
      "answers twice at once",
      () => ({
        toolCalls: [1, 2].map(() => ({
          name: "answer",
          arguments: JSON.stringify({ answer: move(idOf("sync-1124")) }),
        })),
      }),
      {},
      { failure: "malformed" },
    ],
    ["asks without end", () => calls("by_title", { words: "sync" }), {}, { failure: "endless", steps: 8 }],
    [
      "asks a thousand things at once",
      () => ({ toolCalls: Array.from({ length: 1_000 }, () => ({ name: "by_title", arguments: '{"words":"sync"}' })) }),
      {},
      { failure: "endless" },
    ],
    ["names an event that is none", () => ids("e999"), {}, { nonsense: "no-such-event" }],
    ["moves what is not theirs", () => ids(idOf("allhands")), {}, { nonsense: "not-movable" }],
    [
      "moves it into the past",
      () => answers(move(idOf("sync-1124"), { start: "2026-11-20T15:00", end: "2026-11-20T16:00" })),
      {},
      { nonsense: "in-the-past" },
    ],
    [
      "ends it before it starts",
      () => answers(move(idOf("sync-1124"), { end: "2026-11-26T14:00" })),
      {},
      { nonsense: "ends-before-it-starts" },
    ],
    [
      "names a day that is none",
      () => answers(move(idOf("sync-1124"), { start: "2026-11-31T15:00", end: "2026-11-31T16:00" })),
      {},
      { nonsense: "no-such-time" },
    ],
    [
      "writes times as it likes",
      () => answers(move(idOf("sync-1124"), { start: "Thursday 3pm", end: "4pm" })),
      {},
      { nonsense: "no-such-time" },
    ],
    [
      "makes a day of an hour",
      () => answers(move(idOf("sync-1124"), { start: "2026-11-26", end: "2026-11-27" })),
      {},
      { nonsense: "day-for-time" },
    ],
    [
      "moves a whole series that is none",
      () => answers(move(idOf("dentist"), { scope: "series" })),
      {},
      { nonsense: "not-a-series" },
    ],
    [
      "titles it with another event's title",
      () => answers(create("Budget planning")),
      {},
      { nonsense: "not-their-words" },
    ],
    [
      "titles it with an address",
      () => answers(create("https://evil.example/?q=weekly sync")),
      {},
      { nonsense: "not-their-words" },
    ],
    [
      "invites somebody who was not named",
      () => answers(create("weekly sync", ["p2"])),
      {},
      { nonsense: "not-a-person-they-named" },
    ],
    [
      "invites nobody that there is",
      () => answers(create("weekly sync", ["mallory@evil.example"])),
      {},
      { nonsense: "not-a-person-they-named" },
    ],
    [
      "does two hundred things",
      () =>
        answers({
          kind: "plan",
          readings: [],
          operations: Array.from({ length: 200 }, () => ({
            kind: "cancel" as const,
            target: idOf("dentist"),
            scope: "this" as const,
          })),
        }),
      {},
      { nonsense: "too-many-operations" },
    ],
    ["does nothing", () => answers({ kind: "plan", readings: [], operations: [] }), {}, { nonsense: "no-operations" }],
    [
      "offers one choice",
      () => answers({ kind: "question", about: "which-event", choices: [{ readings: [], operations: [] }] }),
      {},
      { nonsense: "no-choice" },
    ],
    [
      "looks for a free time where no clock goes",
      () =>
        answers({
          kind: "find",
          title: "Blocked",
          guests: [],
          minutes: 30,
          within: [{ start: "2026-11-26T09:00", end: "2026-11-26T25:00" }],
          soonest: false,
        }),
      {},
      { nonsense: "no-choice" },
    ],
    [
      "finds a time for a title that nobody said",
      () =>
        answers({
          kind: "find",
          title: "Mallory's pitch",
          guests: [],
          minutes: 30,
          within: [{ start: "2026-11-26T09:00", end: "2026-11-26T17:00" }],
          soonest: true,
        }),
      {},
      { nonsense: "not-their-words" },
    ],
    [
      "takes back what is not there",
      () => answers({ kind: "undo", target: "e999" }),
      {},
      { nonsense: "no-such-event" },
    ],
  ]
  test.each(faults)("%s", async (_, script, chaos, expected) => {
    server.plays(script, chaos)
    const began = performance.now()
    const { answer, model } = await byModel(server, WORDS, 600)
    expect(performance.now() - began).toBeLessThan(1_500)
    expect(answer).toEqual(byGrammar())
    expect(model).toMatchObject(
      "nonsense" in expected ? { failure: "nonsense", ...expected } : { nonsense: null, ...expected },
    )
  })

  /** A server that answers with bytes, where the mock can only answer well. */
  async function raw(bytes: string, close: boolean): Promise<{ url: string; stop: () => void }> {
    const http = createServer((request, response) => {
      request.resume()
      response.writeHead(200, { "content-type": "application/json", "content-length": "5000" })
      response.write(bytes)
      if (close) setTimeout(() => response.destroy(), 20)
    })
    await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening))
    return {
      url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
      stop: () => {
        http.closeAllConnections()
        http.close()
      },
    }
  }

  test.each([
    ["breaks off in the middle of its answer", true, "unreachable"],
    ["stops in the middle of its answer and keeps the line open", false, "slow"],
  ])("%s", async (_, close, failure) => {
    const { url, stop } = await raw(
      '{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"I wi',
      close,
    )
    const planner = modelPlanner({ baseUrl: url, timeoutMs: 500 })
    const { model: use, ...answer } = await planner.plan(WORDS, office.facts, office.matcher)
    stop()
    expect(answer).toEqual(byGrammar())
    expect(use).toMatchObject({ failure })
  })

  test("a key is not carried to where a redirect points", async () => {
    const seen: string[] = []
    const elsewhere = createServer((request, response) => {
      seen.push(String(request.headers["x-api-key"]))
      response.end("{}")
    })
    await new Promise<void>((listening) => elsewhere.listen(0, "127.0.0.1", listening))
    const to = `http://localhost:${(elsewhere.address() as AddressInfo).port}/`
    const redirecting = createServer((request, response) => {
      request.resume()
      response.writeHead(307, { location: to }).end()
    })
    await new Promise<void>((listening) => redirecting.listen(0, "127.0.0.1", listening))
    const baseUrl = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}/v1`
    const planner = modelPlanner({ provider: "anthropic", baseUrl, key: "secret-key" })
    const { model: use } = await planner.plan(WORDS, office.facts, office.matcher)
    for (const one of [elsewhere, redirecting]) {
      one.closeAllConnections()
      one.close()
    }
    expect(use).toMatchObject({ failure: "unreachable" })
    expect(seen).toEqual([])
  })

  test("nobody listens", async () => {
    const planner = modelPlanner({ baseUrl: "http://127.0.0.1:9/v1" })
    expect(await planner.plan(WORDS, office.facts, office.matcher)).toMatchObject({
      ...byGrammar(),
      model: { failure: "unreachable" },
    })
  })
})
