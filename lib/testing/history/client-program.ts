import { postgresClient } from "../../adapters/postgres/client"
import { postgresRecordClaims } from "../../adapters/postgres/record-claims"
import { postgresRecordStore } from "../../adapters/postgres/record-store"
import type { RecordKey } from "../../domain/record"
import { act } from "./client"
import { type HistoryPlant, plantedStore } from "./plants"
import { recorder } from "./recorder"

export interface ClientStart {
  readonly databaseUrl: string
  readonly name: string
  readonly plant: HistoryPlant | null
  /** A monotonic instant (ns), as a decimal. */
  readonly since: string
}

export interface ClientOrder {
  readonly keys: readonly RecordKey[]
  /** At least so many operations, by so many clients at once. */
  readonly operations: number
  readonly width: number
  readonly file: string
}

export interface ClientReport {
  readonly faults: readonly string[]
}

/* Clients in a process of its own, to be killed on the way. It is told where, then takes one order after the other and answers each with its report. */

process.once("message", (start: ClientStart) => {
  const db = postgresClient(start.databaseUrl, 16)
  const claims = postgresRecordClaims(db)
  const store = plantedStore(db, postgresRecordStore(db), start.plant)
  let orders = 0
  async function carryOut({ keys, operations, width, file }: ClientOrder): Promise<ClientReport> {
    const { store: records, count, close } = recorder(store, file, BigInt(start.since))
    const order = orders++
    const all = Array.from({ length: width }, (_, n) =>
      act({ records, claims }, keys, `${start.name}.${order}.${n}`, () => count() < operations),
    )
    const faults = (await Promise.all(all)).flat()
    close()
    return { faults }
  }
  process.on("message", (order: ClientOrder) => {
    carryOut(order).then(
      (report) => process.send?.(report),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  })
  process.once("disconnect", () => process.exit(0))
  db.$queryRaw`select 1`.then(() => process.send?.("begun"))
})
process.send?.("ready")
