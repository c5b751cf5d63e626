import { OAuth2Client } from "google-auth-library"
import { calendar_v3 } from "googleapis/build/src/apis/calendar/index.js"
import type { TestSandbox } from "./start"

export const ADA = "ada@google.sandbox"
export const BEN = "ben@google.sandbox"
/** The Tuesday after the tests' Friday. */
export const TUESDAY = "2026-11-24"

export type KnownEvent = calendar_v3.Schema$Event & { id: string; etag: string }

/** Google's own client for one person, pointed at the sandbox. */
export async function googleClient(sandbox: TestSandbox, person: string): Promise<calendar_v3.Calendar> {
  const auth = new OAuth2Client()
  auth.setCredentials({
    access_token: await sandbox.accessToken("google", person),
    expiry_date: Date.now() + 3_600_000,
  })
  return new calendar_v3.Calendar({ auth, rootUrl: `${sandbox.url}/` })
}

/** One request, on a version or on none. */
export const once = (etag?: string | null) => ({ retry: false, headers: new Headers(etag ? { "If-Match": etag } : {}) })
export const primary = (eventId: string) => ({ calendarId: "primary", eventId })

const firstOf = ({ items }: calendar_v3.Schema$Events): KnownEvent => {
  const [event] = items ?? []
  return { ...event, id: event?.id ?? "", etag: event?.etag ?? "" }
}

/** A single event or a whole series. */
export const findByName = async (calendar: calendar_v3.Calendar, q: string): Promise<KnownEvent> =>
  firstOf((await calendar.events.list({ calendarId: "primary", q })).data)

/** The weekly sync of TUESDAY. */
export async function weeklyInstance(calendar: calendar_v3.Calendar): Promise<KnownEvent> {
  const day = { timeMin: `${TUESDAY}T00:00:00Z`, timeMax: `${TUESDAY}T23:00:00Z` }
  return firstOf(
    (await calendar.events.list({ calendarId: "primary", singleEvents: true, q: "Weekly sync", ...day })).data,
  )
}

/** What went wrong, as the SDK hands it out. */
export const failure = async (promise: Promise<unknown>) =>
  promise.then(
    () => ({ status: 200, body: null }),
    (error: { status: number; response?: { data: unknown } }) => ({ status: error.status, body: error.response?.data }),
  )

/** A failure with one error in Google's words. */
export const single = (code: number, error: Record<string, string>) => ({
  status: code,
  body: { error: { errors: [error], code, message: error.message } },
})
