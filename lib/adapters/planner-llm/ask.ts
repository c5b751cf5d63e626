import "server-only"
import { generateText, type StopCondition, stepCountIs, tool, wrapLanguageModel } from "ai"
import { z } from "zod"
import type { ModelSettings } from "../../config/model-settings"
import type { ModelFailure } from "../../domain/model-use"
import { epochMs, type FactId, type Match, type Matcher, type PlannerFacts } from "../../domain/plan"
import { INSTRUCTIONS } from "./brief"
import { failureOf } from "./failure"
import { languageModel, type Model } from "./model"
import { AnswerWire } from "./wire"

/** How much one line of chat may cost. */
export interface Bounds {
  /** Requests to the model. */
  readonly maxSteps: number
  /** Out of the model, in each step. */
  readonly maxTokens: number
}

export interface Asked {
  readonly steps: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly result:
    | { readonly kind: "answer"; readonly answer: AnswerWire }
    | { readonly kind: "failure"; readonly failure: ModelFailure }
}

/** Matches told of one look-up. */
const MOST_MATCHES = 24
/** Look-ups of one line of chat, however many are called at once: each costs this process time. */
const MOST_LOOKUPS = 40
/** An answer in another form than was asked for is sent back so many times less one. */
const MOST_TRIES = 3

/**
 * Asks a model in a bounded loop. Its tools are the matcher's questions (words in, ids and scores out) and the form for its answer; none has an effect. Nothing is
 * tried again: the grammar is there. Errors hold what was sent and received, so nothing of them but their kind goes on from here.
 */
export async function ask(
  settings: ModelSettings,
  brief: string,
  facts: PlannerFacts,
  matcher: Matcher,
  bounds: Bounds,
): Promise<Asked> {
  const used = { steps: 0, inputTokens: 0, outputTokens: 0 }
  const time = AbortSignal.timeout(settings.timeoutMs)
  const { tools, isSpent } = toolsOf(facts, matcher)
  try {
    const done = await generateText({
      model: counting(languageModel(settings), used),
      system: INSTRUCTIONS,
      prompt: brief,
      tools,
      toolChoice: "required",
      stopWhen: [stepCountIs(bounds.maxSteps), isSpent, triedOften],
      maxOutputTokens: bounds.maxTokens,
      maxRetries: 0,
      abortSignal: time,
    })
    return { ...used, result: resultOf(done) }
  } catch (error) {
    return { ...used, result: { kind: "failure", failure: time.aborted ? "slow" : failureOf(error) } }
  }
}

/** Counts what a model answered, be it of use or not: it is paid for. */
const counting = (model: Model, used: { steps: number; inputTokens: number; outputTokens: number }): Model =>
  wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: "v3",
      wrapGenerate: async ({ doGenerate }) => {
        const answered = await doGenerate()
        used.steps += 1
        used.inputTokens += answered.usage.inputTokens.total ?? 0
        used.outputTokens += answered.usage.outputTokens.total ?? 0
        return answered
      },
    },
  })

function toolsOf(facts: PlannerFacts, matcher: Matcher) {
  let lookups = 0
  const lookUp = <Id>(description: string, look: (words: string) => readonly Match<Id>[]) =>
    tool({
      description,
      inputSchema: z.object({ words: z.string().max(200) }),
      execute: ({ words }) => (++lookups > MOST_LOOKUPS ? [] : look(words).slice(0, MOST_MATCHES)),
    })
  const nextFirst = (matches: readonly Match[]) => inOrder(matches, facts)
  return {
    isSpent: () => lookups > MOST_LOOKUPS,
    tools: {
      by_title: lookUp("Events whose title or place fits the words", (words) => nextFirst(matcher.byTitle(words))),
      by_person: lookUp("Events in which somebody of that name takes part", (words) =>
        nextFirst(matcher.byPerson(words)),
      ),
      people: lookUp("People of that name whom the person has met with", matcher.people),
      answer: tool({ description: "The answer, once, at the end", inputSchema: AnswerWire }),
    },
  }
}

/** Among those that fit as well, what is ahead comes first and in order: of a series mostly the next one is meant. */
function inOrder(matches: readonly Match[], { events, now }: PlannerFacts): readonly Match[] {
  const order = new Map<FactId, number>()
  const isOver = (end: number) => end <= Date.parse(now)
  for (const { id, start, end } of events) order.set(id, isOver(epochMs(end)) ? Number.MAX_VALUE : epochMs(start))
  return [...matches].sort((a, b) => b.score - a.score || (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))
}

type Tools = ReturnType<typeof toolsOf>["tools"]

const triedOften: StopCondition<Tools> = ({ steps }) =>
  steps.filter(({ toolCalls }) => toolCalls.some(({ toolName }) => toolName === "answer")).length >= MOST_TRIES

type Done = Awaited<ReturnType<typeof generateText<Tools>>>

function resultOf({ toolCalls }: Done): Asked["result"] {
  const answers = toolCalls.filter((call) => call.toolName === "answer")
  const [only] = answers
  const parsed = only && answers.length === 1 ? AnswerWire.safeParse(only.input) : null
  if (parsed?.success) return { kind: "answer", answer: parsed.data.answer }
  return { kind: "failure", failure: only ? "malformed" : "endless" }
}
