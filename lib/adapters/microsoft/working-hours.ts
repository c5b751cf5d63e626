import "server-only"
import type { WorkingHours as WireHours } from "@microsoft/microsoft-graph-types"
import { isTimeZone } from "../../domain/time-zone"
import { ianaOfWindows } from "../../domain/windows-zone"
import type { ZonedHours } from "../../ports/calendar-provider"

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

/** When somebody works, as their schedule tells. Null where it does not, or in a zone of their own making: then nothing is known of it. */
export function hoursOf(told: WireHours | null | undefined): ZonedHours | null {
  const [start, end] = [clockOf(told?.startTime), clockOf(told?.endTime)]
  const name = told?.timeZone?.name ?? ""
  const timeZone = ianaOfWindows(name) ?? (isTimeZone(name) ? name : null)
  const days = (told?.daysOfWeek ?? []).map((day) => DAYS.indexOf(day) + 1).filter((day) => day > 0)
  if (start === null || end === null || start >= end || timeZone === null || days.length === 0) return null
  return { timeZone, workingHours: { days, start, end } }
}

/** "08:00" of "08:00:00.0000000". */
const clockOf = (time: string | null | undefined): string | null =>
  /^([01]\d|2[0-3]):[0-5]\d/.exec(time ?? "")?.[0] ?? null
