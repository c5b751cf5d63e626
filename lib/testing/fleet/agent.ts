import { randomUUID } from "node:crypto"
import pg from "pg"

/** `ours`: /api/v1 of one app server. `last-write-wins`: a row that is read and later written whole, as agents share a file or a key today. */
export type AgentStart =
  | { readonly kind: "ours"; readonly url: string; readonly key: string }
  | { readonly kind: "last-write-wins"; readonly databaseUrl: string }

export type AgentOrder =
  /** A new piece of work: nothing is in mind, and nothing read before counts. */
  | { readonly do: "begin" }
  | { readonly do: "read"; readonly record: string }
  /** Adds one entry to what it has in mind, and writes the whole. */
  | { readonly do: "write"; readonly record: string; readonly entry: readonly [string, string] }
  | { readonly do: "claim"; readonly record: string; readonly ttlSeconds: number }

export type Entries = Readonly<Record<string, string>>

/** What came of an order. A refusal says what its answer said; `untyped` is anything the contract does not name. */
export type AgentAnswer =
  | { readonly kind: "done"; readonly entries: Entries }
  | {
      readonly kind: "refused"
      readonly status: number
      readonly code: string
      readonly why: string | null
      readonly recovery: string | null
    }
  | { readonly kind: "untyped"; readonly status: number; readonly text: string }

export interface Acting {
  order(order: AgentOrder): Promise<AgentAnswer>
  close(): Promise<void>
}

export async function openAgent(start: AgentStart): Promise<Acting> {
  if (start.kind === "last-write-wins") return carelessAgent(start.databaseUrl)
  return { order: carefulAgent(start.url, start.key), close: async () => {} }
}

interface Mind {
  readonly entries: Entries
  readonly etag: string | null
}
const NOTHING: Mind = { entries: {}, etag: null }

/** All it reads for one piece of work belongs to one run, so that its writes stand on all of it (C6). */
function carefulAgent(url: string, key: string): Acting["order"] {
  const minds = new Map<string, Mind>()
  const claims = new Map<string, string>()
  let run = randomUUID() as string

  async function ask(method: string, path: string, headers: Readonly<Record<string, string>>, body?: unknown) {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        "ifmatch-run": run,
        ...(method !== "GET" && { "idempotency-key": randomUUID(), "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { response, text: await response.text() }
  }

  return async (order) => {
    if (order.do === "begin") {
      minds.clear()
      claims.clear()
      run = randomUUID()
      return { kind: "done", entries: {} }
    }
    const path = `/records/${encodeURIComponent(order.record)}`
    const mind = minds.get(order.record) ?? NOTHING
    if (order.do === "claim") {
      const body = { key: order.record, ttl_seconds: order.ttlSeconds }
      const { response, text } = await ask("POST", "/record-claims", {}, body)
      if (!response.ok) return refusal(response.status, text)
      claims.set(order.record, JSON.parse(text).claim_id)
      return { kind: "done", entries: mind.entries }
    }
    if (order.do === "read") {
      const { response, text } = await ask("GET", path, {})
      if (response.status !== 404 && !response.ok) return refusal(response.status, text)
      const read = response.ok ? { entries: JSON.parse(text).value, etag: response.headers.get("etag") } : NOTHING
      minds.set(order.record, read)
      return { kind: "done", entries: read.entries }
    }
    const [name, value] = order.entry
    const entries = { ...mind.entries, [name]: value }
    const claimId = claims.get(order.record)
    const condition: Record<string, string> = mind.etag === null ? { "if-none-match": "*" } : { "if-match": mind.etag }
    const { response, text } = await ask("PUT", path, condition, { value: entries, claim_id: claimId })
    if (!response.ok) return refusal(response.status, text)
    minds.set(order.record, { entries, etag: response.headers.get("etag") })
    return { kind: "done", entries }
  }
}

function refusal(status: number, text: string): AgentAnswer {
  try {
    const { code, why = null, recovery = null } = JSON.parse(text)
    if (typeof code === "string" && recovery !== null && status < 500)
      return { kind: "refused", status, code, why, recovery }
  } catch {
    // no JSON: told below as it is
  }
  return { kind: "untyped", status, text }
}

/** It has no claims to make: a claim is a note to itself. */
async function carelessAgent(databaseUrl: string): Promise<Acting> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const minds = new Map<string, Entries>()
  async function act(order: AgentOrder): Promise<AgentAnswer> {
    if (order.do === "begin") {
      minds.clear()
      return { kind: "done", entries: {} }
    }
    const mind = minds.get(order.record) ?? {}
    if (order.do === "claim") return { kind: "done", entries: mind }
    if (order.do === "read") {
      const { rows } = await client.query("select value from last_write_wins where key = $1", [order.record])
      const entries = rows[0]?.value ?? {}
      minds.set(order.record, entries)
      return { kind: "done", entries }
    }
    const [name, value] = order.entry
    const entries = { ...mind, [name]: value }
    await client.query(
      "insert into last_write_wins (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value",
      [order.record, entries],
    )
    minds.set(order.record, entries)
    return { kind: "done", entries }
  }
  return { order: act, close: () => client.end() }
}
