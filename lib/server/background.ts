import "server-only"
import type { BookingEvents } from "../ports/booking-events"
import type { BookingStore } from "../ports/booking-store"
import type { IdentityStore } from "../ports/identity-store"
import type { Log } from "../ports/log"
import type { RecordClaims } from "../ports/record-claims"
import type { WebhookStore } from "../ports/webhook-store"
import type { CommitDeps } from "./commit-operation"
import { type ForgetDeps, forgetGone } from "./forget-gone"
import { orderBookings } from "./order-bookings"
import { type OrderDeps, orderSyncs } from "./order-syncs"
import { recoverIntents } from "./recover-intents"
import { type SealDeps, sealLog } from "./seal-log"
import { settleSplits } from "./settle-split"
import { onShutdown } from "./shutdown"

/** A row waits at most this long for the sealer. */
const SEAL_EVERY_MS = 100
const RECOVER_EVERY_MS = 5_000
const CUT_OFF_EVERY_MS = 30_000
/** Sessions that are over open nothing; this only keeps the table small. */
const SWEEP_EVERY_MS = 60 * 60 * 1_000

/** A hold that nobody has met since its time ran out is in nobody's way; its row in the log waits at most this long. */
const EXPIRE_HOLDS_EVERY_MS = 5_000
const FORGET_KEYS_EVERY_MS = 60_000
const AT_MOST = 5_000
/** What was sealed waits at most so long before it is told. */
const FAN_OUT_EVERY_MS = 200
const ORDER_DUE_EVERY_MS = 5_000
const AT_ONCE = 500

/** A claim whose time is over is ended by whoever meets it; one that nobody meets, by this (C4). */
const SWEEP_CLAIMS_EVERY_MS = 1_000
const FORGET_VIEWS_EVERY_MS = 60_000

/** A calendar whose turn has come waits at most this long. */
const ORDER_SYNCS_EVERY_MS = 1_000
/** A booking whose bump window is over waits at most this long for its event. */
const ORDER_BOOKINGS_EVERY_MS = 1_000

/** What this process recalls of an account that another one has disconnected is there at most so long. */
const FORGET_GONE_EVERY_MS = 1_000

export interface BackgroundDeps extends CommitDeps, SealDeps, OrderDeps, ForgetDeps {
  readonly log: Log
  readonly webhooks: Pick<WebhookStore, "fanOut" | "orderDue">
  readonly identities: Pick<IdentityStore, "removeOverSessions">
  readonly bookingEvents: BookingEvents
  readonly bookings: Pick<BookingStore, "expireHolds" | "forgetKeys">
  readonly recordClaims: Pick<RecordClaims, "sweep" | "forgetViews">
}

/**
 * The loops every process runs. Each is safe beside itself in other processes: the sealer stores on the size it computed from, recovery takes
 * over claims. What fails is logged and tried again at the next turn.
 */
export function startBackground(deps: BackgroundDeps): void {
  every(SEAL_EVERY_MS, "seal the log", () => sealLog(deps), deps.log)
  every(FAN_OUT_EVERY_MS, "fan out webhooks", () => deps.webhooks.fanOut(AT_ONCE), deps.log)
  every(ORDER_DUE_EVERY_MS, "order due webhooks", () => deps.webhooks.orderDue(AT_ONCE), deps.log)
  every(SWEEP_EVERY_MS, "remove over sessions", () => deps.identities.removeOverSessions(), deps.log)
  // once no approval of it can be used any more, nobody can be carrying it out
  const cutOffMs = deps.times.approvalTtlMs + deps.times.leaseMs
  every(CUT_OFF_EVERY_MS, "end cut-off proposals", () => deps.store.endCutOff(cutOffMs), deps.log)
  every(ORDER_SYNCS_EVERY_MS, "order syncs", () => orderSyncs(deps), deps.log)
  every(ORDER_BOOKINGS_EVERY_MS, "order bookings", () => orderBookings(deps), deps.log)
  every(EXPIRE_HOLDS_EVERY_MS, "expire holds", () => deps.bookings.expireHolds(AT_MOST), deps.log)
  every(FORGET_KEYS_EVERY_MS, "forget idempotency keys", () => deps.bookings.forgetKeys(AT_MOST), deps.log)
  every(SWEEP_CLAIMS_EVERY_MS, "sweep claims", () => deps.recordClaims.sweep(AT_ONCE), deps.log)
  every(FORGET_VIEWS_EVERY_MS, "forget views", () => deps.recordClaims.forgetViews(AT_MOST), deps.log)
  every(FORGET_GONE_EVERY_MS, "forget recalled calendars", () => forgetGone(deps), deps.log)
  every(RECOVER_EVERY_MS, "recover intents", () => recoverIntents(deps), deps.log)
  every(RECOVER_EVERY_MS, "settle splits", () => settleSplits(deps), deps.log)
}

/** One after the other, never two at once; the pause counts from the end. */
function every(pauseMs: number, name: string, task: () => Promise<unknown>, log: Log): void {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let failing = false
  const turn = async () => {
    try {
      await task()
      failing = false
    } catch (err) {
      // a database that is away for an hour is one line, not 36,000
      if (!failing) log.error({ err, task: name }, "a background task failed; trying again")
      failing = true
    }
    if (!stopped) timer = setTimeout(turn, pauseMs)
  }
  timer = setTimeout(turn, pauseMs)
  onShutdown(() => {
    stopped = true
    clearTimeout(timer)
  })
}
