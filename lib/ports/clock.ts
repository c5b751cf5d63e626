/** The only source of "now" outside the database. The sandbox's clock and the app's are set together in tests. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds that never go back; for leases and time-outs. */
  monotonic(): number
}
