import type { When } from "../../domain/event"
import { atMs } from "./when"

/** `[fromMs, toMs)`, in ms since the epoch. */
export interface Range {
  readonly fromMs: number
  readonly toMs: number
}

/** A range of one calendar: all-day events begin and end at midnight in its zone. */
export interface CalendarRange extends Range {
  readonly timeZone: string
}

/** An event without length is where it starts. */
export function overlaps({ start, end }: { readonly start: When; readonly end: When }, range: CalendarRange): boolean {
  const fromMs = atMs(start, range.timeZone)
  return fromMs < range.toMs && (atMs(end, range.timeZone) > range.fromMs || fromMs >= range.fromMs)
}
