import { z } from "zod"
import { agentRecordKey } from "../../domain/preferences"
import { ConflictError, type RecordKey, RecordNotFound, type RecordRefusal, recoveryOf } from "../../domain/record"
import { type Version, version } from "../../domain/version"
import type { AgentCaller } from "../../ports/agent-keys"
import type { RecordChange } from "../../ports/record-store"
import { editRecord } from "../../server/edit-record"
import { wired } from "../../server/wiring"
import { Id, Value } from "./inputs"
import { type Allowed, type Register, type Said, said } from "./said"
import type { ToolName } from "./tool-list"

/*
 * Records for assistants. A tool that is given a run_id tells, with whatever it answers, which of the run's views are dead (C6): an assistant that is about to write
 * learns in a dozen tokens that what it thinks it knows is no longer so. Until it reads again, nothing of that run is written (C5).
 */

const Key = z
  .string()
  .refine((text) => agentRecordKey(text) !== null, "segments of letters, digits and ._@-, parted by /")
  .transform((text) => text as RecordKey)
const Seen = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text.trim() !== "" && text.trim() !== "*", "a version that you have read")
const run = {
  run_id: Id.optional().describe(
    "A UUID of your own for this piece of work. Give it with every call: you are told what has changed since you read it.",
  ),
}
const claim_id = z.string().max(200).optional().describe("Of a claim that you hold on it.")
const ttl_seconds = z.number().int().min(1).max(3_600).default(60)

const READS = { readOnlyHint: true, openWorldHint: false } as const
const WRITES = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false } as const

const refused = (refusal: RecordRefusal): Said => ({
  kind: refusal.kind,
  key: refusal.key,
  ...("why" in refusal && { why: refusal.why }),
  ...(refusal.kind === "conflict" && { current_version: refusal.currentVersion }),
  ...(refusal.kind === "busy" && { retry_after_ms: refusal.forMs }),
  recovery: recoveryOf(refusal),
})

/** What the rules of records throw is an answer here. */
async function answerOf(doing: () => Promise<Said>): Promise<Said> {
  try {
    return await doing()
  } catch (error) {
    if (error instanceof RecordNotFound) return { kind: "notFound", key: error.key }
    if (error instanceof ConflictError)
      return { kind: "conflict", message: error.message, recovery: recoveryOf({ kind: "conflict" }) }
    throw error
  }
}

export function registerRecordTools(register: Register, caller: AgentCaller, allowed: Allowed): void {
  const { workspaceId, agentId } = caller
  const by = { workspaceId, actor: { kind: "agent", id: agentId } } as const
  const under = (runId: string | undefined) => (runId === undefined ? {} : { runId: runId.toLowerCase() })
  const held = (asked: { readonly key: RecordKey; readonly claim_id: string }) => ({
    ...by,
    key: asked.key,
    claimId: asked.claim_id,
  })

  const answer = (tool: ToolName, runId: string | undefined, doing: () => Promise<Said>) =>
    allowed(tool, async () => {
      const told = await answerOf(doing)
      if (runId === undefined) return said(told)
      const dead = await wired.recordClaims.deadViews({ workspaceId, agentId, runId: runId.toLowerCase() })
      return said(dead.length > 0 ? { ...told, dead_views: dead.map(({ key }) => key) } : told)
    })
  const seen = async (runId: string | undefined, views: readonly { key: RecordKey; version: Version }[]) => {
    if (runId !== undefined)
      await wired.recordClaims.noteViews({ workspaceId, agentId, runId: runId.toLowerCase() }, views)
  }
  const published = async (runId: string | undefined, change: RecordChange): Promise<Said> => {
    const done = await wired.records.publish({ ...by, ...under(runId), changes: [change] })
    if (done.kind !== "applied") return refused(done)
    return { kind: "applied", key: change.key, version: done.versions.get(change.key) }
  }

  register(
    "read_record",
    {
      title: "Read a record",
      description:
        "A shared note, plan or preference, with the version that a write of it has to show. With known_version: only what changed.",
      inputSchema: { key: Key, known_version: Seen.optional(), ...run },
      annotations: READS,
    },
    ({ key, known_version, run_id }) =>
      answer("read_record", run_id, async () => {
        const read = { workspaceId, key }
        const known = known_version === undefined ? null : version(known_version)
        const now = known
          ? await wired.records.readIfChanged({ ...read, version: known })
          : { kind: "changed" as const, record: await wired.records.readWithVersion(read) }
        if (now.kind === "unchanged") {
          if (known) await seen(run_id, [{ key, version: known }])
          return { kind: "unchanged", key }
        }
        await seen(run_id, [now.record])
        return { ...now.record, kind: "record" }
      }),
  )

  register(
    "list_records",
    {
      title: "Which records there are",
      description: "Keys and versions, by key.",
      inputSchema: {
        prefix: z
          .string()
          .max(400)
          .regex(/^[A-Za-z0-9._@/-]*$/)
          .default(""),
        after: z.string().max(400).optional(),
        ...run,
      },
      annotations: READS,
    },
    ({ prefix, after, run_id }) =>
      answer("list_records", run_id, async () => {
        const page = await wired.records.list(workspaceId, prefix, { after: after || null, limit: 100 })
        return {
          kind: "records",
          records: page.items.map(({ key, version: at }) => ({ key, version: at })),
          after: page.cursor,
        }
      }),
  )

  register(
    "write_record",
    {
      title: "Write a record",
      description:
        "On the version you read; without one it is created, and refused if it is there. A conflict is final for this version: read again first.",
      inputSchema: { key: Key, value: Value, version: Seen.optional(), claim_id, ...run },
      annotations: WRITES,
    },
    (asked) =>
      answer("write_record", asked.run_id, () => {
        const { key, value } = asked
        const claim = asked.claim_id === undefined ? {} : { claimId: asked.claim_id }
        return published(
          asked.run_id,
          asked.version === undefined
            ? { op: "create", key, value, ...claim }
            : { op: "write", key, value, expectedVersion: version(asked.version), ...claim },
        )
      }),
  )

  register(
    "edit_record",
    {
      title: "Change fields of a record",
      description:
        "A merge patch (RFC 7396), on whatever stands there: fields it does not name stay, null removes one. A lost race is tried once more by itself.",
      inputSchema: { key: Key, patch: Value, claim_id, ...run },
      annotations: WRITES,
    },
    ({ key, patch, claim_id: claimId, run_id }) =>
      answer("edit_record", run_id, async () => {
        const edit = { ...by, ...under(run_id), key, patch, ...(claimId !== undefined && { claimId }) }
        const done = await editRecord(wired, edit)
        if (done.kind === "applied" || done.kind === "invalid") return { ...done, key }
        return refused(done)
      }),
  )

  register(
    "delete_record",
    {
      title: "Delete a record",
      description: "On the version you read. Its history stays.",
      inputSchema: { key: Key, version: Seen, claim_id, ...run },
      annotations: WRITES,
    },
    ({ key, version: at, claim_id: claimId, run_id }) =>
      answer("delete_record", run_id, () =>
        published(run_id, {
          op: "delete",
          key,
          expectedVersion: version(at),
          ...(claimId !== undefined && { claimId }),
        }),
      ),
  )

  register(
    "claim_record",
    {
      title: "Claim a record",
      description:
        "For a while nobody else writes it. Keep the claim_id to yourself and give it with your writes; `superseded` means it is over: claim and read again.",
      inputSchema: { key: Key, ttl_seconds, ...run },
      annotations: { ...WRITES, destructiveHint: false },
    },
    ({ key, ttl_seconds: ttl, run_id }) =>
      answer("claim_record", run_id, async () => {
        const done = await wired.recordClaims.claim({ ...by, key, ttlMs: ttl * 1_000 })
        if (done.kind !== "claimed") return refused(done)
        return { kind: "claimed", key, claim_id: done.claimId, until: done.until, version: done.version }
      }),
  )

  register(
    "keep_claim",
    {
      title: "Keep a claim for longer",
      description: "A heartbeat.",
      inputSchema: { key: Key, claim_id: z.string().max(200), ttl_seconds, ...run },
      annotations: { ...WRITES, destructiveHint: false },
    },
    (asked) =>
      answer("keep_claim", asked.run_id, async () => {
        const done = await wired.recordClaims.heartbeat({ ...held(asked), ttlMs: asked.ttl_seconds * 1_000 })
        return done.kind === "held" ? { kind: "held", key: asked.key, until: done.until } : refused(done)
      }),
  )

  register(
    "release_claim",
    {
      title: "Give a claim back",
      description: "Or hand it on: with hand_on, the answer has the claim_id for whoever goes on, and yours is over.",
      inputSchema: {
        key: Key,
        claim_id: z.string().max(200),
        hand_on: z.boolean().default(false),
        ttl_seconds,
        ...run,
      },
      annotations: { ...WRITES, destructiveHint: false },
    },
    (asked) =>
      answer("release_claim", asked.run_id, async () => {
        if (!asked.hand_on) {
          const done = await wired.recordClaims.release(held(asked))
          return done.kind === "released" ? { kind: "released", key: asked.key } : refused(done)
        }
        const done = await wired.recordClaims.handOff({ ...held(asked), ttlMs: asked.ttl_seconds * 1_000 })
        if (done.kind !== "claimed") return refused(done)
        return { kind: "handedOn", key: asked.key, claim_id: done.claimId, until: done.until, version: done.version }
      }),
  )

  register(
    "admit_effect",
    {
      title: "Does what I read still stand?",
      description:
        "Ask right before you do something outside that rests on records you read. Admitted only while all of them are as you read them; true of this moment only.",
      inputSchema: {
        views: z
          .array(z.object({ key: Key, version: Seen }))
          .max(100)
          .default([]),
        ...run,
      },
      annotations: { ...WRITES, destructiveHint: false },
    },
    ({ views, run_id }) =>
      answer("admit_effect", run_id, async () => {
        const named = views.map(({ key, version: at }) => ({ key, version: version(at) }))
        const { auditEventId, ...done } = await wired.recordClaims.admitEffect({
          ...by,
          ...under(run_id),
          views: named,
        })
        return { ...done, audit_event_id: auditEventId }
      }),
  )
}
