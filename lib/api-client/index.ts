import createClient, { type Client } from "openapi-fetch"
import type { components, paths } from "./schema"

/*
 * A typed client of the booking API (D28). A lost race is a value, not an exception: every write answers `done`, `conflict` or `refused`. It needs `fetch` and
 * `openapi-fetch`, and nothing else of Ifmatch.
 */

type Schemas = components["schemas"]
export type Booking = Schemas["Booking"]
export type Hold = Schemas["Hold"]
export type Availability = Schemas["Availability"]
export type Whoami = Schemas["Whoami"]
export type Problem = Schemas["Problem"]

/** Somebody else has the slot. Do not try again: offer another time. */
export interface Conflict {
  readonly kind: "conflict"
  readonly conflict: Schemas["Outranked"] | Schemas["Busy"]
}

export interface Refused {
  readonly kind: "refused"
  readonly status: number
  /** `code` is stable. */
  readonly problem: Problem
  /** Worth trying again after so long; null: not by waiting. */
  readonly retryAfterSeconds: number | null
}

export interface Done<T> {
  readonly kind: "done"
  readonly value: T
  /** The answer to an earlier request with the same idempotency key; nothing was done now. */
  readonly replayed: boolean
}

export type Result<T> = Done<T> | Conflict | Refused

export interface ClientOptions {
  /** Such as `https://ifmatch.example.org`. */
  readonly baseUrl: string
  /** `ifm.<workspace>.<id>.<secret>` */
  readonly key: string
  readonly fetch?: (request: Request) => Promise<Response>
}

export interface WriteOptions {
  /** The same key and request again get the same answer. Absent: a new one. */
  readonly idempotencyKey?: string
}

export interface Ifmatch {
  whoami(): Promise<Result<Whoami>>
  availability(query: paths["/api/v1/availability"]["get"]["parameters"]["query"]): Promise<Result<Availability>>
  hold(wish: Schemas["HoldRequest"], options?: WriteOptions): Promise<Result<Hold>>
  release(holdId: string, options?: WriteOptions): Promise<Result<Hold>>
  /** Directly or from a hold. The commit is the check: there is nothing to ask before. */
  commit(wish: Schemas["BookingRequest"], options?: WriteOptions): Promise<Result<Booking>>
  cancel(bookingId: string, options?: WriteOptions): Promise<Result<Booking>>
  /** Everything else of the document, typed. */
  readonly raw: Client<paths>
}

/** How often a write whose answer was lost is sent again, under the same idempotency key. */
const SENT_AGAIN = 2

export function ifmatch({ baseUrl, key, fetch }: ClientOptions): Ifmatch {
  const headers = { authorization: `Bearer ${key}` }
  const raw = createClient<paths>({ baseUrl, headers, ...(fetch && { fetch }) })
  const keyed = ({ idempotencyKey = crypto.randomUUID() }: WriteOptions = {}) => ({ "idempotency-key": idempotencyKey })
  return {
    raw,
    whoami: async () => result(await raw.GET("/api/v1/whoami")),
    availability: async (query) => result(await raw.GET("/api/v1/availability", { params: { query } })),
    hold: (body, options) => {
      const header = keyed(options)
      return answered(() => raw.POST("/api/v1/holds", { params: { header }, body }))
    },
    release: (id, options) => {
      const params = { path: { id }, header: keyed(options) }
      return answered(() => raw.DELETE("/api/v1/holds/{id}", { params }))
    },
    commit: (body, options) => {
      const header = keyed(options)
      return answered(() => raw.POST("/api/v1/bookings", { params: { header }, body }))
    },
    cancel: (id, options) => {
      const params = { path: { id }, header: keyed(options) }
      return answered(() => raw.POST("/api/v1/bookings/{id}/cancel", { params }))
    },
  }
}

interface Answer<T> {
  readonly data?: T | undefined
  readonly error?: unknown
  readonly response: Response
}

/** A write whose answer was lost: the idempotency key makes sending it again safe. */
async function answered<T>(send: () => Promise<Answer<T>>): Promise<Result<T>> {
  for (let lost = 0; ; lost++) {
    try {
      return result(await send())
    } catch (error) {
      if (lost === SENT_AGAIN) throw error
    }
  }
}

function result<T>({ data, error, response }: Answer<T>): Result<T> {
  const replayed = response.headers.get("idempotency-replayed") === "true"
  if (data !== undefined) return { kind: "done", value: data, replayed }
  if (isConflict(error)) return { kind: "conflict", conflict: error }
  const wait = response.headers.get("retry-after")
  return {
    kind: "refused",
    status: response.status,
    problem: error as Problem,
    retryAfterSeconds: wait === null ? null : Number(wait),
  }
}

const isConflict = (error: unknown): error is Conflict["conflict"] =>
  typeof error === "object" && error !== null && "error" in error
