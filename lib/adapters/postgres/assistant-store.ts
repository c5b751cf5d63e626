import "server-only"
import { Prisma, type PrismaClient } from "../../../generated/prisma/client"
import type { EventKey } from "../../domain/event"
import type { Conflict } from "../../domain/outcome"
import type { AssistantStore, Order, StoredAnswer, StoredConflict, StoredTurn } from "../../ports/assistant-store"
import type { AuditLog } from "../../ports/audit-log"
import { postgresAgentProposals, stillTheirs } from "./agent-proposals"
import { postgresFollowUps } from "./follow-ups"
import { jsonRow } from "./json-row"
import { json, planRow, proposalRow, seen, storedProposal, turnRow, WITH_OPERATIONS } from "./proposal-rows"
import { postgresReplacements } from "./replacements"

/** Proposals, conversations and questions: ordinary tables, each effect in one transaction with its log rows. */
export function postgresAssistantStore(db: PrismaClient, audit: AuditLog): AssistantStore {
  return {
    ...postgresAgentProposals(db, audit),
    ...postgresFollowUps(db, audit),
    ...postgresReplacements(db, audit),

    async createProposal(p, ttlMs, log) {
      const rows = jsonRow(await audit.seal(p.workspaceId, log))
      const storing = db.$transaction([
        db.proposal.create({ data: proposalRow(p) }),
        db.$queryRaw<{ createdAt: Date; expiresAt: Date }[]>`
          update proposals set created_at = clock_timestamp(), expires_at = clock_timestamp() + ${ttlMs} * interval '1 ms'
          where workspace_id = ${p.workspaceId} and id = ${p.id} returning created_at as "createdAt", expires_at as "expiresAt"`,
        db.$executeRaw`select log_append_all(${p.workspaceId}, ${rows}::jsonb)`,
      ])
      const made = (await storing.catch(taken))?.[1][0]
      const before = made ? null : await this.findProposal(p.workspaceId, p.userId, p.id)
      if (before) return before
      if (!made) throw new Error("the proposal was not stored")
      const [createdAt, expiresAt] = [made.createdAt.toISOString(), made.expiresAt.toISOString()]
      return { ...p, stale: null, restLeft: false, createdAt, expiresAt }
    },

    async findProposal(workspaceId, userId, id) {
      // side by side: it stands at the beginning of every commit
      const [row, operations] = await Promise.all([
        db.proposal.findFirst({ where: { workspaceId, userId, id } }),
        db.proposalOperation.findMany({ where: { workspaceId, proposalId: id }, orderBy: { position: "asc" } }),
      ])
      return row && storedProposal({ ...row, operations })
    },

    async wasUndone(workspaceId, id) {
      return (await db.proposal.count({ where: { workspaceId, undoOf: id, state: "done" } })) > 0
    },

    async openProposals(workspaceId, userId) {
      const [clock] = await db.$queryRaw<{ now: Date }[]>`select clock_timestamp() as now`
      if (!clock) throw new Error("no time")
      const state = { in: ["open", "stale", "applying", "conflict"] }
      const rows = await db.proposal.findMany({
        where: { workspaceId, userId, state, ...stillTheirs(clock.now) },
        include: WITH_OPERATIONS,
        orderBy: { createdAt: "asc" },
      })
      return rows.map(storedProposal)
    },

    async recentProposals(workspaceId, userId, { since, limit }) {
      const rows = await db.proposal.findMany({
        where: { workspaceId, userId, ...(since && { createdAt: { gte: new Date(since) } }) },
        include: WITH_OPERATIONS,
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        take: limit,
      })
      return rows.map(storedProposal)
    },

    async setProposalState(workspaceId, id, from, to, log) {
      const rows = jsonRow(await audit.seal(workspaceId, log))
      return db.$transaction(async (tx) => {
        const { count } = await tx.proposal.updateMany({
          where: { workspaceId, id, state: { in: [...from] } },
          data: { state: to },
        })
        if (count === 1 && log.length > 0) await tx.$executeRaw`select log_append_all(${workspaceId}, ${rows}::jsonb)`
        return count === 1
      })
    },

    async setNotify({ workspaceId, id, planHash: before }, operations, planHash, log) {
      const rows = jsonRow(await audit.seal(workspaceId, log))
      return db.$transaction(async (tx) => {
        // an approval locks this head too: whoever is first, the other sees what became of it
        await tx.$executeRaw`select lock_head(${workspaceId}, 'proposal', ${id})`
        const { count } = await tx.proposal.updateMany({
          where: { workspaceId, id, planHash: before, state: { in: ["open", "stale"] } },
          data: { planHash },
        })
        if (count === 0) return false
        for (const { position, notify } of operations)
          await tx.proposalOperation.updateMany({ where: { workspaceId, proposalId: id, position }, data: { notify } })
        await tx.$executeRaw`select log_append_all(${workspaceId}, ${rows}::jsonb)`
        return true
      })
    },

    async narrow({ workspaceId, id, planHash: before }, keep, { planHash, readings, leftOut }, log) {
      const rows = jsonRow(await audit.seal(workspaceId, log))
      return db.$transaction(async (tx) => {
        // as for setNotify: a yes to the wider plan is given before, or not at all
        await tx.$executeRaw`select lock_head(${workspaceId}, 'proposal', ${id})`
        const { count } = await tx.proposal.updateMany({
          where: { workspaceId, id, planHash: before, state: { in: ["open", "stale"] } },
          data: { planHash, plan: planRow({ readings, leftOut }) },
        })
        if (count === 0) return false
        const kept = [...keep].sort((a, b) => a - b)
        const whose = { workspaceId, proposalId: id }
        await tx.proposalOperation.deleteMany({ where: { ...whose, position: { notIn: kept } } })
        // each goes to a place that is its own or free by now
        for (const [position, from] of kept.entries())
          if (position !== from)
            await tx.proposalOperation.updateMany({ where: { ...whose, position: from }, data: { position } })
        await tx.$executeRaw`select log_append_all(${workspaceId}, ${rows}::jsonb)`
        return true
      })
    },

    async endOperation(workspaceId, proposalId, position, state, outcome, log) {
      const rows = jsonRow(await audit.seal(workspaceId, log))
      await db.$transaction([
        db.proposalOperation.update({
          where: { workspaceId_proposalId_position: { workspaceId, proposalId, position } },
          data: { state, outcome: json(outcome) },
        }),
        db.$executeRaw`select log_append_all(${workspaceId}, ${rows}::jsonb)`,
      ])
    },

    async liveApprovals(workspaceId, proposalId) {
      const rows = await db.$queryRaw<{ id: string; position: number }[]>`
        select a.id, a.position from approvals a
        left join heads h on h.workspace_id = a.workspace_id and h.kind = 'approval' and h.id = a.id::text
        where a.workspace_id = ${workspaceId} and a.proposal_id = ${proposalId} and a.expires_at > clock_timestamp() and coalesce(h.version, '') = ''
        order by a.created_at`
      return new Map(rows.map((row) => [row.position, row.id]))
    },

    async skipFrom(workspaceId, proposalId, position) {
      await db.proposalOperation.updateMany({
        where: { workspaceId, proposalId, position: { gte: position }, state: "pending" },
        data: { state: "skipped" },
      })
    },

    async endCutOff(olderThanMs) {
      const rows = await db.$queryRaw<unknown[]>`
        with ended as (
          update proposals p set state = 'stopped' where p.state = 'applying'
            and (select max(a.created_at) from approvals a where a.workspace_id = p.workspace_id and a.proposal_id = p.id)
              < clock_timestamp() - ${olderThanMs} * interval '1 ms'
            and not exists (select 1 from intents i where i.workspace_id = p.workspace_id and i.proposal_id = p.id and i.state <> 'DONE')
          returning p.workspace_id, p.id, p.user_id
        ), skipped as (
          update proposal_operations o set state = 'skipped' from ended e
          where o.workspace_id = e.workspace_id and o.proposal_id = e.id and o.state = 'pending'
        )
        select log_append(e.workspace_id, jsonb_build_object('actor', jsonb_build_object('kind', 'system', 'id', 'recovery'), 'kind', 'dropped',
          'subject', jsonb_build_object('kind', 'proposal', 'id', e.id), 'userId', e.user_id, 'proposalId', e.id,
          'body', jsonb_build_object('why', 'cut-off')))::text from ended e`
      return rows.length
    },

    async sentOn(workspaceId, proposalId, position) {
      const row = await db.intent.findFirst({
        where: { workspaceId, proposalId, position, state: "DONE", outcome: { path: ["kind"], equals: "applied" } },
        orderBy: { preparedAt: "desc" },
      })
      return row && seen(row.base, row.baseVersion)
    },

    async halfSplits(limit) {
      return db.$queryRaw<{ workspaceId: string; userId: string; id: string }[]>`
        select p.workspace_id as "workspaceId", p.user_id as "userId", p.id from proposal_operations t
          join proposals p on p.workspace_id = t.workspace_id and p.id = t.proposal_id
        where t.change ->> 'kind' = 'trim' and t.state in ('failed', 'skipped', 'kept', 'conflict')
          and p.state <> 'applying' and split_is_half(t.workspace_id, t.proposal_id) is not null
        limit ${limit}`
    },

    async addNote(workspaceId, proposalId, position, note, log) {
      const rows = jsonRow(await audit.seal(workspaceId, log))
      await db.$transaction([
        db.$executeRaw`
          update proposal_operations set outcome = jsonb_set(outcome, '{notes}', (outcome -> 'notes') || ${jsonRow([note])}::jsonb)
          where workspace_id = ${workspaceId} and proposal_id = ${proposalId} and position = ${position} and outcome ? 'notes'`,
        db.$executeRaw`select log_append_all(${workspaceId}, ${rows}::jsonb)`,
      ])
    },

    async findConflict(workspaceId, userId, id) {
      const row = await db.conflictCase.findFirst({ where: { workspaceId, userId, id } })
      return row && storedConflict(row)
    },

    async openConflictOf(workspaceId, proposalId) {
      const row = await db.conflictCase.findFirst({
        where: { workspaceId, proposalId, answeredAt: null },
        orderBy: { createdAt: "desc" },
      })
      return row && storedConflict(row)
    },

    async addTurn(workspaceId, userId, turn) {
      await db.chatTurn.create({ data: turnRow(workspaceId, userId, turn) })
    },

    async findTurn(workspaceId, userId, id) {
      const row = await db.chatTurn.findFirst({ where: { workspaceId, userId, id } })
      return row && storedTurn(row)
    },

    async turns(workspaceId, userId, limit) {
      const rows = await db.chatTurn.findMany({
        where: { workspaceId, userId },
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        take: limit,
      })
      return rows.reverse().map(storedTurn)
    },

    async standingOrder(workspaceId, userId) {
      const [found] = await db.$queryRaw<{ proposalId: string; order: Order }[]>`
        select p.id as "proposalId", t.answer -> 'order' as "order" from (
          select answer from chat_turns
          where workspace_id = ${workspaceId} and user_id = ${userId} and answer ->> 'kind' not in ('told', 'refusal')
          order by created_at desc, id desc limit 1
        ) t
        join proposals p on p.workspace_id = ${workspaceId} and p.user_id = ${userId} and p.id = t.answer ->> 'proposalId'
        where t.answer ? 'order' and p.state = 'open' and p.expires_at > clock_timestamp()`
      return found ?? null
    },

    async choose(workspaceId, userId, turnId, choice) {
      const changed = await db.$executeRaw`
        update chat_turns set answer = jsonb_set(answer, '{chosen}', ${choice}::text::jsonb)
        where workspace_id = ${workspaceId} and user_id = ${userId} and id = ${turnId} and answer ->> 'kind' in ('question', 'preference') and answer ->> 'chosen' is null`
      return changed === 1
    },

    async lastTouched(workspaceId, userId, limit) {
      const rows = await db.proposalOperation.findMany({
        where: { workspaceId, proposal: { userId, origin: { notIn: ["agent", "outside-agent"] } } },
        orderBy: [{ proposal: { createdAt: "desc" } }, { position: "asc" }],
        select: { eventKey: true },
        take: limit * 4,
      })
      return [...new Set(rows.map((row) => row.eventKey as EventKey))].slice(0, limit)
    },
  } satisfies AssistantStore
}

/** The id is in use: nothing was written. */
function taken(error: unknown): null {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") return null
  throw error
}

const storedConflict = (row: Prisma.ConflictCaseGetPayload<object>): StoredConflict => ({
  id: row.id,
  proposalId: row.proposalId,
  position: row.position,
  conflict: row.body as unknown as Conflict,
  choice: row.choice,
})

const storedTurn = (row: Prisma.ChatTurnGetPayload<object>): StoredTurn => ({
  id: row.id,
  words: row.words,
  answer: row.answer as unknown as StoredAnswer,
  createdAt: row.createdAt.toISOString(),
})
