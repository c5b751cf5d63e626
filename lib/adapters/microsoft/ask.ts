import "server-only"
import type { Client, GraphRequest } from "@microsoft/microsoft-graph-client"
import type { ProviderFailure } from "../../domain/transport"
import { ReconnectNeeded, TokenUnavailable } from "../../ports/calendar-provider"
import { forRead, graphClient } from "./client"
import { failureOf } from "./errors"
import { inTurn } from "./mailbox"

export type Answer<T> =
  | { readonly kind: "answer"; readonly data: T }
  | { readonly kind: "failed"; readonly failure: ProviderFailure }

type Call = <T>(call: (client: Client) => Promise<T>) => Promise<Answer<T>>

export interface Ask {
  /** Runs one SDK call with a live token, at once, and turns what it throws into a value. Sends nothing when there is no token. */
  readonly once: Call
  /** The same for a read, when the mailbox has a turn free. */
  readonly read: Call
  /** All pages of a collection. A failed page fails the whole: half a list looks like a free day. */
  pages<T>(path: string, query: Readonly<Record<string, string>>): Promise<Answer<T[]>>
}

interface Page<T> {
  value?: T[]
  "@odata.nextLink"?: string
}

interface Asking {
  /** Whose turns are counted: an account. */
  readonly connectionId: string
  readonly accessToken: () => Promise<string>
  readonly baseUrl?: string
  readonly now: () => number
}

export function asking({ connectionId, accessToken, baseUrl, now }: Asking): Ask {
  const once: Ask["once"] = async (call) => {
    try {
      return { kind: "answer", data: await call(graphClient(await accessToken(), baseUrl)) }
    } catch (error) {
      return { kind: "failed", failure: tokenFailure(error) ?? failureOf(error, now()) }
    }
  }

  const read: Ask["read"] = (call) => inTurn(connectionId, () => once(call))

  async function pages<T>(path: string, query: Readonly<Record<string, string>>): Promise<Answer<T[]>> {
    const items: T[] = []
    let request = (client: Client): GraphRequest => withQuery(forRead(client, path), query)
    for (;;) {
      const answer = await read((client): Promise<Page<T>> => request(client).get())
      if (answer.kind === "failed") return answer
      items.push(...(answer.data.value ?? []))
      const next = answer.data["@odata.nextLink"]
      if (!next) return { kind: "answer", data: items }
      // The link carries the whole query; only headers have to be said again.
      request = (client) => forRead(client, next)
    }
  }

  return { once, read, pages }
}

function tokenFailure(error: unknown): ProviderFailure | null {
  if (error instanceof ReconnectNeeded) return { kind: "reconnect" }
  return error instanceof TokenUnavailable ? { kind: "transport", transport: "neverSent" } : null
}

/** The SDK puts values into the URL as they are. */
export const withQuery = (request: GraphRequest, query: Readonly<Record<string, string>>): GraphRequest =>
  request.query(Object.fromEntries(Object.entries(query).map(([key, value]) => [key, encodeURIComponent(value)])))
