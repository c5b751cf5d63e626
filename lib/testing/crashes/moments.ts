import type { CalendarProvider, WriteOptions, WriteOutcome } from "../../ports/calendar-provider"
import type { SceneDeps } from "../scene"

/** Moments of one write at which its process can end, or be stopped and go on later. In order. */
export const MOMENTS = ["approved", "prepared", "sent", "answered", "recorded"] as const
export type Moment = (typeof MOMENTS)[number]

/** The same ports; when the first write reaches `moment`, the process gets `signal` before anything else happens. */
export function strikeAt(deps: SceneDeps, moment: Moment, signal: "SIGKILL" | "SIGSTOP"): SceneDeps {
  let struck = false
  const reached = async <T>(at: Moment, step: Promise<T>): Promise<T> => {
    const result = await step
    if (at !== moment || struck) return result
    struck = true
    process.kill(process.pid, signal)
    return result
  }
  const { guarded } = deps
  return withAccount(
    {
      ...deps,
      guarded: {
        ...guarded,
        approve: (...args) => reached("approved", guarded.approve(...args)),
        prepare: (...args) => reached("prepared", guarded.prepare(...args)),
        markSent: (...args) => reached("sent", guarded.markSent(...args)),
        finish: (...args) => reached("recorded", guarded.finish(...args)),
      },
    },
    (account) => throughWrites(account, (write, options) => reached("answered", write(account, options))),
  )
}

/** The same ports over another form of every account. */
export function withAccount(deps: SceneDeps, change: (account: CalendarProvider) => CalendarProvider): SceneDeps {
  const { calendars } = deps
  return {
    ...deps,
    calendars: {
      ...calendars,
      async open(...args) {
        const account = await calendars.open(...args)
        return account && change(account)
      },
    },
  }
}

type Write = (account: CalendarProvider, options: WriteOptions) => Promise<WriteOutcome>

/** Every write of an account, whatever its kind, through one hand. */
export function throughWrites(
  account: CalendarProvider,
  through: (write: Write, options: WriteOptions) => Promise<WriteOutcome>,
): CalendarProvider {
  return {
    ...account,
    update: (ref, patch, seen, options) => through((a, o) => a.update(ref, patch, seen, o), options),
    delete: (ref, seen, options) => through((a, o) => a.delete(ref, seen, o), options),
    create: (calendarId, draft, options) => through((a, o) => a.create(calendarId, draft, o), options),
    move: (ref, to, seen, options) => through((a, o) => a.move(ref, to, seen, o), options),
    split: (ref, from, patch, seen, options) => through((a, o) => a.split(ref, from, patch, seen, o), options),
    respond: (ref, answer, seen, options) => through((a, o) => a.respond(ref, answer, seen, o), options),
  }
}
