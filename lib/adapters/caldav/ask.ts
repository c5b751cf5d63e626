import "server-only"
import type { ProviderFailure } from "../../domain/transport"
import { type Answer, type Sending, sendOnce } from "../outside-request"
import { answerFailure, thrownFailure } from "./errors"

export interface Credentials {
  readonly username: string
  readonly password: string
}

export interface Asking {
  readonly credentials: () => Promise<Credentials>
  readonly allowPrivateHosts: boolean
  readonly now: () => number
}

export type Asked =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "failed"; readonly failure: ProviderFailure }

const READ_MS = 10_000
const MAX_REDIRECTS = 4
const TRIES = 3
const PAUSE_MS = 100
/** The answer to one read: a list of several thousand events. */
const MAX_ANSWER = 32 * 1_048_576
const MAX_WRITE_ANSWER = 262_144

/**
 * The two ways to ask. `read`: bounded, tried again on a 5xx without a wait or a dropped connection, and it follows redirects within one site. `write`: one
 * request and no more, whatever comes back (T4).
 */
export function asking({ credentials, allowPrivateHosts, now }: Asking) {
  async function authorized(headers: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const { username, password } = await credentials()
    return { ...headers, authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` }
  }

  async function follow(url: string, sending: Sending): Promise<Answer> {
    let at = url
    for (let hops = 0; ; hops++) {
      const answer = await sendOnce(at, sending, allowPrivateHosts ? "private" : "public")
      const location = answer.headers.get("location")
      if (![301, 302, 307, 308].includes(answer.status) || !location || hops === MAX_REDIRECTS) return answer
      const next = new URL(location, at)
      if (!sameSite(new URL(at), next)) return answer
      at = next.href
    }
  }

  async function once(url: string, sending: Sending, send: typeof follow): Promise<Asked> {
    try {
      const headers = await authorized(sending.headers)
      const answer = await send(url, { ...sending, headers })
      return answer.status >= 200 && answer.status < 300
        ? { kind: "answer", answer }
        : { kind: "failed", failure: answerFailure(answer, now()) }
    } catch (error) {
      return { kind: "failed", failure: thrownFailure(error) }
    }
  }

  async function read(url: string, over: Partial<Sending> = {}): Promise<Asked> {
    const sending = { method: "GET", headers: {}, timeoutMs: READ_MS, maxBytes: MAX_ANSWER, ...over }
    for (let tries = 1; ; tries++) {
      const asked = await once(url, sending, follow)
      if (asked.kind === "answer" || tries === TRIES || !worthAnother(asked.failure)) return asked
      await new Promise((done) => setTimeout(done, PAUSE_MS))
    }
  }

  const write = (url: string, over: Pick<Sending, "method" | "headers" | "timeoutMs"> & Partial<Sending>) =>
    once(url, { maxBytes: MAX_WRITE_ANSWER, ...over }, (at, sending) =>
      sendOnce(at, sending, allowPrivateHosts ? "private" : "public"),
    )

  return { read, write }
}

export type Ask = ReturnType<typeof asking>

const worthAnother = (failure: ProviderFailure) =>
  failure.kind === "answer"
    ? failure.status >= 500 && failure.retryAfterMs === null
    : failure.kind === "transport" && failure.transport === "lost"

/** Sites whose servers send an account on to another host of theirs. */
const FAMILIES = [".icloud.com"]

/** Never to another scheme; to another host only within one of the known families. Credentials go nowhere else. */
export function sameSite(from: URL, to: URL): boolean {
  if (from.protocol !== to.protocol) return false
  if (from.host === to.host) return true
  return FAMILIES.some(
    (family) => from.hostname.endsWith(family) && to.hostname.endsWith(family) && from.port === to.port,
  )
}
