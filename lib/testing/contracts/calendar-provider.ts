import { beforeAll, describe } from "vitest"
import { actsContract } from "./calendar-acts"
import { faultsContract } from "./calendar-faults"
import { preconditionsContract } from "./calendar-preconditions"
import { readsContract } from "./calendar-reads"
import { splitsContract } from "./calendar-splits"
import { type Acts, actsIn, type CalendarWorld } from "./calendar-world"
import { writesContract } from "./calendar-writes"

/**
 * What every adapter behind lib/ports/calendar-provider.ts does, over HTTP and with the real SDK. One suite for all of them, so that an
 * outcome that differs between providers fails (T6).
 */
export function calendarProviderContract(name: string, setUp: () => Promise<CalendarWorld>): void {
  describe(name, () => {
    let acts: Acts
    beforeAll(async () => {
      acts = await actsIn(await setUp())
    })
    preconditionsContract(() => acts)
    writesContract(() => acts)
    actsContract(() => acts)
    readsContract(() => acts)
    splitsContract(() => acts)
    faultsContract(() => acts)
  })
}
