import { z } from "zod"

/** What nobody has confirmed about the real providers (providers.md), so that the app can be tried with either answer. */
export const Switches = z.strictObject({
  /** Google: does a change of one's own reminders give the event a new etag? `updated` stays either way. */
  remindersMoveEtag: z.boolean(),
  /** Does editing one instance give its series a new etag? */
  instanceEditMovesMaster: z.boolean(),
  /** Graph rewrites an event's changeKey by itself within this many ms after it was created; null: never. */
  changeKeyRewriteMs: z.tuple([z.number().min(0), z.number().min(0)]).nullable(),
  /** Graph: does a DELETE with a stale If-Match refuse? */
  staleDeleteRefused: z.boolean(),
  /** Google: does `events.move` honour If-Match? */
  moveHonoursIfMatch: z.boolean(),
  /** Google: events that a page of a list holds at most, whatever is asked for, as Google leaves itself free to do; null: as many as are asked for. */
  pageSize: z.number().int().min(1).nullable(),
  /** Graph: requests at once that one mailbox takes before it answers 429; null: any number. */
  mailboxConcurrency: z.number().int().min(1).nullable(),
})
export type Switches = z.infer<typeof Switches>

/** @param fast for tests: the rewrite comes after 50 ms instead of 1 to 5 s. */
export const defaultSwitches = (fast: boolean): Switches => ({
  remindersMoveEtag: true,
  instanceEditMovesMaster: false,
  changeKeyRewriteMs: fast ? [50, 50] : [1000, 5000],
  staleDeleteRefused: true,
  moveHonoursIfMatch: false,
  pageSize: null,
  mailboxConcurrency: 4,
})
