import type { Query, SandboxProvider } from "./database"

export interface Person {
  readonly email: string
  readonly provider: SandboxProvider
  /** The OpenID Connect `sub`. */
  readonly subject: string
  readonly name: string
  readonly timeZone: string
  readonly isAdmin: boolean
}

export type AccessRole = "owner" | "writer" | "reader"

/** A calendar as one person may use it. */
export interface CalendarRow {
  readonly id: string
  readonly provider: SandboxProvider
  readonly ownerEmail: string
  readonly name: string
  readonly timeZone: string
  readonly isPrimary: boolean
  readonly role: AccessRole
}

const PERSON = `email, provider, subject, name, time_zone as "timeZone", is_admin as "isAdmin"`
const CALENDAR = `c.id, c.provider, c.owner_email as "ownerEmail", c.name, c.time_zone as "timeZone", c.is_primary as "isPrimary", a.role`

export const allPeople = (query: Query, provider: SandboxProvider): Promise<Person[]> =>
  query<Person>(`select ${PERSON} from people where provider = $1 order by is_admin, name`, [provider])

export async function findPerson(query: Query, provider: SandboxProvider, email: string): Promise<Person | null> {
  const rows = await query<Person>(`select ${PERSON} from people where provider = $1 and email = lower($2)`, [
    provider,
    email,
  ])
  return rows[0] ?? null
}

/** The calendars a person sees, their own first. */
export const calendarsOf = (query: Query, email: string): Promise<CalendarRow[]> =>
  query<CalendarRow>(
    `select ${CALENDAR} from calendars c join calendar_access a on a.calendar_id = c.id
     where a.email = $1 order by c.is_primary and c.owner_email = a.email desc, c.name`,
    [email],
  )

/** The calendar `id` (or "primary") as `email` may use it; null when they may not see it. */
export async function findCalendar(query: Query, email: string, id: string): Promise<CalendarRow | null> {
  const named = id === "primary" ? "c.is_primary and c.owner_email = a.email" : "c.id = $2"
  const rows = await query<CalendarRow>(
    `select ${CALENDAR} from calendars c join calendar_access a on a.calendar_id = c.id where a.email = $1 and ${named}`,
    id === "primary" ? [email] : [email, id],
  )
  return rows[0] ?? null
}

/** Who may use a calendar, and how. */
export const accessTo = (
  query: Query,
  calendarId: string,
): Promise<{ email: string; name: string; role: AccessRole }[]> =>
  query(
    `select a.email, p.name, a.role from calendar_access a join people p using (email) where a.calendar_id = $1 order by a.role, a.email`,
    [calendarId],
  )

/** The primary calendars of those among `emails` who have an account at `provider`, by lower-case address. */
export async function primaryCalendars(
  query: Query,
  provider: SandboxProvider,
  emails: readonly string[],
): Promise<Map<string, string>> {
  const rows = await query<{ ownerEmail: string; id: string }>(
    `select owner_email as "ownerEmail", id from calendars where provider = $1 and is_primary and owner_email = any($2)`,
    [provider, emails.map((email) => email.toLowerCase())],
  )
  return new Map(rows.map((row) => [row.ownerEmail, row.id]))
}
