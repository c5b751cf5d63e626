import { z } from "zod"
import type { ProposalView } from "./proposal"

/** POST /api/assistant: one line of chat. Length is judged by the planner, so that too much of it gets a sentence and not an error. */
export const SayRequest = z.object({ words: z.string().max(20_000) })

/** POST /api/assistant/choose: the pressed button of a question. */
export const ChooseRequest = z.object({ turnId: z.string().min(1).max(64), choice: z.number().int().min(0).max(20) })

export type AnswerView =
  | { readonly kind: "proposal"; readonly text: string; readonly proposal: ProposalView }
  | {
      readonly kind: "question"
      readonly text: string
      readonly choices: readonly { readonly label: string; readonly why?: string }[]
      readonly chosen: number | null
    }
  | { readonly kind: "refusal"; readonly text: string; readonly examples: readonly string[] }
  /** Something told: nothing to decide. */
  | { readonly kind: "told"; readonly text: string; readonly lines: readonly string[] }

export interface TurnView {
  readonly id: string
  /** Empty: an agent outside proposed this, and nobody said anything. */
  readonly words: string
  readonly answer: AnswerView
  /** Said with the answer: a language model was to give it and did not. */
  readonly note?: string
  readonly createdAt: string
}

/** GET /api/assistant: the conversation, newest last. */
export interface ConversationView {
  readonly turns: readonly TurnView[]
}

/** POST /api/assistant, where the answer is taken as application/x-ndjson: steps as they begin, and at the end the turn. */
export type SayLine =
  | { readonly kind: "step"; readonly step: "reading" | "asking" }
  | { readonly kind: "turn"; readonly turn: TurnView }
