import type { z } from "@hono/zod-openapi"
import type { Context } from "hono"
import { agentRecordKey } from "../../domain/preferences"
import {
  type Json,
  type RecordKey,
  type RecordRefusal,
  recoveryOf,
  type ValueProblem,
  valueProblem,
} from "../../domain/record"
import { type Version, version } from "../../domain/version"
import type { RecordChange, RecordView } from "../../ports/record-store"
import { wired } from "../../server/wiring"
import { type ProblemCode, problem } from "../problem"
import { type PublicationRequest, RunId } from "./record-schemas"
import type { V1 } from "./routing"

/** A request that cannot be done whatever stands there; caught where the routes are made. */
export class RecordInputRefused extends Error {
  constructor(readonly code: ProblemCode) {
    super(code)
  }
}

/** @throws {RecordInputRefused} */
export function keyOf(text: string): RecordKey {
  const key = agentRecordKey(text)
  if (!key) throw new RecordInputRefused("record-key")
  return key
}

export const valueCode = (wrong: ValueProblem): ProblemCode =>
  wrong === "too-large" ? "record-too-large" : "record-value"

/** @throws {RecordInputRefused} */
export function jsonOf(value: unknown): Json {
  const wrong = valueProblem(value as Json)
  if (wrong) throw new RecordInputRefused(valueCode(wrong))
  return value as Json
}

type Changes = z.output<typeof PublicationRequest>["changes"]

/** @throws {RecordInputRefused} */
export function changesOf(changes: Changes): readonly RecordChange[] {
  const folded = new Set(changes.map(({ key }) => key.toLowerCase()))
  if (folded.size < changes.length) throw new RecordInputRefused("record-twice")
  return changes.map((change) => {
    const under = change.claim_id === undefined ? {} : { claimId: change.claim_id }
    const key = keyOf(change.key)
    if (change.op === "create") return { op: "create", key, value: jsonOf(change.value), ...under }
    const expectedVersion = versionOf(change.version)
    if (change.op === "delete") return { op: "delete", key, expectedVersion, ...under }
    return { op: "write", key, value: jsonOf(change.value), expectedVersion, ...under }
  })
}

/** @throws {RecordInputRefused} */
export const viewsOf = (views: readonly { key: string; version: string | null }[]): readonly RecordView[] =>
  views.map(({ key, version: at }) => ({ key: keyOf(key), version: at === null ? null : versionOf(at) }))

/** T3. @throws {RecordInputRefused} for none, and for `*`, which would match anything */
export function versionOf(text: string | undefined): Version {
  try {
    return version(/^"(.*)"$/.exec(text?.trim() ?? "")?.[1] ?? text)
  } catch {
    throw new RecordInputRefused("precondition-required")
  }
}

export const etagOf = (at: string): string => `"${at}"`

export const actorOf = (c: Context<V1>) => ({
  workspaceId: c.get("caller").workspaceId,
  actor: { kind: "agent", id: c.get("caller").agentId } as const,
})

/** The run a request belongs to, if it says. @throws {RecordInputRefused} when what it says is no UUID */
export function runOf(c: Context<V1>): { readonly runId?: string } {
  const runId = c.req.header("ifmatch-run")
  if (runId === undefined) return {}
  if (!RunId.safeParse(runId).success) throw new RecordInputRefused("bad-request")
  return { runId: runId.toLowerCase() }
}

/** The run has seen these. */
export async function seen(c: Context<V1>, views: readonly { key: RecordKey; version: Version }[]): Promise<void> {
  const { runId } = runOf(c)
  const { workspaceId, agentId } = c.get("caller")
  if (runId !== undefined) await wired.recordClaims.noteViews({ workspaceId, agentId, runId }, views)
}

/** C6. What the run has seen and is no longer so, as a header of whatever is answered. */
export async function withHints(c: Context<V1>, response: Response): Promise<Response> {
  const { runId } = runOf(c)
  if (runId === undefined) return response
  const { workspaceId, agentId } = c.get("caller")
  const dead = await wired.recordClaims.deadViews({ workspaceId, agentId, runId })
  if (dead.length > 0) response.headers.set("ifmatch-dead-views", dead.map(({ key }) => key).join(", "))
  return response
}

const CODES = {
  conflict: "record-conflict",
  gone: "not-found",
  busy: "record-claimed",
  superseded: "claim-superseded",
} as const satisfies Record<RecordRefusal["kind"], ProblemCode>

/** @param conditional the request said itself which version it saw: 412 (RFC 9110), else 409 */
export async function refusedBy(refusal: RecordRefusal, conditional: boolean): Promise<Response> {
  const told = problem(CODES[refusal.kind])
  const status = refusal.kind === "conflict" && conditional ? 412 : told.status
  const body = {
    ...((await told.json()) as object),
    status,
    key: refusal.key,
    ...("why" in refusal && { why: refusal.why }),
    ...(refusal.kind === "conflict" && { current_version: refusal.currentVersion }),
    ...(refusal.kind === "busy" && { retry_after_ms: refusal.forMs }),
    recovery: recoveryOf(refusal),
  }
  const headers = new Headers({ "content-type": "application/problem+json" })
  if (refusal.kind === "busy") headers.set("retry-after", String(Math.max(1, Math.ceil(refusal.forMs / 1_000))))
  return new Response(JSON.stringify(body), { status, headers })
}
