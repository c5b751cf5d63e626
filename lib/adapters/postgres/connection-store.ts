import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import { loginOf } from "../../domain/caldav-preset"
import type { ConnectionId, Provider } from "../../domain/event"
import type { Account, ConnectionStore, StoredConnection } from "../../ports/connection-store"
import { jsonRow } from "./json-row"

/** A token that ends sooner than this is not handed out any more: the request it is for has to get there. */
const SPARE_SECONDS = 60

export function postgresConnectionStore(db: PrismaClient): ConnectionStore {
  return {
    async list(workspaceId, userId) {
      const rows = await db.connection.findMany({
        where: { workspaceId, userId },
        select: { id: true, provider: true, providerAccountId: true, email: true, status: true },
        orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      })
      return rows.map(({ id, provider, providerAccountId, email, status }) => ({
        id: id as ConnectionId,
        provider: provider as Provider,
        email,
        status: status === "live" ? "live" : "paused",
        ...(provider === "caldav" && { login: loginOf(providerAccountId) }),
      }))
    },

    async find(workspaceId, userId, id) {
      const [row] = await db.$queryRaw<StoredConnection[]>`
        select c.workspace_id as "workspaceId", c.user_id as "userId", c.id, provider, email, status, scopes, m.time_zone as "timeZone", access_token as "accessToken",
          refresh_token as "refreshToken", token_version as "tokenVersion",
          access_expires_at > clock_timestamp() + make_interval(secs => ${SPARE_SECONDS}) as fresh
        from connections c join members m on m.workspace_id = c.workspace_id and m.user_id = c.user_id
        where c.workspace_id = ${workspaceId} and c.user_id = ${userId} and c.id = ${id}`
      return row ?? null
    },

    live: (accounts) =>
      db.$queryRaw<Account[]>`
        select c.workspace_id as "workspaceId", c.user_id as "userId", c.id
        from connections c join members m on m.workspace_id = c.workspace_id and m.user_id = c.user_id
        where c.status = 'live' and (c.workspace_id, c.user_id, c.id) in (
          select * from unnest(${accounts.map((a) => a.workspaceId)}::text[], ${accounts.map((a) => a.userId)}::text[],
            ${accounts.map((a) => a.id)}::text[]))`,

    async save(c, log) {
      await db.$transaction([
        db.$executeRaw`
          insert into connections (workspace_id, id, user_id, provider, provider_account_id, email, scopes, access_token, refresh_token, access_expires_at)
          values (${c.workspaceId}, ${c.id}, ${c.userId}, ${c.provider}, ${c.providerAccountId}, ${c.email}, ${c.scopes}, ${c.accessToken},
            ${c.refreshToken}, clock_timestamp() + make_interval(secs => ${c.expiresInSeconds}))
          on conflict (workspace_id, id) do update set email = excluded.email, scopes = excluded.scopes, status = 'live',
            access_token = excluded.access_token, refresh_token = coalesce(excluded.refresh_token, connections.refresh_token),
            access_expires_at = excluded.access_expires_at, token_version = connections.token_version + 1`,
        db.$executeRaw`select log_append_all(${c.workspaceId}, ${jsonRow(log)}::jsonb)`,
      ])
    },

    async storeTokens({ workspaceId, id, tokenVersion }, { accessToken, refreshToken, expiresInSeconds }) {
      const changed = await db.$executeRaw`
        update connections set access_token = ${accessToken}, refresh_token = coalesce(${refreshToken}, refresh_token),
          access_expires_at = clock_timestamp() + make_interval(secs => ${expiresInSeconds}), token_version = token_version + 1
        where workspace_id = ${workspaceId} and id = ${id} and token_version = ${tokenVersion}`
      return changed === 1
    },

    async pause({ workspaceId, id, tokenVersion }, log) {
      return db.$transaction(async (tx) => {
        const { count } = await tx.connection.updateMany({
          where: { workspaceId, id, tokenVersion, status: "live" },
          data: { status: "paused" },
        })
        if (count > 0) await tx.$executeRaw`select log_append_all(${workspaceId}, ${jsonRow(log)}::jsonb)`
        return count > 0
      })
    },

    async expireAccess(workspaceId, id) {
      await db.$executeRaw`
        update connections set access_expires_at = clock_timestamp() where workspace_id = ${workspaceId} and id = ${id}`
    },

    async remove(workspaceId, userId, id, log) {
      return db.$transaction(async (tx) => {
        const { count } = await tx.connection.deleteMany({ where: { workspaceId, userId, id } })
        if (count > 0) await tx.$executeRaw`select log_append_all(${workspaceId}, ${jsonRow(log)}::jsonb)`
        return count > 0
      })
    },
  }
}
