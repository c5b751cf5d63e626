import { dateOf } from "./zoned-time"

/** A date that somebody typed or put into an address, as `YYYY-MM-DD`; null when it is none or the calendar has no such day (2026-02-31). */
export function readDate(text: string): string | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  return found ? dateOf(Number(found[1]), Number(found[2]), Number(found[3])) : null
}
