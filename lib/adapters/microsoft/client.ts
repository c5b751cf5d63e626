import "server-only"
import {
  AuthenticationHandler,
  Client,
  type Context,
  type GraphRequest,
  type Middleware,
  RetryHandler,
  RetryHandlerOptions,
} from "@microsoft/microsoft-graph-client"
import { transportFailure } from "../../domain/transport"
import type { WriteOptions } from "../../ports/calendar-provider"

const GRAPH = "https://graph.microsoft.com"
const READ_TIMEOUT_MS = 10_000

/** On every request: ids that survive a move to another calendar, and times in one zone. */
const PREFER = 'IdType="ImmutableId", outlook.timezone="UTC"'

/** The SDK's default retries every method, POST and PATCH too. */
const noRetry = new RetryHandlerOptions(0, 0)

/** Reads are tried again on a 5xx, unless the server asks for a wait that nobody would sit through. */
const readRetry = new RetryHandlerOptions(0, 2, (_delay, _attempt, _request, _options, response) => {
  const waitSeconds = Number(response.headers.get("retry-after") ?? 0)
  return response.status >= 500 && waitSeconds <= 1
})

/**
 * A Graph client for one token. Requests are addressed to graph.microsoft.com and turned to `baseUrl` at the very end, because the SDK takes
 * the token off any other address.
 */
export const graphClient = (token: string, baseUrl = GRAPH): Client =>
  Client.initWithMiddleware({
    baseUrl: GRAPH,
    middleware: [
      new AuthenticationHandler({ getAccessToken: async () => token }),
      new RetryHandler(noRetry),
      new SendTo(baseUrl.replace(/\/$/, "")),
    ],
  })

/** Last in the chain. The SDK keeps nothing of a failed fetch but the error's name, so the name says what became of the request. */
class SendTo implements Middleware {
  constructor(private readonly baseUrl: string) {}

  async execute(context: Context): Promise<void> {
    const url = typeof context.request === "string" ? context.request : context.request.url
    try {
      context.response = await fetch(url.replace(GRAPH, this.baseUrl), { ...context.options, redirect: "error" })
    } catch (error) {
      throw Object.assign(new Error("no answer from Graph"), { name: transportFailure(error) })
    }
  }
}

/** One read: below the version, or a link that the server gave, which carries its query. Values as they are, unescaped. */
export interface Get {
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** Beside what every request prefers. */
  readonly alsoPrefer?: string
  /** What is asked with a POST and changes nothing. */
  readonly body?: Readonly<Record<string, unknown>>
}

export const preferOf = ({ alsoPrefer }: Get): string => PREFER + (alsoPrefer ?? "")

/** `?a=b`, or nothing. The SDK puts values into the URL as they are. */
export const queryText = (query: Get["query"]): string =>
  query
    ? `?${Object.entries(query)
        .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
        .join("&")}`
    : ""

export const forRead = (client: Client, get: Get): GraphRequest =>
  client
    .api(`${get.path}${queryText(get.query)}`)
    .header("Prefer", preferOf(get))
    .options({ signal: AbortSignal.timeout(READ_TIMEOUT_MS) })
    .middlewareOptions([readRetry])

/** Reads that go out together, or what is asked with a POST and changes nothing: tried again like a read. */
export const forQuery = (client: Client, path: string): GraphRequest =>
  client
    .api(path)
    .header("Prefer", PREFER)
    .options({ signal: AbortSignal.timeout(2 * READ_TIMEOUT_MS) })
    .middlewareOptions([readRetry])

/** For subscriptions: neither a read that may be repeated nor a write to anybody's calendar. One request. */
export const forOrder = (client: Client, path: string): GraphRequest =>
  client
    .api(path)
    .options({ signal: AbortSignal.timeout(READ_TIMEOUT_MS) })
    .middlewareOptions([noRetry])

/** One request and no more, whatever comes back (T4). `ifMatch` goes out verbatim. */
export function forWrite(client: Client, path: string, options: WriteOptions, ifMatch?: string): GraphRequest {
  const timeout = AbortSignal.timeout(options.timeoutMs)
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
  const request = client.api(path).header("Prefer", PREFER).options({ signal }).middlewareOptions([noRetry])
  return ifMatch ? request.header("If-Match", ifMatch) : request
}
