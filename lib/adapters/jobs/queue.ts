import "server-only"
import type { FollowedCalendar, Jobs, Work } from "../../ports/jobs"

/** Runs one SQL statement with positional parameters, as the runtime role. */
export type RunSql = (sql: string, ...values: readonly unknown[]) => Promise<unknown>

/** Orders with one key are one; those in one queue are done one after the other, those in none beside all others. */
interface Place<Queue extends string | null = string> {
  readonly key: string
  readonly queue: Queue
}
type Orders = {
  readonly [Name in keyof Work]: (what: Work[Name]) => Place<Name extends "deliver-webhooks" ? null : string>
}

const account = ({ workspaceId, connectionId }: Omit<FollowedCalendar, "calendarId" | "userId">) =>
  `${workspaceId}/${connectionId}`

/** What makes two orders the same, and which are done one after the other: an account's, so that a mailbox is asked by one of them at a time. */
export const ORDERS: Orders = {
  "sync-calendar": (what) => ({ key: `sync ${account(what)}/${what.calendarId}`, queue: account(what) }),
  "follow-account": (what) => ({ key: `follow ${account(what)}`, queue: account(what) }),
  "check-slot": (what) => ({
    key: `slot ${what.workspaceId}/${what.proposalId}/${what.position}`,
    queue: account(what),
  }),
  "settle-booking": (what) => ({ key: `booking ${what.workspaceId}/${what.bookingId}`, queue: account(what) }),
  // none: the queue of a worker that died stays shut for hours, and a subscription has its own lease
  "deliver-webhooks": (what) => ({ key: `webhooks ${what.workspaceId}/${what.subscriptionId}`, queue: null }),
}

/**
 * graphile-worker's queue. An order with the key of one that waits takes its place; one whose like is being done waits for its end: a call that comes in the middle of a re-read is
 * not lost.
 */
export const graphileJobs = (run: RunSql): Jobs => ({
  async enqueue(name, what) {
    const { key, queue } = ORDERS[name](what)
    await run(
      "select graphile_worker.add_job($1, payload := $2::json, queue_name := $3, job_key := $4, max_attempts := 8)",
      name,
      JSON.stringify(what),
      queue,
      key,
    )
  },
})
