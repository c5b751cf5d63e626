import "server-only"
import type { Clock } from "../ports/clock"

const monotonic = () => performance.now()

/**
 * The machine's clock, or one that was at `startsAt` (ISO) when this was called and runs on from there. Not for the expiry of sessions and
 * tokens: those are judged by the database's clock.
 */
export function systemClock(startsAt?: string): Clock {
  if (startsAt === undefined) return { now: () => Date.now(), monotonic }
  const shiftMs = Date.parse(startsAt) - Date.now()
  return { now: () => Date.now() + shiftMs, monotonic }
}
