import { z } from "@hono/zod-openapi"
import { Id, Problem, paged, RowId, text } from "./schemas"

/* The public contract of records. No epoch and no owner is ever asked for (C7): a claim's id is all that its holder has. */

const Key = text(1_000).openapi({
  description:
    "Segments of ASCII letters, digits and `._@-`, parted by `/`; in a path, percent-encoded as one segment.",
  example: "plans/launch.json",
})
const Version = text(200).openapi({ description: "Opaque; as the ETag, without quotes.", example: "1042" })
/** What is checked by the rules of records (lib/domain/record.ts), not here. */
const Value = z
  .unknown()
  .refine((value) => value !== undefined, "is missing")
  .openapi({ description: "Any JSON, at most 1 MiB; a text is a JSON string." })
const ClaimId = z.string().max(200).openapi({ description: "Of a claim that you hold on it." })
const Instant = z.string().openapi({ format: "date-time", example: "2026-11-26T09:00:00.000Z" })
const Ttl = z.int().min(1).max(3_600).default(60)
const Expected = z.string().min(1).max(200)

export const RunHeader = z.object({
  "ifmatch-run": z.string().optional().openapi({
    description:
      "A UUID of your own for one piece of work. What you read under it is remembered; while any of it has changed since, nothing is written under it until you read that again. Answers name what is dead in `Ifmatch-Dead-Views`.",
  }),
})
export const ReadHeaders = RunHeader.extend({ "if-none-match": z.string().optional() })
export const WriteHeaders = RunHeader.extend({
  "if-match": z.string().optional().openapi({ description: "The ETag you saw. `*` is refused." }),
  "if-none-match": z.string().optional().openapi({ description: "`*`: only where there is none yet." }),
})

/** Whatever stands in a path: what is no key is told so, and is not merely "not there". */
export const KeyParam = z.object({
  key: z.string().max(1_000).openapi({ description: "As one segment: `plans%2Flaunch.json`." }),
})
export const VersionQuery = z.object({ version: Version.optional() })

export const RecordProblem = Problem.extend({
  key: z.string().optional(),
  why: z.string().optional(),
  current_version: z.string().nullable().optional(),
  retry_after_ms: z.int().optional(),
  recovery: z.enum(["wait_and_retry", "reacquire_and_reread"]).optional().openapi({
    description: "What to do before anything can be written.",
  }),
}).openapi("RecordProblem")

const place = { key: z.string(), version: z.string() }
export const RecordListed = z.object({ ...place, at: Instant }).openapi("RecordListed")
export const RecordShown = z
  .object({ ...place, at: Instant, value: z.unknown().openapi({ description: "Any JSON." }) })
  .openapi("Record")
export const RecordWritten = z.object({ ...place }).openapi("RecordWritten")
export const RecordPatched = z.object({ ...place, value: z.unknown(), retried: z.boolean() }).openapi("RecordPatched", {
  description: "`retried`: the first race was lost, and the patch was applied anew to what stood then.",
})
export const RecordList = paged(RecordListed, "Records")
export const ListQuery = z.object({
  prefix: z
    .string()
    .max(400)
    .regex(/^[A-Za-z0-9._@/-]*$/)
    .default(""),
  cursor: text(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const RecordPut = z.object({ value: Value, claim_id: ClaimId.optional() }).openapi("RecordPut")
export const RecordPatch = z
  .object({ patch: Value.openapi({ description: "RFC 7396." }), claim_id: ClaimId.optional() })
  .openapi("RecordPatch")

export const HistoryQuery = z.object({
  cursor: RowId.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const RecordHistory = paged(
  z
    .object({
      version: z.string(),
      at: Instant,
      actor: z.object({ kind: z.string(), id: z.string() }),
      how: z.enum(["created", "written", "deleted", "handed-off"]),
    })
    .openapi("RecordRevision"),
  "RecordHistory",
)

export const View = z
  .object({ key: Key, version: Expected.nullable().openapi({ description: "Null: there was none." }) })
  .openapi("RecordView")
const views = z.array(View).max(100)

export const PublicationRequest = z
  .object({
    changes: z
      .array(
        z.union([
          z.object({ op: z.literal("create"), key: Key, value: Value, claim_id: ClaimId.optional() }),
          z.object({ op: z.literal("write"), key: Key, value: Value, version: Expected, claim_id: ClaimId.optional() }),
          z.object({ op: z.literal("delete"), key: Key, version: Expected, claim_id: ClaimId.optional() }),
        ]),
      )
      .min(1)
      .max(50),
    reads: views
      .default([])
      .openapi({ description: "What this was derived from; one of them moved: nothing is written." }),
  })
  .openapi("PublicationRequest")
export const Published = z.object({ versions: z.record(z.string(), z.string()) }).openapi("Published")

export const SnapshotRequest = z.object({ keys: z.array(Key).min(1).max(100) }).openapi("SnapshotRequest")
export const Snapshot = z.object({ records: z.array(RecordShown) }).openapi("Snapshot")

export const ClaimRequest = z.object({ key: Key, ttl_seconds: Ttl }).openapi("ClaimRequest")
export const HeldRequest = z.object({ key: Key, claim_id: ClaimId }).openapi("HeldRequest")
export const HeldTtlRequest = z.object({ key: Key, claim_id: ClaimId, ttl_seconds: Ttl }).openapi("HeldTtlRequest")
export const Claim = z
  .object({
    key: z.string(),
    claim_id: z.string().openapi({ description: "Keep it to yourself: whoever shows it is the holder." }),
    until: Instant,
    version: z.string().nullable().openapi({ description: "What it is at now; null: it is not there." }),
  })
  .openapi("Claim")
export const Heartbeat = z.object({ key: z.string(), until: Instant }).openapi("Heartbeat")
export const Released = z.object({ key: z.string(), state: z.literal("released") }).openapi("Released")

export const EffectRequest = z.object({ views }).openapi("EffectRequest")
export const Effect = z
  .object({
    kind: z.enum(["admitted", "refused"]),
    dead: z.array(z.string()),
    audit_event_id: z.string(),
    recovery: z.literal("reacquire_and_reread").optional(),
  })
  .openapi("Effect", { description: "True of the moment of asking, and no longer." })

export const RunId = Id
