import { setTimeout as sleep } from "node:timers/promises"
import type { CalendarProvider } from "../../../lib/ports/calendar-provider"
import type { Calendars } from "../../../lib/ports/calendars"
import type { SceneDeps } from "../../../lib/testing/scene"

/* What would make a commit slow: the bench counts only when each of them makes it miss its goals. */

export const PLANTS = {
  /** The target slot is read after the event instead of beside it. */
  "reads-in-a-row": (deps: SceneDeps): SceneDeps => {
    let before: Promise<unknown> = Promise.resolve()
    const inARow = (account: CalendarProvider): CalendarProvider => ({
      ...account,
      get(ref) {
        const read = account.get(ref)
        before = read
        return read
      },
      list: (...query) => before.then(() => account.list(...query)),
    })
    const open: Calendars["open"] = async (...args) => {
      const account = await deps.calendars.open(...args)
      return account && inARow(account)
    }
    return { ...deps, calendars: { ...deps.calendars, open } }
  },
  /** Every guarded statement takes 10 ms more. */
  "slow-database": (deps: SceneDeps): SceneDeps => ({
    ...deps,
    guarded: {
      ...deps.guarded,
      async prepare(...args) {
        await sleep(10)
        return deps.guarded.prepare(...args)
      },
      async markSent(...args) {
        await sleep(10)
        return deps.guarded.markSent(...args)
      },
    },
  }),
} as const

export type PlantName = keyof typeof PLANTS
