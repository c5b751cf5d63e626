/**
 * What a calendar can refuse, whichever provider's words it is then said in (google/errors.ts, graph/errors.ts).
 * Thrown inside a write, so that the transaction rolls back and nothing of a refused write stays.
 */
export type RefusalKind =
  | "unauthorized"
  | "insufficient-scope"
  | "read-only-calendar"
  | "not-found"
  | "already-deleted"
  | "stale"
  | "duplicate-id"
  | "not-organizer"
  | "empty-time-range"
  | "crosses-neighbour"
  | "invalid"
  | "required"
  | "sync-token-expired"
  | "throttled"

export class Refusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    readonly detail = "",
  ) {
    super(detail === "" ? kind : `${kind}: ${detail}`)
  }
}
