import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { ConnectionId } from "../../domain/event"
import { modelKeyContext, textKeyContext, tokenContext, webhookSecretContext } from "../../domain/seal-context"
import type { SealedText, SealedTexts } from "../../ports/sealed-texts"

interface Row {
  readonly place: string
  readonly column: "access" | "refresh" | "text-key" | "webhook" | "model"
  readonly workspaceId: string
  readonly userId: string
  readonly id: string
  readonly sealed: string
}

/** The columns that hold sealed texts: tokens of accounts, the people's own text keys, secrets of webhooks, and keys of language models. */
export const postgresSealedTexts = (db: PrismaClient): SealedTexts => ({
  async page(after, limit) {
    const rows = await db.$queryRaw<Row[]>`
      select * from (
        select 'access/' || workspace_id || '/' || id as place, 'access' as "column", workspace_id as "workspaceId", user_id as "userId", id, access_token as sealed
          from connections
        union all
        select 'refresh/' || workspace_id || '/' || id, 'refresh', workspace_id, user_id, id, refresh_token from connections where refresh_token is not null
        union all
        select 'text-key/' || workspace_id || '/' || user_id, 'text-key', workspace_id, user_id, user_id, wrapped from text_keys
        union all
        select 'webhook/' || workspace_id || '/' || id, 'webhook', workspace_id, subscription_id::text, id::text, sealed from webhook_secrets
        union all
        select 'model/' || workspace_id || '/' || provider, 'model', workspace_id, provider, coalesce(base_url, ''), sealed_key from model_choices
          where sealed_key is not null
      ) all_sealed
      where ${after}::text is null or place collate "C" > ${after}::text collate "C" order by place collate "C" limit ${limit}`
    return rows.map((row): SealedText => ({ place: row.place, sealed: row.sealed, context: contextOf(row) }))
  },

  async replace({ place, sealed }, anew) {
    const [column = "", workspaceId = "", id = ""] = place.split("/")
    switch (column) {
      case "access":
        return (
          1 ===
          (await db.$executeRaw`
            update connections set access_token = ${anew} where workspace_id = ${workspaceId} and id = ${id} and access_token = ${sealed}`)
        )
      case "refresh":
        return (
          1 ===
          (await db.$executeRaw`
            update connections set refresh_token = ${anew} where workspace_id = ${workspaceId} and id = ${id} and refresh_token = ${sealed}`)
        )
      case "text-key":
        return (
          1 ===
          (await db.$executeRaw`
            update text_keys set wrapped = ${anew} where workspace_id = ${workspaceId} and user_id = ${id} and wrapped = ${sealed}`)
        )
      case "webhook": {
        const [row] = await db.$queryRaw<{ r: boolean }[]>`
          select webhook_secret_reseal(${workspaceId}, ${id}::uuid, ${sealed}, ${anew}) as r`
        return row?.r === true
      }
      case "model": {
        const [row] = await db.$queryRaw<{ r: boolean }[]>`
          select model_key_reseal(${workspaceId}, ${sealed}, ${anew}) as r`
        return row?.r === true
      }
      default:
        throw new RangeError(`no such place: ${column}`)
    }
  },
})

function contextOf({ column, workspaceId, userId, id }: Row): string {
  if (column === "text-key") return textKeyContext(workspaceId, userId)
  // here the second column is whose secret it is: the subscription's
  if (column === "webhook") return webhookSecretContext({ workspaceId, subscriptionId: userId, id })
  // and the address that the key is for
  if (column === "model") return modelKeyContext({ workspaceId, provider: userId, baseUrl: id || null })
  return tokenContext({ workspaceId, userId, id: id as ConnectionId }, column)
}
