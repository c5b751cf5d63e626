import { addDays, dateOf, daysBetween, mondayOf, weekdayOf } from "../../domain/zoned-time"
import type { DayRef, MonthDay } from "./when"

/**
 * The dates a day reference may mean, the likeliest first; past ones too, the caller knows what time of day is meant. Empty: there is no such
 * date (31 June, or a weekday that does not agree).
 *
 * - A bare weekday is the next such day after today. On that weekday itself today is meant as easily as next week's. When the event lies in a
 *   later week than that day, the day of the event's own week is meant as easily.
 * - "next Thursday" is this week's to some and next week's to others while this week's is still ahead. Weeks begin on Monday for some and on Sunday
 *   for others; both count, which matters on and for Sundays.
 * @param today the person's date @param eventDate the person's date of the event's start
 */
export function datesFor(day: DayRef, today: string, eventDate: string): readonly string[] {
  switch (day.kind) {
    case "from-today":
      return [addDays(today, day.days)]
    case "from-event":
      return [addDays(eventDate, day.days)]
    case "weekday":
      return distinct(weekdayDates(day, today, eventDate))
    case "next-week":
      return nextWeek(today, eventDate)
    case "date":
      return datesOfReadings(day.readings, today).filter(agrees(day.weekday))
    case "day-of-month":
      return dayOfMonth(day.day, today, day.weekday === null ? eventDate : today).filter(agrees(day.weekday))
    case "nth-weekday":
      return nthWeekday(day.nth, day.weekday, day.month, today)
  }
}

/** The date of a weekday in the event's own week, which is what a change to the whole series means, unless that is over. */
export function dateInOwnWeek(weekday: number, today: string, eventDate: string): string {
  const own = addDays(mondayOf(eventDate), weekday - 1)
  return own >= today ? own : addDays(own, 7)
}

function weekdayDates(day: Extract<DayRef, { kind: "weekday" }>, today: string, eventDate: string): readonly string[] {
  const { weekday } = day
  const coming = addDays(today, ((weekday - weekdayOf(today) + 6) % 7) + 1)
  const thisWeek = weekStarts(today).map((start) => inWeek(start, weekday))
  const nextWeeks = thisWeek.map((date) => addDays(date, 7))
  switch (day.which) {
    case "coming":
      return [coming]
    case "this": {
      const ahead = thisWeek.filter((date) => date >= today)
      return ahead.length > 0 ? ahead : thisWeek.slice(0, 1)
    }
    case "next":
      return [...thisWeek, ...nextWeeks].filter((date) => date > today).sort()
    case "next-week":
      return [...nextWeeks].sort()
    case "bare": {
      const isToday = weekdayOf(today) === weekday
      if (day.plusDays > 0) return [addDays(isToday ? today : coming, day.plusDays)]
      const near = isToday ? [today, coming] : [coming]
      return mondayOf(eventDate) > mondayOf(coming) ? [...near, inWeek(mondayOf(eventDate), weekday)] : near
    }
  }
}

/** The week of a date as the world has it: from Monday, and from Sunday. */
const weekStarts = (date: string): readonly string[] => [mondayOf(date), addDays(date, -(weekdayOf(date) % 7))]

const inWeek = (start: string, weekday: number): string => addDays(start, (weekday - weekdayOf(start) + 7) % 7)

function nextWeek(today: string, eventDate: string): readonly string[] {
  const date = addDays(mondayOf(today), 6 + weekdayOf(eventDate))
  return eventDate > addDays(mondayOf(today), 13) ? [date, addDays(eventDate, 7)] : [date]
}

const HALF_A_YEAR_DAYS = 183

/**
 * Without a year it is this year's, unless that is so long ago that next year's must be meant. "8/9" said in November: where one reading is just over
 * and the other ten months off, neither is plainly meant, and the one that is over says so.
 */
function datesOfReadings(readings: readonly MonthDay[], today: string): readonly string[] {
  const dates = readings.flatMap((reading) => dateOfReading(reading, today))
  const justOver = dates.some(({ date, rolled }) => !rolled && date < today)
  return distinct(dates.filter(({ rolled }) => !(rolled && justOver)).map(({ date }) => date))
}

function dateOfReading({ year, month, day }: MonthDay, today: string): readonly { date: string; rolled: boolean }[] {
  const thisYear = Number(today.slice(0, 4))
  const date = dateOf(year ?? thisYear, month, day)
  if (date === null) return []
  if (year !== null || daysBetween(date, today) < HALF_A_YEAR_DAYS) return [{ date, rolled: false }]
  const later = dateOf(thisYear + 1, month, day)
  return later === null ? [] : [{ date: later, rolled: true }]
}

/** "the 14th": the nearest from today on, or the one of the event's month where that is later. */
function dayOfMonth(day: number, today: string, eventDate: string): readonly string[] {
  const near = Number(today.slice(8)) <= day ? today : addDays(`${today.slice(0, 8)}28`, 7)
  const months = distinct([near, eventDate].map((date) => date.slice(0, 7))).filter(
    (month) => month >= near.slice(0, 7),
  )
  return months.flatMap((month) => dateOf(Number(month.slice(0, 4)), Number(month.slice(5)), day) ?? [])
}

function nthWeekday(nth: number, weekday: number, month: number | "next" | null, today: string): readonly string[] {
  const thisMonth = Number(today.slice(5, 7))
  const wanted = month === null ? thisMonth : month === "next" ? (thisMonth % 12) + 1 : month
  const year = Number(today.slice(0, 4)) + (wanted < thisMonth ? 1 : 0)
  const days = Array.from({ length: 31 }, (_, index) => dateOf(year, wanted, index + 1)).flatMap((date) => date ?? [])
  const found = days.filter((date) => weekdayOf(date) === weekday).at(nth > 0 ? nth - 1 : nth)
  return found === undefined ? [] : [found]
}

const agrees =
  (weekday: number | null) =>
  (date: string): boolean =>
    weekday === null || weekdayOf(date) === weekday

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]
