import "server-only"
import { Prisma, type PrismaClient } from "../../../generated/prisma/client"
import type { Role } from "../../domain/person"
import type { Acceptance, MemberStore, RoleChange } from "../../ports/member-store"
import { jsonRow } from "./json-row"

type Transaction = Prisma.TransactionClient

const appendAll = (tx: Transaction | PrismaClient, workspaceId: string, rows: unknown) =>
  tx.$executeRaw`select log_append_all(${workspaceId}, ${jsonRow(rows)}::jsonb)`

export function postgresMemberStore(db: PrismaClient): MemberStore {
  return {
    async workspaceName(id) {
      return (await db.workspace.findUniqueOrThrow({ where: { id } })).name
    },

    async members(workspaceId) {
      const rows = await db.member.findMany({
        where: { workspaceId },
        include: { user: true },
        orderBy: [{ createdAt: "asc" }, { userId: "asc" }],
      })
      return rows.map(({ userId, role, createdAt, shareTitles, user }) => ({
        id: userId,
        name: user.name ?? user.email ?? "",
        email: user.email ?? "",
        role: role as Role,
        joinedAt: createdAt.toISOString(),
        shareTitles,
      }))
    },

    async openInvitations(workspaceId) {
      const rows = await db.$queryRaw<{ id: string; role: Role; expires_at: Date }[]>`
        select id, role, expires_at from invitations
        where workspace_id = ${workspaceId} and used_at is null and expires_at > clock_timestamp() order by expires_at, id`
      return rows.map(({ id, role, expires_at }) => ({ id, role, expiresAt: expires_at.toISOString() }))
    },

    async changeSettings(workspaceId, userId, { timeZone, workingHours, shareTitles }, log) {
      const hours = workingHours && { days: [...workingHours.days], start: workingHours.start, end: workingHours.end }
      await db.$transaction([
        db.member.update({
          where: { workspaceId_userId: { workspaceId, userId } },
          data: { timeZone, workingHours: hours, shareTitles },
        }),
        appendAll(db, workspaceId, log),
      ])
    },

    changeRole: (workspaceId, userId, role, log) =>
      db.$transaction(async (tx) => {
        await tx.$executeRaw`select 1 from workspaces where id = ${workspaceId} for update`
        const outcome = judge(await standing(tx, workspaceId, userId), role)
        if (outcome === "not-found") return outcome
        if (outcome === "changed")
          await tx.member.update({ where: { workspaceId_userId: { workspaceId, userId } }, data: { role } })
        await appendAll(tx, workspaceId, [{ ...log, outcome }])
        return outcome
      }),

    async invite({ workspaceId, id, tokenHash, role, createdBy }, ttlHours, log) {
      const [[row]] = await db.$transaction([
        db.$queryRaw<{ expires_at: Date }[]>`
          insert into invitations (workspace_id, id, token_hash, role, created_by, expires_at)
          values (${workspaceId}, ${id}, ${tokenHash}, ${role}, ${createdBy}, clock_timestamp() + make_interval(hours => ${ttlHours}::int))
          returning expires_at`,
        appendAll(db, workspaceId, log),
      ])
      if (!row) throw new Error("the invitation was not made")
      return { id, role, expiresAt: row.expires_at.toISOString() }
    },

    async accept(tokenHash, userId, { timeZone, workingHours }, log) {
      try {
        return await db.$transaction(async (tx): Promise<Acceptance> => {
          await tx.$executeRaw`select 1 from invitations where token_hash = ${tokenHash} for update`
          const found = await invitation(tx, tokenHash)
          if (!found) return "not-found"
          if (found.used_at) return "used"
          if (found.over) return "expired"
          const { workspace_id: workspaceId, id, role } = found
          const hours = { days: [...workingHours.days], start: workingHours.start, end: workingHours.end }
          await tx.member.create({ data: { workspaceId, userId, role, timeZone, workingHours: hours } })
          await tx.$executeRaw`
            update invitations set used_by = ${userId}, used_at = clock_timestamp() where workspace_id = ${workspaceId} and id = ${id}`
          await appendAll(tx, workspaceId, log({ workspaceId, id, role }))
          return "joined"
        })
      } catch (error) {
        // one membership a person, held by a unique index: of two invitations at once one is refused, and not used up
        if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") return "already-a-member"
        throw error
      }
    },
  }
}

interface Standing {
  readonly role: Role
  readonly otherAdmins: number
}

async function standing(tx: Transaction, workspaceId: string, userId: string): Promise<Standing | null> {
  const [row] = await tx.$queryRaw<Standing[]>`
    select role, (select count(*)::int from members o where o.workspace_id = m.workspace_id and o.role = 'admin' and o.user_id <> m.user_id) as "otherAdmins"
    from members m where workspace_id = ${workspaceId} and user_id = ${userId}`
  return row ?? null
}

function judge(member: Standing | null, role: Role): RoleChange {
  if (!member) return "not-found"
  if (member.role === role) return "unchanged"
  return role !== "admin" && member.otherAdmins === 0 ? "last-admin" : "changed"
}

interface InvitationState {
  readonly workspace_id: string
  readonly id: string
  readonly role: Role
  readonly used_at: Date | null
  readonly over: boolean
}

async function invitation(tx: Transaction, tokenHash: string): Promise<InvitationState | null> {
  const [row] = await tx.$queryRaw<InvitationState[]>`
    select workspace_id, id, role, used_at, expires_at <= clock_timestamp() as over from invitations where token_hash = ${tokenHash}`
  return row ?? null
}
