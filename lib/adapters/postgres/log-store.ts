import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import { Prisma } from "../../../generated/prisma/client"
import type { LeafRow } from "../../domain/log/leaf"
import { EMPTY_FRONTIER, type Frontier } from "../../domain/log/merkle"
import type { LogStore, StoredLogRow } from "../../ports/log-store"
import type { LogTexts } from "./audit-log"
import { jsonRow } from "./json-row"

/** A row as its leaf binds it. Microseconds, because that is what the database keeps. */
const LEAF_COLUMNS = Prisma.sql`l.workspace_id as "workspaceId", l.id::text as id, to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  l.actor_kind as "actorKind", l.actor_id as "actorId", l.kind, l.subject_kind as "subjectKind", l.subject_id as "subjectId",
  l.user_id as "userId", l.proposal_id as "proposalId", l.intent_id::text as "intentId", l.outcome, l.body`

const STORED = Prisma.sql`select ${LEAF_COLUMNS}, s.seq::text as seq, s.leaf_hash as "leafHash", t.sealed as "sealedText"
  from log l left join log_sealed s on s.workspace_id = l.workspace_id and s.log_id = l.id
  left join log_texts t on t.workspace_id = l.workspace_id and t.log_id = l.id`

export function postgresLogStore(db: PrismaClient, texts: LogTexts): LogStore {
  return {
    async workspaces() {
      const rows = await db.workspace.findMany({ select: { id: true }, orderBy: { id: "asc" } })
      return rows.map((row) => row.id)
    },

    async workspacesWithUnsealed() {
      const rows = await db.$queryRaw<{ id: string }[]>`select distinct workspace_id as id from log_unsealed`
      return rows.map((row) => row.id)
    },

    unsealed: (workspaceId, limit) => db.$queryRaw<LeafRow[]>`
      select ${LEAF_COLUMNS} from log_unsealed u join log l on l.workspace_id = u.workspace_id and l.id = u.log_id
      where u.workspace_id = ${workspaceId} order by u.log_id limit ${limit}`,

    unsealedCount: (workspaceId) => db.logUnsealed.count({ where: { workspaceId } }),

    async frontier(workspaceId) {
      const last = await db.logCheckpoint.findFirst({ where: { workspaceId }, orderBy: { size: "desc" } })
      return last ? ({ size: Number(last.size), roots: last.frontier } as unknown as Frontier) : EMPTY_FRONTIER
    },

    async seal({ workspaceId, from, rows, frontier, root, note }) {
      const answer = await db.$queryRaw<{ r: boolean }[]>`
        select log_seal(${workspaceId}, ${from}::bigint, ${jsonRow(rows)}::jsonb, ${root}, ${jsonRow(frontier.roots)}::jsonb, ${note}) as r`
      return answer[0]?.r === true
    },

    async links(workspaceId, fromSeq, limit) {
      const rows = await db.$queryRaw<(LeafRow & { seq: bigint; leafHash: string })[]>`
        select s.seq, s.leaf_hash as "leafHash", ${LEAF_COLUMNS} from log_sealed s left join log l on l.workspace_id = s.workspace_id and l.id = s.log_id
        where s.workspace_id = ${workspaceId} and s.seq >= ${fromSeq}::bigint order by s.seq limit ${limit}`
      return rows.map(({ seq, leafHash, ...row }) => ({
        seq: Number(seq),
        leafHash,
        row: row.id === null ? null : row,
      }))
    },

    async notes(workspaceId) {
      const rows = await db.logCheckpoint.findMany({
        where: { workspaceId },
        orderBy: { size: "asc" },
        select: { note: true },
      })
      return rows.map((row) => row.note)
    },

    page(workspaceId, q) {
      const where = [
        Prisma.sql`l.workspace_id = ${workspaceId}`,
        ...(q.userId ? [Prisma.sql`l.user_id = ${q.userId}`] : []),
        ...(q.actorId ? [Prisma.sql`l.actor_id = ${q.actorId}`] : []),
        ...(q.subjectId ? [Prisma.sql`l.subject_id = ${q.subjectId}`] : []),
        ...(q.kind ? [Prisma.sql`l.kind = ${q.kind}`] : []),
        ...(q.outcome ? [Prisma.sql`l.outcome = ${q.outcome}`] : []),
        ...(q.from ? [Prisma.sql`l.at >= ${q.from}::timestamptz`] : []),
        ...(q.to ? [Prisma.sql`l.at < ${q.to}::timestamptz`] : []),
        ...(q.before ? [Prisma.sql`l.id < ${q.before}::bigint`] : []),
      ]
      return db.$queryRaw<
        StoredLogRow[]
      >`${STORED} where ${Prisma.join(where, " and ")} order by l.id desc limit ${q.limit}`
    },

    story: (workspaceId, proposalId) =>
      db.$queryRaw<
        StoredLogRow[]
      >`${STORED} where l.workspace_id = ${workspaceId} and l.proposal_id = ${proposalId} order by l.id`,

    openText: (workspaceId, userId, sealed) => texts.openText(workspaceId, userId, sealed),
  }
}
