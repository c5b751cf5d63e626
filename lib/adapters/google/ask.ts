import "server-only"
import type { ProviderFailure } from "../../domain/transport"
import { ReconnectNeeded, TokenUnavailable } from "../../ports/calendar-provider"
import { failureOf } from "./errors"

export type Answer<T> =
  | { readonly kind: "answer"; readonly data: T }
  | { readonly kind: "failed"; readonly failure: ProviderFailure }

export type Ask = <T>(call: (token: string) => Promise<{ data: T }>) => Promise<Answer<T>>

/** Runs SDK calls with a live token and turns what they throw into a value. Sends nothing when there is no token. */
export const asking =
  (accessToken: () => Promise<string>, now: () => number): Ask =>
  async (call) => {
    try {
      const { data } = await call(await accessToken())
      return { kind: "answer", data }
    } catch (error) {
      return { kind: "failed", failure: tokenFailure(error) ?? failureOf(error, now()) }
    }
  }

function tokenFailure(error: unknown): ProviderFailure | null {
  if (error instanceof ReconnectNeeded) return { kind: "reconnect" }
  return error instanceof TokenUnavailable ? { kind: "transport", transport: "neverSent" } : null
}

/** Events that a page of a list is asked to hold: the most that Google gives. What is asked counts against a person's 600 requests a minute, how much is answered does not. */
export const PAGE = 2_500

interface Page<T> {
  items?: T[]
  nextPageToken?: string | null
}

/** All pages of a list; `first` is the first page, for what is said once. A failed page fails the whole: half a list looks like a free day. */
export async function allPages<T, P extends Page<T>>(
  page: (pageToken: string | undefined) => Promise<Answer<P>>,
): Promise<Answer<{ first: P; items: T[] }>> {
  const answer = await page(undefined)
  if (answer.kind === "failed") return answer
  const items = [...(answer.data.items ?? [])]
  for (let next = answer.data.nextPageToken; next; ) {
    const more = await page(next)
    if (more.kind === "failed") return more
    items.push(...(more.data.items ?? []))
    next = more.data.nextPageToken
  }
  return { kind: "answer", data: { first: answer.data, items } }
}
