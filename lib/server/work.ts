import "server-only"
import type { FollowedCalendar, Work } from "../ports/jobs"
import type { Log } from "../ports/log"
import { checkSlotAfter } from "./check-slot-after"
import { type DeliverDeps, deliverWebhooks } from "./deliver-webhooks"
import { followAccount } from "./follow-account"
import { type ChannelDeps, keepChannel } from "./keep-channel"
import { type SettleBookingDeps, settleBooking } from "./settle-booking"
import { onShutdown } from "./shutdown"
import { type SyncDeps, syncCalendar } from "./sync-calendar"

export interface WorkDeps extends SyncDeps, ChannelDeps, SettleBookingDeps {
  readonly log: Log
}

type Workers = { readonly [Name in keyof Work]: (what: Work[Name]) => Promise<void> }
/** What hangs on strangers' servers has workers of its own, so that calendars never wait for it. */
type Senders = Pick<Workers, "deliver-webhooks">

/** What each order means. Accounts that are paused are left alone: their turn comes when the person has connected them again. */
export const workersOf = (deps: WorkDeps): Omit<Workers, keyof Senders> => ({
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
  async "settle-booking"(booking) {
    if (await liveProvider(deps, booking)) await settleBooking(deps, booking)
  },
})

const sendersOf = (deps: DeliverDeps): Senders => ({
  async "deliver-webhooks"(subscription) {
    await deliverWebhooks(deps, subscription)
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
  deps: WorkDeps & DeliverDeps & { readonly startWorker: (workers: Partial<Workers>) => Promise<() => Promise<void>> },
): Promise<void> {
  for (const workers of [workersOf(deps), sendersOf(deps)]) {
    const stop = await deps.startWorker(workers)
    onShutdown(() => {
      stop().catch((err: unknown) => deps.log.error({ err }, "the worker did not stop cleanly"))
    })
  }
}
