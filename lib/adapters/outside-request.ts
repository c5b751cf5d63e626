import "server-only"
import { type LookupAddress, type LookupOptions, lookup } from "node:dns"
import { isIP } from "node:net"
import { Agent, request } from "undici"
import { isPublicAddress } from "../domain/public-address"

/*
 * One request to a host that a stranger named: a CalDAV server, somebody's webhook. No redirect, bounded in time and size, and only to where it may go
 * (reliability-security.md section 3).
 */

/** `loopback` is for development: this machine too, by plain http if need be. `private` is for closed networks: anything. */
export type Hosts = "public" | "loopback" | "private"

/** A host that may not be asked: not https, or an address that is not public. */
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

const isLoopback = (address: string): boolean => /^127\.\d+\.\d+\.\d+$/.test(address) || address === "::1"

/** May a socket be opened to this address? */
const MAY: Readonly<Record<Hosts, (address: string) => boolean>> = {
  public: isPublicAddress,
  loopback: (address) => isPublicAddress(address) || isLoopback(address),
  private: () => true,
}

/** Resolves once, refuses the host when any of its addresses may not be asked, and hands the socket exactly what was judged. */
const lookupOnly =
  (hosts: Hosts) =>
  (hostname: string, options: LookupOptions, found: Found): void => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return found(error, [])
      const bad = addresses.find(({ address }) => !MAY[hosts](address))
      if (bad || addresses.length === 0) return found(new HostRefused(`${hostname} is not a public host`), [])
      const [first] = addresses
      if (options.all || !first) return found(null, addresses)
      found(null, first.address, first.family)
    })
  }

const agentFor = (hosts: Hosts): Agent =>
  new Agent({ connect: { lookup: lookupOnly(hosts), timeout: 5_000 }, connections: 8, maxHeaderSize: 65_536 })

const AGENTS = {
  public: agentFor("public"),
  loopback: agentFor("loopback"),
  private: agentFor("private"),
} as const satisfies Record<Hosts, Agent>

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "")

/** @throws {HostRefused} before anything is sent: plain http, credentials in the address, an address that may not be asked */
function checkUrl(url: URL, hosts: Hosts): void {
  const host = hostOf(url)
  const plainToo = hosts === "private" || (hosts === "loopback" && (isLoopback(host) || host === "localhost"))
  if (url.protocol !== "https:" && !(plainToo && url.protocol === "http:"))
    throw new HostRefused("only https addresses are taken")
  if (url.username || url.password) throw new HostRefused("an address must not hold a password")
  if (isIP(host) && !MAY[hosts](host)) throw new HostRefused("not a public host")
}

/** May this host be asked? A name that is not found is left to the request to say. */
export async function checkHost(address: string, hosts: Hosts): Promise<boolean> {
  const url = new URL(address)
  try {
    checkUrl(url, hosts)
  } catch (error) {
    if (error instanceof HostRefused) return false
    throw error
  }
  if (isIP(hostOf(url))) return true
  return new Promise((resolve) =>
    lookupOnly(hosts)(url.hostname, { all: true }, (error) => resolve(!(error instanceof HostRefused))),
  )
}

/**
 * One request, no redirect followed, bounded in time and in the size of its answer (compressed answers are not asked for). The address that was checked
 * is the one the socket is opened to.
 *
 * @throws {HostRefused | AnswerTooLarge} or what the socket threw
 */
export async function sendOnce(address: string, sending: Sending, hosts: Hosts): Promise<Answer> {
  const url = new URL(address)
  checkUrl(url, hosts)
  const timeout = AbortSignal.timeout(sending.timeoutMs)
  const signal = sending.signal ? AbortSignal.any([sending.signal, timeout]) : timeout
  const { statusCode, headers, body } = await request(url, {
    method: sending.method as "GET",
    headers: { "user-agent": "Ifmatch", "accept-encoding": "identity", ...sending.headers },
    ...(sending.body !== undefined && { body: sending.body }),
    signal,
    dispatcher: AGENTS[hosts],
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
