import { countTokens } from "gpt-tokenizer/encoding/o200k_base"

/*
 * What enters the contexts of a fleet's models, in tokens of o200k_base: counted once, when it enters. What a conversation holds already and is sent along with its next turn is charged to nobody, in
 * no column.
 */

/**
 * `tools`: what the tools are and how they are called. `first`: an artifact that an agent sees for the first time. `again`: one that it is sent again, in the column that resends because it
 * always is, in the others because it changed. `unchanged`: asking and hearing that nothing did. `hints`: the words about dead views. `written`: a write that landed, and what was answered.
 * `refused`: one that did not, and why.
 */
export const KINDS = ["tools", "first", "again", "unchanged", "hints", "written", "refused"] as const
export type ChargeKind = (typeof KINDS)[number]

export interface Ledger {
  readonly tokens: Readonly<Record<ChargeKind, number>>
  readonly requests: number
  charge(kind: ChargeKind, ...texts: readonly string[]): void
  /** The words of `whole` that `part` has not. */
  chargeMore(kind: ChargeKind, whole: string, part: string): void
  sent(): void
}

const known = new Map<string, number>()
/** Remembered: a column that resends counts the same long text many times. */
function tokensOf(text: string): number {
  const before = known.get(text)
  if (before !== undefined) return before
  const counted = countTokens(text)
  known.set(text, counted)
  return counted
}

export function openLedger(): Ledger {
  const tokens = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<ChargeKind, number>
  let requests = 0
  return {
    tokens,
    get requests() {
      return requests
    },
    charge(kind, ...texts) {
      for (const text of texts) tokens[kind] += tokensOf(text)
    },
    chargeMore(kind, whole, part) {
      tokens[kind] += tokensOf(whole) - tokensOf(part)
    },
    sent() {
      requests += 1
    },
  }
}

export const totalOf = (tokens: Ledger["tokens"]): number => KINDS.reduce((sum, kind) => sum + tokens[kind], 0)
