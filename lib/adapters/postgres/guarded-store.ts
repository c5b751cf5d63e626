import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import type { Change } from "../../domain/change"
import { type CalendarEvent, type EventKey, parseEventKey } from "../../domain/event"
import { UNGUARDED_SLOT } from "../../domain/slot"
import { version } from "../../domain/version"
import type { AuditLog } from "../../ports/audit-log"
import type { GuardedStore, Reclaimed, Refused } from "../../ports/guarded-store"
import type { StepRef } from "../../ports/jobs"
import { jsonRow } from "./json-row"

/**
 * The guarded statements over PostgreSQL: each method is one call of one SQL function (migration `guarded_path`), hence one transaction.
 * Texts of log rows are sealed before the call, so that no plain personal text crosses into the log.
 *
 * @param placeOf where the queue puts the order to look at a slot
 */
export function postgresGuardedStore(db: PrismaClient, audit: AuditLog, placeOf: PlaceOf): GuardedStore {
  const call = <T>(sql: TemplateStringsArray, ...values: unknown[]): Promise<T> =>
    db.$queryRaw<{ r: T }[]>(sql, ...values).then((rows) => {
      const row = rows[0]
      if (!row) throw new Error("a guarded statement answered nothing")
      return row.r
    })
  const sealed = async (workspaceId: string, entries: Parameters<AuditLog["seal"]>[1]) =>
    jsonRow(await audit.seal(workspaceId, entries))
  const sealedOne = async (workspaceId: string, entry: Parameters<AuditLog["seal"]>[1][number]) =>
    jsonRow((await audit.seal(workspaceId, [entry]))[0])

  return {
    async approve(p) {
      const log = await sealedOne(p.workspaceId, p.log)
      const answer = await call<{ kind: "approved"; approvals: string[] } | Refused>`
        select proposal_approve(${p.workspaceId}, ${p.proposalId}, ${p.userId}, ${p.planHash}, ${p.ttlMs}::bigint, ${log}::jsonb) as r`
      return answer.kind === "approved" ? { kind: "approved", approvalIds: answer.approvals } : answer
    },

    async prepare(intent, log, alsoLog) {
      const { workspaceId, base, ...rest } = intent
      const { connectionId } = parseEventKey(intent.key)
      const row = jsonRow({ ...rest, connectionId, eventKey: intent.key, base: base.value, baseVersion: base.version })
      const [own, more] = await Promise.all([sealedOne(workspaceId, log), sealed(workspaceId, alsoLog)])
      return call<
        { kind: "prepared" } | Refused
      >`select intent_prepare(${workspaceId}, ${row}::jsonb, ${own}::jsonb, ${more}::jsonb) as r`
    },

    markSent: ({ workspaceId, id, claimId }, needMs) =>
      call<
        "sent" | "superseded" | "expired"
      >`select intent_sent(${workspaceId}, ${id}::uuid, ${claimId}::uuid, ${needMs}::bigint) as r`,

    async finish(end) {
      const log = await sealed(end.workspaceId, end.log)
      const operation = jsonRow({
        state: end.operation.state,
        after: end.operation.after?.value,
        afterVersion: end.operation.after?.version,
      })
      const conflictCase = end.conflictCase
        ? jsonRow({ id: end.conflictCase.id, body: end.conflictCase.conflict })
        : null
      const place = end.slotCheck && placeOf(end.slotCheck)
      // one statement: what is done with the outcome is done, whoever dies after it
      return call<"finished" | "superseded">`
        select r, case when r = 'finished' and ${place?.key ?? null}::text is not null then
            (graphile_worker.add_job('check-slot', payload := ${jsonRow(end.slotCheck)}::json, queue_name := ${place?.queue ?? null}::text,
              job_key := ${place?.key ?? null}::text, max_attempts := 8)).id end as job
        from intent_finish(${end.workspaceId}, ${end.id}::uuid, ${end.claimId}::uuid, ${jsonRow(end.outcome)}::jsonb, ${end.version},
          ${operation}::jsonb, ${conflictCase}::jsonb, ${end.proposalState}, ${log}::jsonb) as r`
    },

    async reclaim(limit, leaseMs) {
      const rows = await db.$queryRaw<
        { r: ReclaimedRow }[]
      >`select r from intent_reclaim(${limit}::int, ${leaseMs}::bigint) r`
      return rows.map((row) => reclaimed(row.r))
    },

    async defer({ workspaceId, id, claimId }, waitMs) {
      await call`select intent_defer(${workspaceId}, ${id}::uuid, ${claimId}::uuid, ${waitMs}::bigint) as r`
    },

    async correct(workspaceId, intentId, correction, log) {
      const operation = jsonRow({ after: correction.event?.value, afterVersion: correction.event?.version })
      const row = await sealedOne(workspaceId, log)
      return call<
        "corrected" | "superseded"
      >`select intent_correct(${workspaceId}, ${intentId}::uuid, ${jsonRow(correction)}::jsonb, ${operation}::jsonb, ${row}::jsonb) as r`
    },

    async openConflict(p) {
      const log = await sealed(p.workspaceId, p.log)
      const conflictCase = jsonRow({ id: p.conflictCase.id, body: p.conflictCase.conflict })
      await db.$executeRaw`select conflict_open(${p.workspaceId}, ${p.proposalId}, ${p.position}::int, ${conflictCase}::jsonb, ${jsonRow(p.outcome)}::jsonb, ${log}::jsonb)`
    },

    async takeBack({ workspaceId, proposalId, operation, ttlMs, holdMs, log }) {
      const { key, base, ...rest } = operation
      const row = jsonRow({
        ...rest,
        eventKey: key,
        base: base.value,
        baseVersion: base.version,
        slot: UNGUARDED_SLOT,
        ttlMs,
        holdMs,
      })
      const logs = await sealed(workspaceId, log)
      return call<Awaited<ReturnType<GuardedStore["takeBack"]>>>`
        select split_take_back(${workspaceId}, ${proposalId}, ${row}::jsonb, ${logs}::jsonb) as r`
    },

    async settleSplit({ workspaceId, proposalId, stands, conflictCase, log }) {
      const logs = await sealed(workspaceId, log)
      const asked = conflictCase && jsonRow({ id: conflictCase.id, body: conflictCase.conflict })
      return call<"settled" | "superseded">`
        select split_settle(${workspaceId}, ${proposalId}, ${stands && jsonRow(stands)}::jsonb, ${asked}::jsonb, ${logs}::jsonb) as r`
    },

    async answerConflict(p) {
      const log = await sealedOne(p.workspaceId, p.log)
      const next = p.next ? jsonRow({ ...p.next, base: p.next.base.value, baseVersion: p.next.base.version }) : null
      const answer = await call<
        { kind: "answered"; approvalId?: string } | Extract<Refused, { kind: "superseded" | "forbidden" }>
      >`
        select conflict_answer(${p.workspaceId}, ${p.conflictId}::uuid, ${p.userId}, ${p.choice}, ${next}::jsonb, ${log}::jsonb) as r`
      return answer.kind === "answered" ? { kind: "answered", approvalId: answer.approvalId ?? null } : answer
    },
  }
}

type PlaceOf = (step: StepRef) => { readonly key: string; readonly queue: string }

interface ReclaimedRow {
  workspace_id: string
  id: string
  claim: string
  user_id: string
  event_key: string
  proposal_id: string
  position: number
  state: "PREPARED" | "SENT"
  base: CalendarEvent
  base_version: string
  change: Change
  look_again_at: string | null
}

const reclaimed = (row: ReclaimedRow): Reclaimed => ({
  workspaceId: row.workspace_id,
  id: row.id,
  claimId: row.claim,
  userId: row.user_id,
  key: row.event_key as EventKey,
  proposalId: row.proposal_id,
  position: row.position,
  state: row.state,
  base: { value: row.base, version: version(row.base_version) },
  change: row.change,
  lookedBefore: row.look_again_at !== null,
})
