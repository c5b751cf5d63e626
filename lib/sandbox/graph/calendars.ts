import type { Calendar, CalendarPermission, ScheduleInformation } from "@microsoft/microsoft-graph-types"
import { z } from "zod"
import { busyEvents } from "../calendar/busy"
import { timed } from "../calendar/when"
import { Refusal } from "../refusal"
import { accessTo, type CalendarRow, findPerson, primaryCalendars } from "../store/people"
import type { World } from "../world"
import type { Preferences } from "./preferences"
import { toTime } from "./resource"
import { ianaZone, windowsZone } from "./zones"

export const toCalendar = (calendar: CalendarRow, ownerName: string): Calendar => ({
  id: calendar.id,
  name: calendar.name,
  color: "auto",
  hexColor: "",
  changeKey: Buffer.from(calendar.id).toString("base64").slice(0, 24),
  isDefaultCalendar: calendar.isPrimary,
  canShare: calendar.role === "owner",
  canViewPrivateItems: calendar.role === "owner",
  canEdit: calendar.role !== "reader",
  isTallyingResponses: true,
  isRemovable: !calendar.isPrimary,
  allowedOnlineMeetingProviders: ["teamsForBusiness"],
  defaultOnlineMeetingProvider: "teamsForBusiness",
  owner: { name: ownerName, address: calendar.ownerEmail },
})

const ROLES = { owner: "write", writer: "write", reader: "read" } as const

/** Whom a calendar is shared with; its owner is not among them, everybody in the organisation is, for free/busy. */
export async function permissionsOf(world: World, calendar: CalendarRow): Promise<CalendarPermission[]> {
  const shared = (await accessTo(world.db.query, calendar.id)).filter(({ email }) => email !== calendar.ownerEmail)
  const rule = (name: string, address: string | undefined, role: CalendarPermission["role"]): CalendarPermission => ({
    id: Buffer.from(address ?? name).toString("base64"),
    isRemovable: address !== undefined,
    isInsideOrganization: true,
    role: role ?? "none",
    allowedRoles: ["none", "freeBusyRead", "limitedRead", "read", "write"],
    emailAddress: address === undefined ? { name } : { name, address },
  })
  return [
    rule("My Organization", undefined, "freeBusyRead"),
    ...shared.map(({ name, email, role }) => rule(name, email, ROLES[role])),
  ]
}

const Time = z.object({ dateTime: z.string(), timeZone: z.string() })
const ScheduleRequest = z.object({
  schedules: z.array(z.string()).max(20),
  startTime: Time,
  endTime: Time,
  availabilityViewInterval: z.number().int().min(5).max(1440).default(30),
})

const STATUS = { free: "0", tentative: "1", busy: "2", oof: "3", workingElsewhere: "4" } as const

/** `getSchedule`: what is taken, and a digit for each interval. Unknown people are an error inside the answer. */
export async function getSchedule(world: World, prefer: Preferences, json: unknown): Promise<ScheduleInformation[]> {
  const parsed = ScheduleRequest.safeParse(json)
  if (!parsed.success) throw new Refusal("invalid", z.prettifyError(parsed.error))
  const { schedules, startTime, endTime, availabilityViewInterval } = parsed.data
  const range = { fromMs: instant(startTime), toMs: instant(endTime) }
  if (range.fromMs >= range.toMs) throw new Refusal("empty-time-range")
  const one = async (scheduleId: string): Promise<ScheduleInformation> => {
    const person = await findPerson(world.db.query, "microsoft", scheduleId)
    const [calendarId] = (await primaryCalendars(world.db.query, "microsoft", [scheduleId])).values()
    if (!person || calendarId === undefined)
      return {
        scheduleId,
        error: {
          message: "The specified object was not found in the store.",
          responseCode: "ErrorMailRecipientNotFound",
        },
      }
    const busy = await busyEvents(world, calendarId, range)
    const digit = (fromMs: number, toMs: number) =>
      busy
        .filter((b) => b.fromMs < toMs && b.toMs > fromMs)
        .map((b) => STATUS[b.row.own.showAs])
        .sort()
        .at(-1) ?? "0"
    const stepMs = availabilityViewInterval * 60_000
    const steps = Array.from(
      { length: Math.ceil((range.toMs - range.fromMs) / stepMs) },
      (_, n) => range.fromMs + n * stepMs,
    )
    return {
      scheduleId,
      availabilityView: steps.map((from) => digit(from, Math.min(from + stepMs, range.toMs))).join(""),
      scheduleItems: busy.map(({ row, fromMs, toMs }) => ({
        status: row.own.showAs,
        start: toTime(at(fromMs), prefer),
        end: toTime(at(toMs), prefer),
      })),
      workingHours: {
        daysOfWeek: ["monday", "tuesday", "wednesday", "thursday", "friday"],
        startTime: "08:00:00.0000000",
        endTime: "17:00:00.0000000",
        timeZone: { name: windowsZone(person.timeZone) },
      },
    }
  }
  return Promise.all(schedules.map(one))
}

const at = (ms: number) => ({ kind: "timed", at: new Date(ms).toISOString(), timeZone: "UTC" }) as const

function instant({ dateTime, timeZone }: z.infer<typeof Time>): number {
  const when = timed(dateTime, ianaZone(timeZone))
  return when.kind === "timed" ? Date.parse(when.at) : Number.NaN
}
