import { Refusal } from "../refusal"

/** Opaque to clients: base64url of JSON. */
export const encodeToken = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")

/** @throws {Refusal} `refusal`, when the text is no token of ours. */
export function decodeToken(text: string, refusal: "invalid" | "sync-token-expired"): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString())
  } catch {
    throw new Refusal(refusal, "token")
  }
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Where the next page begins; null on the last one. */
  readonly nextOffset: number | null
}

export function pageOf<T>(all: readonly T[], offset: number, size: number): Page<T> {
  const end = offset + size
  return { items: all.slice(offset, end), nextOffset: end < all.length ? end : null }
}
