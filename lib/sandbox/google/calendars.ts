import type { calendar_v3 } from "googleapis"
import { z } from "zod"
import { busyEvents } from "../calendar/busy"
import { sameEmail } from "../calendar/event"
import type { Range } from "../calendar/range"
import { withOffset } from "../calendar/when"
import { Refusal } from "../refusal"
import { accessTo, type CalendarRow, findCalendar, findPerson, primaryCalendars } from "../store/people"
import type { World } from "../world"

const etag = (calendar: CalendarRow): string => `"${Buffer.from(calendar.id).toString("hex").slice(0, 16)}"`

/** `Calendar`: the same for everybody who may see it. */
export const toCalendar = (calendar: CalendarRow): calendar_v3.Schema$Calendar => ({
  kind: "calendar#calendar",
  etag: etag(calendar),
  id: calendar.id,
  summary: calendar.name,
  timeZone: calendar.timeZone,
})

/** `CalendarListEntry`: as it stands in one person's list. */
export const toListEntry = (calendar: CalendarRow, email: string): calendar_v3.Schema$CalendarListEntry => ({
  ...toCalendar(calendar),
  kind: "calendar#calendarListEntry",
  accessRole: calendar.role,
  selected: true,
  ...(calendar.isPrimary && sameEmail(calendar.ownerEmail, email) ? { primary: true } : {}),
  backgroundColor: calendar.isPrimary ? "#9fe1e7" : "#f83a22",
  foregroundColor: "#000000",
  defaultReminders: calendar.role === "owner" ? [{ method: "popup", minutes: 10 }] : [],
})

/** `acl.list`: the owner's alone to read. */
export async function listAcl(world: World, calendar: CalendarRow): Promise<calendar_v3.Schema$Acl> {
  if (calendar.role !== "owner") throw new Refusal("read-only-calendar")
  const rules = await accessTo(world.db.query, calendar.id)
  const items = rules.map(({ email, role }) => ({
    kind: "calendar#aclRule",
    etag: etag(calendar),
    id: `user:${email}`,
    scope: { type: "user", value: email },
    role,
  }))
  return { kind: "calendar#acl", etag: etag(calendar), items }
}

const FreeBusyRequest = z.object({
  timeMin: z.iso.datetime({ offset: true }),
  timeMax: z.iso.datetime({ offset: true }),
  timeZone: z.string().default("UTC"),
  calendarExpansionMax: z.number().int().max(50).optional(),
  items: z.array(z.object({ id: z.string() })).max(50),
})

/** `freebusy.query`: a calendar that cannot be seen is an error inside the answer, not of it. */
export async function freeBusy(
  world: World,
  email: string,
  json: unknown,
): Promise<calendar_v3.Schema$FreeBusyResponse> {
  const parsed = FreeBusyRequest.safeParse(json)
  if (!parsed.success) throw new Refusal("invalid", z.prettifyError(parsed.error))
  const { timeMin, timeMax, timeZone, items } = parsed.data
  const range = { fromMs: Date.parse(timeMin), toMs: Date.parse(timeMax) }
  if (range.fromMs >= range.toMs) throw new Refusal("empty-time-range")
  const calendars: Record<string, calendar_v3.Schema$FreeBusyCalendar> = {}
  for (const { id } of items) {
    const calendarId = await visibleForBusy(world, email, id)
    calendars[id] =
      calendarId === null
        ? { errors: [{ domain: "global", reason: "notFound" }], busy: [] }
        : { busy: joined(await busyEvents(world, calendarId, range)).map((busy) => inZone(busy, timeZone)) }
  }
  return { kind: "calendar#freeBusy", timeMin, timeMax, calendars }
}

/** Colleagues share their free/busy with each other, as in one Workspace domain. */
async function visibleForBusy(world: World, email: string, id: string): Promise<string | null> {
  const own = await findCalendar(world.db.query, email, id)
  if (own) return own.id
  const colleague = await findPerson(world.db.query, "google", id)
  return colleague ? ((await primaryCalendars(world.db.query, "google", [id])).get(colleague.email) ?? null) : null
}

/** Overlapping and touching times as one, as Google answers them. */
function joined(times: readonly Range[]): Range[] {
  const out: Range[] = []
  for (const time of [...times].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = out.at(-1)
    if (last && time.fromMs <= last.toMs)
      out[out.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, time.toMs) }
    else out.push(time)
  }
  return out
}

const inZone = ({ fromMs, toMs }: Range, zone: string): calendar_v3.Schema$TimePeriod => ({
  start: inZoneOrUtc(fromMs, zone),
  end: inZoneOrUtc(toMs, zone),
})

const inZoneOrUtc = (ms: number, zone: string): string => {
  const iso = new Date(ms).toISOString()
  return zone === "UTC" ? iso.replace(".000Z", "Z") : withOffset(iso, zone)
}
