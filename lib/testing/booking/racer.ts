import { askingTogether } from "../../adapters/postgres/booking-ask"
import { postgresBookingStore } from "../../adapters/postgres/booking-store"
import { postgresClient } from "../../adapters/postgres/client"
import type { Desk } from "./desk"
import { type KeyOrder, sendKeys } from "./keys"
import { lateBookings } from "./late-writes"
import type { BookingPlant } from "./plants"
import { type RaceOrder, runRaces } from "./races"

/* A process of its own that races, to be killed on the way. It is told where, then takes orders and answers each with its report. */

export interface RacerStart {
  readonly databaseUrl: string
  readonly desk: Desk
  readonly connections: number
  /** Asks in groups, as an app server does; else each request alone. */
  readonly together: boolean
  readonly plant: BookingPlant | null
}
export type RacerOrder = { readonly races: RaceOrder } | { readonly keys: KeyOrder }

process.once("message", (start) => {
  const { databaseUrl, desk, connections, together, plant } = start as RacerStart
  const db = postgresClient(databaseUrl, connections)
  const store = lateBookings(db, postgresBookingStore(db, together ? askingTogether(db) : undefined), plant)
  process.on("message", (order: RacerOrder) => {
    const done = "races" in order ? runRaces(store, desk, order.races) : sendKeys(store, desk, order.keys)
    done.then(
      (report) => process.send?.(report),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
  db.$queryRaw`select 1`.then(() => process.send?.("begun"))
})
process.send?.("ready")
