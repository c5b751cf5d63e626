import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { Claim, Claims } from "../../ports/claims"

/** Over `head_claim` and `head_release` (migration `claims_and_calendar_choices`). */
export const postgresClaims = (db: PrismaClient): Claims => ({
  async claim(workspaceId, kind, id, leaseMs) {
    const [row] = await db.$queryRaw<
      { r: Claim }[]
    >`select head_claim(${workspaceId}, ${kind}, ${id}, ${leaseMs}::bigint) as r`
    if (!row) throw new Error("a claim was not answered")
    return row.r
  },

  async release(workspaceId, kind, id, claimId) {
    const [row] = await db.$queryRaw<
      { r: boolean }[]
    >`select head_release(${workspaceId}, ${kind}, ${id}, ${claimId}::uuid) as r`
    return row?.r === true
  },
})
