import { createRoute, z } from "@hono/zod-openapi"
import { ConflictError, RecordNotFound } from "../../domain/record"
import { editRecord } from "../../server/edit-record"
import { wired } from "../../server/wiring"
import { problem } from "../problem"
import {
  actorOf,
  changesOf,
  etagOf,
  jsonOf,
  keyOf,
  RecordInputRefused,
  refusedBy,
  runOf,
  seen,
  valueCode,
  versionOf,
  viewsOf,
  withHints,
} from "./record-input"
import {
  HistoryQuery,
  KeyParam,
  ListQuery,
  PublicationRequest,
  Published,
  ReadHeaders,
  RecordHistory,
  RecordList,
  RecordPatch,
  RecordPatched,
  RecordProblem,
  RecordPut,
  RecordShown,
  RecordWritten,
  RunHeader,
  Snapshot,
  SnapshotRequest,
  VersionQuery,
  WriteHeaders,
} from "./record-schemas"
import { answers, json, needs, reply, router, writeAnswers } from "./routing"

/* Versioned records: read with an ETag, write on it. */

const told = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: RecordProblem } },
})

/** What keys and values that are none lead to, besides what any operation may answer. */
export const UNPROCESSABLE = { 422: told("A key or value that cannot be.") } as const
export const REFUSALS = {
  ...UNPROCESSABLE,
  409: told("Somebody was there first, or has claimed it; `recovery` says what to do."),
  412: told("It is not at that version."),
  413: told("A record of more than 1 MiB, or a request of more than 2 MiB."),
} as const
const CONDITIONAL = {
  ...REFUSALS,
  428: told("Say which version you saw (If-Match), or that there is none (If-None-Match: *)."),
}

const readable = { tags: ["Records"], ...needs("records:read") }
const writable = { tags: ["Records"], ...needs("records:write") }

/** What the rules of records throw, as answers; a fault goes on. */
export async function recordError(error: Error): Promise<Response> {
  if (error instanceof RecordNotFound) return problem("not-found")
  if (error instanceof RecordInputRefused) return problem(error.code)
  if (!(error instanceof ConflictError)) throw error
  return problem("record-conflict", error.message)
}

const tagged = (body: { readonly version: string }, status: 200 | 201 = 200): Response => {
  const response = reply(body, status)
  response.headers.set("etag", etagOf(body.version))
  return response
}

export const recordRoutes = router()
  .openapi(
    createRoute({
      ...readable,
      method: "get",
      path: "/records",
      operationId: "listRecords",
      summary: "Which records there are, by key",
      request: { query: ListQuery },
      responses: answers(200, RecordList, "A page of them, without their values."),
    }),
    async (c) => {
      const { prefix, cursor, limit } = c.req.valid("query")
      const { workspaceId } = c.get("caller")
      const page = await wired.records.list(workspaceId, prefix, { after: cursor ?? null, limit })
      return reply({ items: page.items, next_cursor: page.cursor }, 200) as never
    },
  )
  .openapi(
    createRoute({
      ...readable,
      method: "get",
      path: "/records/{key}",
      operationId: "readRecord",
      summary: "One record with its version, or as it was at another",
      request: { params: KeyParam, query: VersionQuery, headers: ReadHeaders },
      responses: {
        ...answers(200, RecordShown, "Its version is the ETag."),
        ...UNPROCESSABLE,
        304: { description: "As you saw it." },
      },
    }),
    async (c) => {
      const { workspaceId } = c.get("caller")
      const read = { workspaceId, key: keyOf(c.req.valid("param").key) }
      const then = c.req.valid("query").version
      if (then !== undefined) {
        const was = await wired.records.readAt({ ...read, version: versionOf(then) })
        return (was ? tagged(was) : problem("not-found")) as never
      }
      const known = c.req.header("if-none-match")
      const version = known === undefined || known.trim() === "*" ? null : versionOf(known)
      if (version) {
        const answer = await wired.records.readIfChanged({ ...read, version })
        const now = answer.kind === "changed" ? answer.record : { key: read.key, version }
        await seen(c, [now])
        const unchanged = () => new Response(null, { status: 304, headers: { etag: etagOf(version) } })
        return (await withHints(c, answer.kind === "changed" ? tagged(answer.record) : unchanged())) as never
      }
      const record = await wired.records.readWithVersion(read)
      await seen(c, [record])
      return (await withHints(c, tagged(record))) as never
    },
  )
  .openapi(
    createRoute({
      ...writable,
      method: "put",
      path: "/records/{key}",
      operationId: "writeRecord",
      summary: "Write a record on the version you saw, or create it",
      request: { params: KeyParam, headers: WriteHeaders, ...json(RecordPut) },
      responses: {
        ...writeAnswers(200, RecordWritten, "Written."),
        ...CONDITIONAL,
        201: { description: "Created.", content: { "application/json": { schema: RecordWritten } } },
      },
    }),
    async (c) => {
      const { value, claim_id } = c.req.valid("json")
      const key = keyOf(c.req.valid("param").key)
      const creates = c.req.header("if-none-match")?.trim() === "*" && c.req.header("if-match") === undefined
      const change = creates
        ? ({ op: "create", key, value: jsonOf(value) } as const)
        : ({ op: "write", key, expectedVersion: versionOf(c.req.header("if-match")), value: jsonOf(value) } as const)
      const under = claim_id === undefined ? {} : { claimId: claim_id }
      const answer = await wired.records.publish({ ...actorOf(c), ...runOf(c), changes: [{ ...change, ...under }] })
      if (answer.kind !== "applied") return (await withHints(c, await refusedBy(answer, true))) as never
      return (await withHints(
        c,
        tagged({ key, version: answer.versions.get(key) ?? "" } as never, creates ? 201 : 200),
      )) as never
    },
  )
  .openapi(
    createRoute({
      ...writable,
      method: "patch",
      path: "/records/{key}",
      operationId: "patchRecord",
      summary: "Change fields of a record",
      description:
        "A lost race is retried exactly once, with the patch applied to what stands there then; a second loss is a 409. With If-Match there is no retry: 412.",
      request: { params: KeyParam, headers: WriteHeaders, ...json(RecordPatch) },
      responses: { ...writeAnswers(200, RecordPatched, "As it is now."), ...REFUSALS },
    }),
    async (c) => {
      const { patch, claim_id } = c.req.valid("json")
      const key = keyOf(c.req.valid("param").key)
      const on = c.req.header("if-match")
      const answer = await editRecord(wired, {
        ...actorOf(c),
        ...runOf(c),
        key,
        patch: jsonOf(patch),
        ...(claim_id !== undefined && { claimId: claim_id }),
        ...(on !== undefined && { only: versionOf(on) }),
      })
      if (answer.kind === "invalid") return problem(valueCode(answer.problem)) as never
      if (answer.kind !== "applied") return (await withHints(c, await refusedBy(answer, on !== undefined))) as never
      const { value, version, retried } = answer
      return (await withHints(c, tagged({ key, value, version, retried } as never))) as never
    },
  )
  .openapi(
    createRoute({
      ...writable,
      method: "delete",
      path: "/records/{key}",
      operationId: "deleteRecord",
      summary: "Delete a record on the version you saw; its history stays",
      request: {
        params: KeyParam,
        headers: WriteHeaders,
        query: z.object({ claim_id: z.string().max(200).optional() }),
      },
      responses: {
        ...writeAnswers(200, RecordWritten, "Deleted; the version is that of the deletion."),
        ...CONDITIONAL,
      },
    }),
    async (c) => {
      const key = keyOf(c.req.valid("param").key)
      const { claim_id } = c.req.valid("query")
      const expectedVersion = versionOf(c.req.header("if-match"))
      const change = {
        op: "delete",
        key,
        expectedVersion,
        ...(claim_id !== undefined && { claimId: claim_id }),
      } as const
      const answer = await wired.records.publish({ ...actorOf(c), ...runOf(c), changes: [change] })
      if (answer.kind !== "applied") return (await withHints(c, await refusedBy(answer, true))) as never
      return reply({ key, version: answer.versions.get(key) }, 200) as never
    },
  )
  .openapi(
    createRoute({
      ...readable,
      method: "get",
      path: "/records/{key}/history",
      operationId: "recordHistory",
      summary: "Its versions, the latest first; also of one that was deleted",
      request: { params: KeyParam, query: HistoryQuery },
      responses: { ...answers(200, RecordHistory, "A page of them."), ...UNPROCESSABLE },
    }),
    async (c) => {
      const { cursor, limit } = c.req.valid("query")
      const read = { workspaceId: c.get("caller").workspaceId, key: keyOf(c.req.valid("param").key) }
      const page = await wired.records.history(read, { before: cursor ?? null, limit })
      return reply({ items: page.items, next_cursor: page.cursor }, 200) as never
    },
  )
  .openapi(
    createRoute({
      ...writable,
      method: "post",
      path: "/record-publications",
      operationId: "publishRecords",
      summary: "Change several records, all or none",
      request: { headers: RunHeader, ...json(PublicationRequest) },
      responses: { ...writeAnswers(200, Published, "All of it."), ...REFUSALS, 428: CONDITIONAL[428] },
    }),
    async (c) => {
      const { changes, reads } = c.req.valid("json")
      const publication = { ...actorOf(c), ...runOf(c), changes: changesOf(changes), reads: viewsOf(reads) }
      const answer = await wired.records.publish(publication)
      if (answer.kind !== "applied") return (await withHints(c, await refusedBy(answer, false))) as never
      return (await withHints(c, reply({ versions: Object.fromEntries(answer.versions) }, 200))) as never
    },
  )
  .openapi(
    createRoute({
      ...readable,
      method: "post",
      path: "/record-snapshots",
      operationId: "snapshotRecords",
      summary: "Several records as they stood at one moment",
      request: { headers: RunHeader, ...json(SnapshotRequest) },
      responses: { ...writeAnswers(200, Snapshot, "What is not there is missing."), ...UNPROCESSABLE },
    }),
    async (c) => {
      const keys = c.req.valid("json").keys.map(keyOf)
      const records = [...(await wired.records.snapshot(c.get("caller").workspaceId, keys)).values()]
      await seen(c, records)
      return (await withHints(c, reply({ records }, 200))) as never
    },
  )
