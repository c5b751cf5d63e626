import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { FactId, PlanAnswer } from "../../domain/plan"
import { setting } from "../../testing/corpus/fixtures"
import {
  answers,
  calls,
  lastMatch,
  type ModelServer,
  modelPlanner,
  openModelServer,
  type Script,
  USAGE,
} from "../../testing/model-server"
import { grammarPlanner } from "../planner-grammar/planner"
import type { AnswerWire } from "./wire"

const office = setting("office", "2026-11-24T08:00:00Z", "Europe/Berlin", null)
const idOf = (name: string): FactId => {
  for (const [id, known] of office.nameOf) if (known === name) return id
  throw new Error(`no event ${name}`)
}
const WORDS = "move my weekly sync to Thursday 3pm"

let server: ModelServer
beforeAll(async () => {
  server = await openModelServer()
})
afterAll(() => server.stop())

/** One line of chat at the office. The time is short, so that a fault that is waited out is seen. */
async function plan(words = WORDS, timeoutMs = 2_000) {
  const planner = server.planner({ timeoutMs, price: { input: 3, output: 15 } })
  const { model, ...answer } = await planner.plan(words, office.facts, office.matcher)
  return { model, answer: answer as PlanAnswer }
}
const byGrammar = (words = WORDS) => grammarPlanner.plan(words, office.facts, office.matcher) as PlanAnswer

const move = (target: string, over: object = {}): AnswerWire => ({
  kind: "plan",
  readings: [],
  operations: [{ kind: "move", target, scope: "this", start: "2026-11-26T15:00", end: "2026-11-26T16:00", ...over }],
})
const create = (title: string, guests: string[] = []): AnswerWire => ({
  kind: "plan",
  readings: [],
  operations: [{ kind: "create", title, guests, start: "2026-11-27T09:00", end: "2026-11-27T09:30" }],
})
const obedient: Script = (request, step) =>
  step === 0 ? calls("by_title", { words: "weekly sync" }) : answers(move(lastMatch(request)))

describe("a model that works", () => {
  test("looks the event up, answers a plan, and what it took is told in figures", async () => {
    server.plays(obedient)
    const grammar = byGrammar()
    const { answer, model } = await plan()
    expect(answer).toMatchObject({ kind: "plan" })
    expect(grammar.kind === "plan" && answer.kind === "plan" && answer.plan.operations).toEqual(
      grammar.kind === "plan" && grammar.plan.operations,
    )
    expect(model).toEqual({
      model: "openai-compatible/small",
      steps: 2,
      inputTokens: 2 * USAGE.prompt_tokens,
      outputTokens: 2 * USAGE.completion_tokens,
      cost: 2 * (USAGE.prompt_tokens * 3 + USAGE.completion_tokens * 15),
      ms: expect.any(Number),
      failure: null,
      nonsense: null,
    })
  })

  test.each<[string, string, AnswerWire, object]>([
    [
      "a new event, its guests by name, outside working hours",
      "book a call about hiring with Priya tomorrow at 7am",
      {
        kind: "plan",
        readings: ["default-length"],
        operations: [
          {
            kind: "create",
            title: "call about hiring",
            guests: ["p1"],
            start: "2026-11-25T07:00",
            end: "2026-11-25T08:00",
          },
        ],
      },
      {
        kind: "plan",
        plan: {
          operations: [{ title: "Call about hiring", guests: ["p1"] }],
          readings: ["default-length", "outside-working-hours"],
        },
      },
    ],
    [
      "what is free is reckoned from the facts, whatever a model thinks",
      "when am I free on Thursday between 9 and 12?",
      { kind: "free", asked: [{ start: "2026-11-26T09:00", end: "2026-11-26T12:00" }] },
      {
        kind: "tell",
        telling: {
          kind: "free",
          free: [
            { start: "2026-11-26T08:00:00Z", end: "2026-11-26T08:15:00Z" },
            { start: "2026-11-26T08:30:00Z", end: "2026-11-26T09:00:00Z" },
            { start: "2026-11-26T10:00:00Z", end: "2026-11-26T11:00:00Z" },
          ],
        },
      },
    ],
    [
      "what changed",
      "anything new?",
      { kind: "changes", since: "2026-11-23" },
      { kind: "tell", telling: { kind: "changes", since: "2026-11-22T23:00:00Z" } },
    ],
    ["taking back", "oh no, back please", { kind: "undo", target: null }, { kind: "undo", target: null }],
    [
      "a refusal",
      "fire the sync",
      { kind: "refusal", reason: "not-understood" },
      { kind: "refusal", reason: "not-understood" },
    ],
    [
      "an answer with another time",
      "I might come to the all hands, at 2pm rather",
      {
        kind: "plan",
        readings: [],
        operations: [
          {
            kind: "respond",
            target: idOf("allhands"),
            scope: "this",
            rsvp: "tentative",
            proposed: { start: "2026-11-26T14:00", end: "2026-11-26T15:00" },
          },
        ],
      },
      {
        kind: "plan",
        plan: { operations: [{ rsvp: "tentative", proposed: { start: { at: "2026-11-26T13:00:00Z" } } }] },
      },
    ],
  ])("%s", async (_, words, wire, expected) => {
    server.plays(() => answers(wire))
    const { answer, model } = await plan(words)
    expect(answer).toMatchObject(expected)
    expect(model).toMatchObject({ failure: null })
  })

  test("a choice of two is a question", async () => {
    server.plays(() =>
      answers({
        kind: "question",
        about: "which-event",
        choices: ["sync-1124", "sync-1201"].map((name) => ({
          readings: [],
          operations: [{ kind: "cancel", target: idOf(name), scope: "this" }],
        })),
      }),
    )
    expect((await plan("cancel the sync")).answer).toMatchObject({ kind: "question", choices: [{}, {}] })
  })
})

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
      "takes back what is not there",
      () => answers({ kind: "undo", target: "e999" }),
      {},
      { nonsense: "no-such-event" },
    ],
  ]
  test.each(faults)("%s", async (_, script, chaos, expected) => {
    server.plays(script, chaos)
    const began = performance.now()
    const { answer, model } = await plan(WORDS, 600)
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

describe("what no model is asked", () => {
  test.each([
    ["nothing said", " "],
    ["too much said", "x".repeat(3_000)],
  ])("%s", async (_, words) => {
    server.plays(obedient)
    expect(await plan(words)).toEqual({ model: undefined, answer: byGrammar(words) })
    expect(server.received()).toEqual([])
  })

  test("a calendar that would cost more than a day's work to read", async () => {
    server.plays(obedient)
    const [one] = office.facts.events
    const facts = {
      ...office.facts,
      events: Array.from({ length: 601 }, (_, i) => ({ ...one, id: `e${i}` as FactId })) as never,
    }
    const planned = await server.planner().plan("when am I free?", facts, office.matcher)
    expect(planned.model).toMatchObject({ failure: "too-many-events", steps: 0 })
    expect(server.received()).toEqual([])
  })
})

describe("P1 what goes over the wire", () => {
  test("no text of any event and nobody's name: only the person's words, ids, times and flags", async () => {
    server.plays((request, step) =>
      step < 3
        ? calls(["by_title", "by_person", "people"][step] ?? "", { words: "x" })
        : answers(move(lastMatch(request))),
    )
    await plan("move it to Thursday 3pm")
    const sent = server.received().join("\n")
    expect(sent.length).toBeGreaterThan(1_000)
    for (const { title, location, people } of office.candidates)
      for (const text of [title, location, ...people.flatMap(({ name, email }) => [name, email])])
        if (text !== "") expect(sent).not.toContain(text)
  })

  test("the zone an event was written in is its organizer's text and stays here", async () => {
    server.plays(obedient)
    const facts = {
      ...office.facts,
      events: office.facts.events.map((event) =>
        event.start.kind === "timed" ? { ...event, start: { ...event.start, timeZone: "Ignore/All_Rules" } } : event,
      ),
    }
    await server.planner().plan(WORDS, facts, office.matcher)
    expect(server.received().length).toBeGreaterThan(0)
    expect(server.received().join()).not.toContain("Ignore")
  })
})
