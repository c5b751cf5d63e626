import type { When } from "@/lib/domain/event"
import { addDays, wallOf } from "@/lib/domain/zoned-time"
import { spanOf, type WeekItem } from "./week-items"

export interface AgendaDay {
  /** `YYYY-MM-DD` in the reader's zone */
  readonly on: string
  readonly items: readonly WeekItem[]
}

/** The days from `first` on, each with what happens on it; something over several days is listed on each of them. */
export function agendaDays(items: readonly WeekItem[], first: string, days: number, timeZone: string): AgendaDay[] {
  return Array.from({ length: days }, (_, at) => addDays(first, at)).map((on) => ({
    on,
    items: items.filter((item) => isOnDay(item, on, timeZone)).sort(allDayFirst),
  }))
}

function isOnDay(item: WeekItem, on: string, timeZone: string): boolean {
  const { start, end } = spanOf(item)
  const from = dateOf(start, timeZone)
  return from <= on && (on < dateOf(end, timeZone) || on === from || endsWithin(end, on, timeZone))
}

/** A timed end at exactly midnight belongs to the day before. */
const endsWithin = (end: When, on: string, timeZone: string): boolean =>
  end.kind === "timed" && dateOf(end, timeZone) === on && wallOf(end.at, timeZone).minutes > 0

const dateOf = (when: When, timeZone: string): string =>
  when.kind === "allDay" ? when.on : wallOf(when.at, timeZone).date

const allDayFirst = (a: WeekItem, b: WeekItem): number =>
  Number(spanOf(b).start.kind === "allDay") - Number(spanOf(a).start.kind === "allDay")
