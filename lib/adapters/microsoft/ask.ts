import "server-only"
import type { Client, GraphRequest } from "@microsoft/microsoft-graph-client"
import type { ProviderFailure } from "../../domain/transport"
import { ReconnectNeeded, TokenUnavailable } from "../../ports/calendar-provider"
import { type BatchAnswer, batchOf, partsOf } from "./batch"
import { forQuery, forRead, type Get, graphClient } from "./client"
import { failureOf } from "./errors"
import { type Carry, inTurn } from "./mailbox"

export type Answer<T> =
  | { readonly kind: "answer"; readonly data: T }
  | { readonly kind: "failed"; readonly failure: ProviderFailure }

type Call = <T>(call: (client: Client) => Promise<T>) => Promise<Answer<T>>

export interface Ask {
  /** Runs one SDK call with a live token, at once, and turns what it throws into a value. Sends nothing when there is no token. */
  readonly once: Call
  /** A read, when the mailbox has a turn free; reads that wait for one go out together in a batch. */
  readonly read: <T>(get: Get) => Promise<Answer<T>>
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

  const carry: Carry = async (gets) => {
    const [first] = gets
    if (!first) return []
    if (gets.length === 1) return [await once((client) => sent(forRead(client, first), first))]
    const answer = await once((client): Promise<BatchAnswer> => forQuery(client, "/$batch").post(batchOf(gets)))
    if (answer.kind === "answer") return partsOf(gets.length, answer.data, now())
    return gets.map(() => (isForAll(answer.failure) ? answer : null))
  }

  const read = <T>(get: Get) => inTurn(connectionId, get, carry) as Promise<Answer<T>>

  async function pages<T>(path: string, query: Readonly<Record<string, string>>): Promise<Answer<T[]>> {
    const items: T[] = []
    for (let get: Get = { path, query }; ; ) {
      const answer = await read<Page<T>>(get)
      if (answer.kind === "failed") return answer
      items.push(...(answer.data.value ?? []))
      const next = answer.data["@odata.nextLink"]
      if (!next) return { kind: "answer", data: items }
      // The link carries the whole query; only headers have to be said again.
      get = { path: next }
    }
  }

  return { once, read, pages }
}

function tokenFailure(error: unknown): ProviderFailure | null {
  if (error instanceof ReconnectNeeded) return { kind: "reconnect" }
  return error instanceof TokenUnavailable ? { kind: "transport", transport: "neverSent" } : null
}

const sent = (request: GraphRequest, { body }: Get): Promise<unknown> => (body ? request.post(body) : request.get())

/** Would each of the reads hear the same? Else they are asked one by one. */
const isForAll = (failure: ProviderFailure): boolean => failure.kind !== "answer" || [401, 429].includes(failure.status)
