import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { FactId } from "../../domain/plan"
import { type ModelServer, openModelServer } from "../../testing/model-server"
import { byGrammar, byModel, idOf, move, obedient, office, WORDS } from "../../testing/office-chat"
import { answers, calls, lastMatch, USAGE } from "../../testing/scripted-model"
import { briefOf } from "./brief"
import type { AnswerWire } from "./wire"

let server: ModelServer
beforeAll(async () => {
  server = await openModelServer()
})
afterAll(() => server.stop())

describe("what is kept in mind", () => {
  test("is read by the grammar: no model is asked, and none has a form for it", async () => {
    server.plays(() => {
      throw new Error("a model was asked")
    })
    for (const words of [
      ...["never before 9:30", "keep Fridays free", "what do you remember?", "forget everything"],
      ...["my meetings are 45 minutes by default", "my meetings are 9 hours by default", "forget my default length"],
    ]) {
      const { answer, model } = await byModel(server, words)
      expect(model, words).toBeUndefined()
      expect(["remember", "tell", "refusal"]).toContain(answer.kind)
    }
  })

  test("B6 a model is told days and times, and never a name", () => {
    const { facts } = office
    const told = briefOf("hello", {
      ...facts,
      preferences: [
        { kind: "not-before", time: "09:30", days: [] },
        { kind: "day-free", day: 5 },
        { kind: "name", words: "the thing", title: "Merger talks" },
      ],
    })
    expect(told).toContain("Unless they order it: Never before 9:30; Fridays stay free\n")
    expect(told).not.toContain("Merger")
    expect(briefOf("hello", facts)).not.toContain("Unless they order it")
  })

  describe("a default length", () => {
    const facts = { ...office.facts, preferences: [{ kind: "default-length" as const, minutes: 45 }] }
    const booked = (end: string): AnswerWire => ({
      kind: "plan",
      readings: ["default-length"],
      operations: [{ kind: "create", title: "call", guests: [], start: "2026-11-27T14:00", end }],
    })
    const ask = async (answer: AnswerWire) => {
      server.plays(() => answers(answer))
      return byModel(server, "book a call on Friday at 2pm", undefined, facts)
    }
    const created = { to: { end: { at: "2026-11-27T13:45:00Z" } } }

    test("is told to a model, apart from what is to be kept free, and nothing of it where there is none", () => {
      const told = briefOf("hello", facts)
      expect(told).toContain("\nDefault length: 45 minutes\n")
      expect(told).not.toContain("Unless they order it")
      expect(briefOf("hello", office.facts)).not.toContain("Default length")
    })

    test("that a model took is told as the person's own", async () => {
      const { answer, model } = await ask(booked("2026-11-27T14:45"))
      expect(model?.failure).toBeNull()
      expect(answer).toMatchObject({
        kind: "plan",
        plan: { readings: ["wanted-length", "slot-taken"], operations: [created] },
      })
    })

    test("is taken where a model looks for a free time and names none", async () => {
      const within = [{ start: "2026-11-27T09:00", end: "2026-11-27T17:00" }]
      const { answer } = await ask({ kind: "find", title: "call", guests: [], minutes: null, within, soonest: true })
      expect(answer).toMatchObject({
        kind: "plan",
        plan: { readings: ["wanted-length", "first-free"] },
        search: { lengthMs: 2_700_000 },
      })
    })

    test("another one that a model took for it is nonsense, and the grammar answers", async () => {
      const { answer, model } = await ask(booked("2026-11-27T15:00"))
      expect(model).toMatchObject({ failure: "nonsense", nonsense: "not-the-length-wanted" })
      expect(answer).toMatchObject({
        kind: "plan",
        plan: { readings: ["wanted-length", "slot-taken"], operations: [created] },
      })
    })
  })
})

describe("a model that works", () => {
  test("looks the event up, answers a plan, and what it took is told in figures", async () => {
    server.plays(obedient)
    const grammar = byGrammar()
    const { answer, model } = await byModel(server)
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
      "a free time: a model says where to look, and what is free there is reckoned",
      "find half an hour with Priya on Thursday morning",
      {
        kind: "find",
        title: "Meeting with Priya",
        guests: ["p1"],
        minutes: 30,
        within: [{ start: "2026-11-26T09:00", end: "2026-11-26T12:00" }],
        soonest: false,
      },
      {
        kind: "question",
        about: "which-slot",
        choices: ["2026-11-26T08:30:00Z", "2026-11-26T10:00:00Z", "2026-11-26T10:30:00Z"].map((at) => ({
          operations: [{ kind: "create", title: "Meeting with Priya", guests: ["p1"], to: { start: { at } } }],
          readings: ["guests-not-asked"],
        })),
        search: { within: [{ start: "2026-11-26T08:00:00Z", end: "2026-11-26T11:00:00Z" }], lengthMs: 1_800_000 },
      },
    ],
    [
      "the first free hour: one plan, and where it was looked for",
      "the first free slot on Thursday from 10 on",
      {
        kind: "find",
        title: "Meeting",
        guests: [],
        minutes: null,
        within: [{ start: "2026-11-26T10:00", end: "2026-11-26T17:00" }],
        soonest: true,
      },
      {
        kind: "plan",
        plan: { readings: ["default-length", "first-free"], operations: [{ kind: "create" }] },
        search: { soonest: true, most: 1 },
      },
    ],
    [
      "a stretch that has begun: from now on",
      "find half an hour today",
      {
        kind: "find",
        title: "Meeting",
        guests: [],
        minutes: 30,
        within: [{ start: "2026-11-24T06:00", end: "2026-11-24T17:00" }],
        soonest: false,
      },
      {
        kind: "question",
        search: { within: [{ start: "2026-11-24T08:00:00Z", end: "2026-11-24T16:00:00Z" }] },
      },
    ],
    [
      "a stretch that is over",
      "find an hour yesterday",
      {
        kind: "find",
        title: "Meeting",
        guests: [],
        minutes: 60,
        within: [{ start: "2026-11-23T10:00", end: "2026-11-23T17:00" }],
        soonest: false,
      },
      { kind: "refusal", reason: "in-the-past" },
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
    const { answer, model } = await byModel(server, words)
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
    expect((await byModel(server, "cancel the sync")).answer).toMatchObject({ kind: "question", choices: [{}, {}] })
  })
})

describe("what no model is asked", () => {
  test.each([
    ["nothing said", " "],
    ["too much said", "x".repeat(3_000)],
  ])("%s", async (_, words) => {
    server.plays(obedient)
    expect(await byModel(server, words)).toEqual({ model: undefined, answer: byGrammar(words) })
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
    await byModel(server, "move it to Thursday 3pm")
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
