import "server-only"
import { type LookupAddress, type LookupOptions, lookup } from "node:dns"
import { isIP } from "node:net"
import { Agent, request } from "undici"
import { isPublicAddress } from "../../domain/public-address"

/** A host that an account may not be at: not https, or an address that is not public. */
export class HostRefused extends Error {
  override name = "HostRefused"
}

/** An answer larger than anything that is meant. */
export class AnswerTooLarge extends Error {
  override name = "AnswerTooLarge"
}

export interface Answer {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface Sending {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  readonly maxBytes: number
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/** Resolves once, refuses the host when any of its addresses is not public, and hands the socket exactly what was judged. */
function publicOnly(hostname: string, options: LookupOptions, found: Found): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return found(error, [])
    const bad = addresses.find(({ address }) => !isPublicAddress(address))
    if (bad || addresses.length === 0) return found(new HostRefused(`${hostname} is not a public host`), [])
    const [first] = addresses
    if (options.all || !first) return found(null, addresses)
    found(null, first.address, first.family)
  })
}

const agents = {
  guarded: new Agent({ connect: { lookup: publicOnly, timeout: 5_000 }, connections: 8, maxHeaderSize: 65_536 }),
  open: new Agent({ connect: { timeout: 5_000 }, connections: 8, maxHeaderSize: 65_536 }),
}

/** @throws {HostRefused} before anything is sent: plain http, credentials in the address, an address that is not public */
function checkUrl(url: URL, allowPrivateHosts: boolean): void {
  if (url.protocol !== "https:" && !(allowPrivateHosts && url.protocol === "http:"))
    throw new HostRefused("only https addresses are taken")
  if (url.username || url.password) throw new HostRefused("an address must not hold a password")
  const host = url.hostname.replace(/^\[|\]$/g, "")
  if (!allowPrivateHosts && isIP(host) && !isPublicAddress(host)) throw new HostRefused("not a public host")
}

/** May an account be at this host? A name that is not found is left to the request to say. */
export async function checkHost(address: string, allowPrivateHosts: boolean): Promise<boolean> {
  const url = new URL(address)
  try {
    checkUrl(url, allowPrivateHosts)
  } catch (error) {
    if (error instanceof HostRefused) return false
    throw error
  }
  if (allowPrivateHosts || isIP(url.hostname.replace(/^\[|\]$/g, ""))) return true
  return new Promise((resolve) => publicOnly(url.hostname, { all: true }, (e) => resolve(!(e instanceof HostRefused))))
}

/**
 * One request, no redirect followed, bounded in time and in the size of its answer (compressed answers are not asked for). The address that was checked
 * is the one the socket is opened to.
 *
 * @throws {HostRefused | AnswerTooLarge} or what the socket threw
 */
export async function sendOnce(address: string, sending: Sending, allowPrivateHosts: boolean): Promise<Answer> {
  const url = new URL(address)
  checkUrl(url, allowPrivateHosts)
  const timeout = AbortSignal.timeout(sending.timeoutMs)
  const signal = sending.signal ? AbortSignal.any([sending.signal, timeout]) : timeout
  const { statusCode, headers, body } = await request(url, {
    method: sending.method as "GET",
    headers: { "user-agent": "Ifmatch", "accept-encoding": "identity", ...sending.headers },
    ...(sending.body !== undefined && { body: sending.body }),
    signal,
    dispatcher: allowPrivateHosts ? agents.open : agents.guarded,
  })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > sending.maxBytes) {
      body.destroy()
      throw new AnswerTooLarge(`an answer of more than ${sending.maxBytes} bytes`)
    }
    chunks.push(chunk)
  }
  return {
    url: url.href,
    status: statusCode,
    headers: plainHeaders(headers),
    text: Buffer.concat(chunks).toString("utf8"),
  }
}

function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const plain = new Headers()
  for (const [name, value] of Object.entries(headers))
    for (const each of [value].flat()) if (each !== undefined) plain.append(name, each)
  return plain
}
