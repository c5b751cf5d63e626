import "server-only"
import type { CalendarEvent } from "../domain/event"
import type { Seen } from "../domain/version"
import type { Window } from "../ports/calendar-provider"
import type { Clock } from "../ports/clock"
import type { Account } from "../ports/connection-store"

/** A calendar as the provider has told it so far: everything in the window, up to the cursor. */
export interface Recalled {
  readonly events: ReadonlyMap<string, Seen<CalendarEvent>>
  readonly cursor: string
  readonly window: Window
}

/** One look at one calendar of an account. */
export interface Look {
  readonly known: Recalled | null
  /** Nothing is kept where an account has been forgotten since the look began: it may have been this one. */
  keep(recalled: Recalled): void
  drop(): void
}

/** What is kept of calendars between looks. Event texts are among it, so it has an end: an account can be forgotten, and time does it in any case. */
export interface RecallMemory {
  /** Before the provider is asked. @param calendar names it among those of the account */
  begin(account: Account, calendar: string): Look
  /** Whose calendars are kept just now, each account once. */
  accounts(): readonly Account[]
  forget(account: Account): void
}

/** How long a calendar is kept that nobody looks at. */
export const KEPT_MS = 10 * 60_000
const MOST_CALENDARS = 64

interface Kept extends Recalled {
  readonly account: Account
  readonly until: number
}

/** One a process. It wakes by itself when the time of the oldest is up, and keeps no process alive for that. */
export function recallMemory(clock: Pick<Clock, "monotonic">): RecallMemory {
  /** The oldest first: all are kept equally long. */
  const kept = new Map<string, Kept>()
  let forgotten = 0
  let timer: NodeJS.Timeout | undefined

  function wakeForOldest(): void {
    const [oldest] = kept.values()
    if (timer || !oldest) return
    timer = setTimeout(dropOver, Math.max(1, oldest.until - clock.monotonic()))
    timer.unref()
  }

  function dropOver(): void {
    timer = undefined
    const now = clock.monotonic()
    for (const [name, { until }] of kept) if (until <= now) kept.delete(name)
    wakeForOldest()
  }

  function keep(name: string, account: Account, recalled: Recalled): void {
    kept.delete(name)
    const [oldest] = kept.keys()
    if (oldest !== undefined && kept.size >= MOST_CALENDARS) kept.delete(oldest)
    kept.set(name, { ...recalled, account, until: clock.monotonic() + KEPT_MS })
    wakeForOldest()
  }

  return {
    begin(account, calendar) {
      const name = `${nameOf(account)} ${calendar}`
      const before = forgotten
      const known = kept.get(name)
      return {
        known: known && known.until > clock.monotonic() ? known : null,
        keep(recalled) {
          if (forgotten === before) keep(name, account, recalled)
        },
        drop: () => void kept.delete(name),
      }
    },
    accounts: () => [...new Map([...kept.values()].map(({ account }) => [nameOf(account), account])).values()],
    forget(account) {
      forgotten += 1
      const whose = nameOf(account)
      for (const [name, other] of kept) if (nameOf(other.account) === whose) kept.delete(name)
    },
  }
}

const nameOf = ({ workspaceId, userId, id }: Account): string => JSON.stringify([workspaceId, userId, id])
