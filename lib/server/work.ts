import "server-only"
import type { FollowedCalendar, Work } from "../ports/jobs"
import type { Log } from "../ports/log"
import { checkSlotAfter } from "./check-slot-after"
import { followAccount } from "./follow-account"
import { type ChannelDeps, keepChannel } from "./keep-channel"
import { onShutdown } from "./shutdown"
import { type SyncDeps, syncCalendar } from "./sync-calendar"

export interface WorkDeps extends SyncDeps, ChannelDeps {
  readonly log: Log
}

type Workers = { readonly [Name in keyof Work]: (what: Work[Name]) => Promise<void> }

/** What each order means. Accounts that are paused are left alone: their turn comes when the person has connected them again. */
export const workersOf = (deps: WorkDeps): Workers => ({
  async "sync-calendar"(calendar) {
    const provider = await liveProvider(deps, calendar)
    if (!provider) return
    const end = await syncCalendar(deps, calendar)
    if (end.kind === "later") deps.log.warn({ ...calendar, ...end }, "a calendar could not be read; trying again")
    if (end.kind === "synced") await keepChannel(deps, calendar, provider)
  },
  async "follow-account"(account) {
    if (await liveProvider(deps, account)) await followAccount(deps, account)
  },
  async "check-slot"(step) {
    if (await liveProvider(deps, step)) await checkSlotAfter(deps, step)
  },
})

async function liveProvider(
  { calendars }: WorkDeps,
  { workspaceId, userId, connectionId }: Omit<FollowedCalendar, "calendarId">,
): Promise<string | null> {
  const connections = await calendars.connections(workspaceId, userId)
  const connection = connections.find((each) => each.id === connectionId)
  return connection?.status === "live" ? connection.provider : null
}

/** Does ordered work in this process until it is asked to stop. */
export async function startWork(
  deps: WorkDeps & { readonly startWorker: (workers: Workers) => Promise<() => Promise<void>> },
): Promise<void> {
  const stop = await deps.startWorker(workersOf(deps))
  onShutdown(() => {
    stop().catch((err: unknown) => deps.log.error({ err }, "the worker did not stop cleanly"))
  })
}
