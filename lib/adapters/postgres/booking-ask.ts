import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { BookableCalendar } from "../../domain/booking"
import type { Answered } from "../../ports/booking-store"
import { groupCommit } from "./group-commit"
import { jsonRow } from "./json-row"

/** What the engine is asked, as it goes there: `op`, `by`, and what that is about. */
export interface EngineRequest extends Omit<BookableCalendar, "workspaceId"> {
  readonly op: "hold" | "commit" | "release" | "cancel"
  readonly by: { readonly kind: string; readonly id: string }
  readonly [more: string]: unknown
}

export type Asking = (workspaceId: string, request: EngineRequest) => Promise<Answered<unknown>>

/** A statement that answers with one value, `r`. */
export const calling =
  (db: PrismaClient) =>
  async <T>(sql: TemplateStringsArray, ...values: unknown[]): Promise<T> => {
    const [row] = await db.$queryRaw<{ r: T }[]>(sql, ...values)
    if (!row) throw new Error("a booking statement answered nothing")
    return row.r
  }

export const askingAlone =
  (db: PrismaClient): Asking =>
  (workspaceId, request) =>
    calling(db)`select booking_ask(${workspaceId}, ${jsonRow(request)}::jsonb) as r`

/** Whether the database itself said no, and with it took back all it had done; a connection that is gone says nothing (class 57P: neither does a server that stops). */
function isTakenBack(error: unknown): boolean {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: { originalCode?: string } } } }
  const code = meta?.driverAdapterError?.cause?.originalCode ?? ""
  return /^[0-9A-Z]{5}$/.test(code) && !code.startsWith("57P")
}

/** Of one workspace: so many statements at once, and so many requests in one. */
const LIMITS = { groups: 3, most: 16 }

/** In a crowd, what a process has to ask of one workspace goes together (`booking_ask_all`, decision 012). For commits: each waits for one head only. */
export function askingTogether(db: PrismaClient): Asking {
  const alone = askingAlone(db)
  const groups = new Map<string, ReturnType<typeof groupCommit<EngineRequest, Answered<unknown>>>>()

  const groupOf = (workspaceId: string) =>
    groupCommit<EngineRequest, Answered<unknown>>(
      LIMITS,
      ({ ownerId, calendarId }) => `${ownerId}/${calendarId}`,
      async (requests) => {
        const [only, ...others] = requests
        if (only && others.length === 0) return [alone(workspaceId, only)]
        try {
          return await calling(db)<
            readonly Answered<unknown>[]
          >`select booking_ask_all(${workspaceId}, ${jsonRow(requests)}::jsonb) as r`
        } catch (error) {
          // one of them is at fault, or waited for too long
          if (!isTakenBack(error)) throw error
          return requests.map((request) => alone(workspaceId, request))
        }
      },
    )

  return async (workspaceId, request) => {
    const group = groups.get(workspaceId) ?? groupOf(workspaceId)
    groups.set(workspaceId, group)
    try {
      return await group.ask(request)
    } finally {
      if (group.isIdle()) groups.delete(workspaceId)
    }
  }
}
