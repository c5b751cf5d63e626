const DAY_MS = 86_400_000
const BACK_MS = 7 * DAY_MS
const AHEAD_MS = 56 * DAY_MS

/** What is followed of a calendar: a week back to eight weeks ahead. ISO instants, `[from, to)`. */
export const syncWindow = (nowMs: number): { readonly from: string; readonly to: string } => ({
  from: new Date(nowMs - BACK_MS).toISOString(),
  to: new Date(nowMs + AHEAD_MS).toISOString(),
})

/** The window belongs to a cursor and cannot be moved: after a day a new start moves it on. */
export const windowIsOld = (from: string, nowMs: number): boolean =>
  Math.abs(nowMs - BACK_MS - Date.parse(from)) >= DAY_MS

const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 15 * 60_000

/**
 * How long to wait after the n-th failure in a row (n from 1): doubled each time, half of it by chance so that calendars do not come back together,
 * never less than the provider asked for.
 * @param chance in [0, 1)
 */
export function backoffMs(failures: number, askedMs: number, chance: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20))
  return Math.round(Math.max(askedMs, full / 2) + (full / 2) * chance)
}
