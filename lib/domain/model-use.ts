import type { Nonsense } from "./plan-check"

/** Why a model's answer was not taken, and the grammar planner answered. */
export type ModelFailure =
  /** No connection, or it broke off. */
  | "unreachable"
  /** Not done within the time that one line of chat has. */
  | "slow"
  /** The provider took no request: a wrong key, model or address (4xx). */
  | "rejected"
  /** 429 and 5xx. */
  | "overloaded"
  /** What came is no answer in the form that was asked for. */
  | "malformed"
  /** It used up its steps or tokens without an answer. */
  | "endless"
  /** It would not answer. */
  | "declined"
  /** Well-formed, and refused by the rule that every plan passes (`plan-check.ts`). */
  | "nonsense"
  /** More events than are told to a model; it was not asked. */
  | "too-many-events"
  /** The person has asked it more often than their budget lets (`model-choice.ts`); it was not asked. */
  | "too-often"
  /** Its address is none on the public internet (`outside-request.ts`); nothing was sent. */
  | "not-public"
  /** Its key cannot be opened any more; it was not asked. */
  | "key-lost"

/** What it took to ask a model once. Figures and enums only: it goes into the log. */
export interface ModelUse {
  /** As the environment names it: `anthropic/claude-...`. */
  readonly model: string
  /** Requests that were answered. */
  readonly steps: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly ms: number
  /** In millionths of the unit that the price was given in; null where none was given. */
  readonly cost: number | null
  /** Null: its answer was taken. */
  readonly failure: ModelFailure | null
  readonly nonsense: Nonsense | null
}
