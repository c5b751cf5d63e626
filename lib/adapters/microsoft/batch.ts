import "server-only"
import { retryAfterMs } from "../../domain/transport"
import type { Answer } from "./ask"
import { type Get, preferOf, queryText } from "./client"

/** One part's answer in a `$batch` (Graph, JSON batching). `body` is the parsed JSON. */
interface Part {
  readonly id?: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface BatchAnswer {
  readonly responses?: readonly Part[]
}

/** Nobody would sit through a longer one. */
const LONGEST_WAIT_MS = 1_000

/** Reads one after the other, so that the mailbox sees one request at a time: each part waits for the one before it. */
export const batchOf = (gets: readonly Get[]) => ({
  requests: gets.map((get, i) => ({
    id: String(i),
    method: get.body ? "POST" : "GET",
    url: `${relative(get.path)}${queryText(get.query)}`,
    headers: { Prefer: preferOf(get), ...(get.body && { "Content-Type": "application/json" }) },
    ...(get.body && { body: get.body }),
    ...(i > 0 && { dependsOn: [String(i - 1)] }),
  })),
})

/** A link that the server gave is absolute; a part's address begins below the version. */
const relative = (path: string) => path.replace(/^https?:\/\/.*?\/v1\.0(?=\/)/, "")

/**
 * Each part by its own status, in the order of `gets`. Null for what is to be asked again by itself: it failed with the one that it had to wait for (424), there is no answer to it, or it is a fault that
 * a read is tried again after.
 */
export function partsOf(count: number, { responses = [] }: BatchAnswer, nowMs: number): (Answer<unknown> | null)[] {
  const byId = new Map(responses.map((part) => [part.id, part]))
  return Array.from({ length: count }, (_, i) => {
    const part = byId.get(String(i))
    if (!part?.status) return null
    const { status, body } = part
    if (status < 300) return { kind: "answer", data: body }
    const wait = retryAfterMs(headerOf(part, "retry-after"), nowMs)
    if (status === 424 || (status >= 500 && (wait ?? 0) <= LONGEST_WAIT_MS)) return null
    return { kind: "failed", failure: { kind: "answer", status, reason: codeOf(body), retryAfterMs: wait } }
  })
}

const headerOf = ({ headers = {} }: Part, name: string) =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]

function codeOf(body: unknown): string {
  const error = typeof body === "object" && body !== null ? (body as { error?: { code?: unknown } }).error : undefined
  return typeof error?.code === "string" ? error.code : ""
}
