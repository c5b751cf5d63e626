/*
 * Webhooks out (D22, D23), by the Standard Webhooks specification: what is told, how a message looks, and what follows from an answer.
 */

/** Kinds of the log's rows that can be subscribed to. */
export const WEBHOOK_EVENTS = [
  "booking.committed",
  "booking.outranked",
  "booking.cancelled",
  "booking.evicted",
  "booking.moved",
  "hold.invalidated",
] as const

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

/** A row of the log, as far as it is told. `body` holds no personal text. */
export interface ToldRow {
  readonly id: string
  readonly at: string
  readonly kind: string
  readonly subjectId: string
  readonly ownerId: string | null
  readonly actor: { readonly kind: string; readonly id: string }
  readonly body: Readonly<Record<string, unknown>>
}

/** The message's own name, one and the same at every attempt: receivers tell doubles by it. */
export const messageId = (row: Pick<ToldRow, "id">): string => `evt_${row.id}`

/** The same bytes at every attempt: made of a row that never changes. Names as in the API. */
export const messageBody = (row: ToldRow): string =>
  JSON.stringify({
    type: row.kind,
    timestamp: row.at,
    data: {
      id: row.subjectId,
      audit_event_id: row.id,
      user_id: row.ownerId,
      actor: row.actor,
      ...(snakeCase(row.body) as object),
    },
  })

/** Every key of a JSON value in snake_case, as the public API writes them. */
export function snakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCase)
  if (value === null || typeof value !== "object") return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCase(each),
    ]),
  )
}

/** What came of one attempt. */
export type Reception =
  | { readonly kind: "answered"; readonly status: number; readonly retryAfterMs: number | null }
  /** `why` is for the list of deliveries: a short phrase, nothing of the receiver's own words. */
  | { readonly kind: "unanswered"; readonly why: string }

export type Verdict =
  | { readonly kind: "delivered" }
  | { readonly kind: "again"; readonly inMs: number }
  | { readonly kind: "failed" }
  /** 410: nothing is to be sent there any more. */
  | { readonly kind: "gone" }

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Pauses between attempts, as the specification proposes: ten attempts in three days. */
export const RETRY_MS = [5_000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]

/** Of so much more or less, by chance: what failed together does not come again together. */
const JITTER = 0.2
const jittered = (ms: number, chance: number): number => Math.round(ms * (1 - JITTER + 2 * JITTER * chance))

/**
 * @param attempts made before this one
 * @param chance in [0, 1)
 */
export function verdictOf(reception: Reception, attempts: number, chance: number): Verdict {
  if (reception.kind === "answered") {
    if (reception.status >= 200 && reception.status < 300) return { kind: "delivered" }
    if (reception.status === 410) return { kind: "gone" }
  }
  const pause = RETRY_MS[attempts]
  if (pause === undefined) return { kind: "failed" }
  const asked = reception.kind === "answered" ? (reception.retryAfterMs ?? 0) : 0
  return { kind: "again", inMs: Math.max(jittered(pause, chance), Math.min(asked, 24 * HOUR)) }
}

/** How long an address that does not answer is left alone, whatever else waits for it. @param failures in a row before this one */
export const pauseMs = (failures: number): number => Math.min(5_000 * 2 ** failures, 10 * MINUTE)

/** `Retry-After` as seconds or a date (RFC 9110 10.2.3). Null: not said, or not readable. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
