import "server-only"
import type { Client, GraphRequest } from "@microsoft/microsoft-graph-client"
import type { ProviderFailure } from "../../domain/transport"
import { ReconnectNeeded, TokenUnavailable } from "../../ports/calendar-provider"
import { forRead, graphClient } from "./client"
import { failureOf } from "./errors"

export type Answer<T> =
  | { readonly kind: "answer"; readonly data: T }
  | { readonly kind: "failed"; readonly failure: ProviderFailure }

export interface Ask {
  /** Runs one SDK call with a live token and turns what it throws into a value. Sends nothing when there is no token. */
  once<T>(call: (client: Client) => Promise<T>): Promise<Answer<T>>
  /** All pages of a collection. A failed page fails the whole: half a list looks like a free day. */
  pages<T>(path: string, query: Readonly<Record<string, string>>): Promise<Answer<T[]>>
}

interface Page<T> {
  value?: T[]
  "@odata.nextLink"?: string
}

export function asking(accessToken: () => Promise<string>, baseUrl: string | undefined, now: () => number): Ask {
  const once: Ask["once"] = async (call) => {
    try {
      return { kind: "answer", data: await call(graphClient(await accessToken(), baseUrl)) }
    } catch (error) {
      return { kind: "failed", failure: tokenFailure(error) ?? failureOf(error, now()) }
    }
  }

  async function pages<T>(path: string, query: Readonly<Record<string, string>>): Promise<Answer<T[]>> {
    const items: T[] = []
    let request = (client: Client): GraphRequest => withQuery(forRead(client, path), query)
    for (;;) {
      const answer = await once((client): Promise<Page<T>> => request(client).get())
      if (answer.kind === "failed") return answer
      items.push(...(answer.data.value ?? []))
      const next = answer.data["@odata.nextLink"]
      if (!next) return { kind: "answer", data: items }
      // The link carries the whole query; only headers have to be said again.
      request = (client) => forRead(client, next)
    }
  }

  return { once, pages }
}

function tokenFailure(error: unknown): ProviderFailure | null {
  if (error instanceof ReconnectNeeded) return { kind: "reconnect" }
  return error instanceof TokenUnavailable ? { kind: "transport", transport: "neverSent" } : null
}

/** The SDK puts values into the URL as they are. */
export const withQuery = (request: GraphRequest, query: Readonly<Record<string, string>>): GraphRequest =>
  request.query(Object.fromEntries(Object.entries(query).map(([key, value]) => [key, encodeURIComponent(value)])))
