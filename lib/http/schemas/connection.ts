import { z } from "zod"
import { type CaldavLogin, serverAddress } from "../../domain/caldav-preset"
import { HUES } from "../../domain/calendar-choice"
import type { Calendar, Provider } from "../../domain/event"

/** GET /api/connections/google/start. `return`: a path of ours to come back to. */
export const StartConnectingRequest = z.object({ return: z.string().max(500).default("/") })

/** GET /api/connections/google/callback: RFC 6749 section 4.1.2. */
export const ConnectCallbackRequest = z.object({
  state: z.string().max(500).optional(),
  code: z.string().max(4_000).optional(),
  error: z.string().max(200).optional(),
})

const Server = z
  .string()
  .max(1_000)
  .transform((text, context) => {
    const address = serverAddress(text)
    if (address === null) context.addIssue({ code: "custom", message: "write it as https://calendar.example.com" })
    return address ?? z.NEVER
  })

/** POST /api/connections/caldav. A colon would end the user name too soon (RFC 7617 2). */
export const ConnectCaldavRequest = z.object({
  server: Server,
  username: z
    .string()
    .trim()
    .min(1, "is needed")
    .max(200)
    .regex(/^[^:\p{Cc}]+$/u, "must not hold a colon"),
  password: z
    .string()
    .min(1, "is needed")
    .max(500)
    .regex(/^\P{Cc}+$/u, "must be one line"),
})

/** PATCH /api/connections/:id/calendars: what a person chooses for one calendar of an account. What is absent stays. */
export const ChooseCalendarRequest = z
  .object({
    calendarId: z.string().min(1).max(1024),
    shown: z.boolean().optional(),
    hue: z
      .number()
      .int()
      .min(0)
      .max(HUES - 1)
      .nullable()
      .optional(),
    isDefault: z.literal(true).optional(),
    shareTitles: z.boolean().nullable().optional(),
  })
  .refine(({ calendarId, ...change }) => Object.keys(change).length > 0, "nothing to change")

export interface ConnectedCalendar extends Calendar {
  readonly shown: boolean
  readonly hue: number | null
  readonly isDefault: boolean
  readonly shareTitles: boolean | null
}

/** GET /api/connections: every account of the person, with its calendars as the provider lists them now. */
export interface ConnectionsView {
  readonly connections: readonly {
    readonly id: string
    readonly provider: Provider
    readonly email: string
    readonly status: "live" | "paused"
    /** Of a CalDAV account: what to connect it again with, but the password. */
    readonly login?: CaldavLogin
    /** Null: they cannot be listed just now; `problem` says why. */
    readonly calendars: readonly ConnectedCalendar[] | null
    readonly problem: "reconnect" | "unreachable" | "throttled" | "forbidden" | null
  }[]
  /** What goes for calendars that have no word of their own. */
  readonly shareTitles: boolean
}
