import { z } from "zod"
import type { Query, SandboxProvider } from "./store/database"

/** One request to a provider's API: what came, what was really done, and what the client was told. */
export interface JournalEntry {
  /** ISO 8601, real time. */
  readonly startedAt: string
  readonly provider: SandboxProvider
  readonly person: string | null
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly requestBody: string
  /** What the client was told; null when the connection broke instead. */
  readonly status: number | null
  /** What the calendar itself answered; null when the request never reached it. */
  readonly executedStatus: number | null
  readonly responseBody: string
  readonly fault: string | null
}

const BODY_CAP = 16_384
const KEPT_HEADERS = ["if-match", "if-none-match", "prefer", "content-type", "user-agent", "client-request-id"]

/** Tokens never get into the journal. */
export const keptHeaders = (headers: Headers): Record<string, string> =>
  Object.fromEntries(KEPT_HEADERS.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? ""]] : [])))

/** Written before the client gets its answer: whoever has been answered can find their request here. */
export async function writeJournal(query: Query, entry: JournalEntry): Promise<void> {
  await query(
    `insert into journal (started_at, provider, person, method, path, query, headers, request_body, status, executed_status, response_body, fault)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      entry.startedAt,
      entry.provider,
      entry.person,
      entry.method,
      entry.path,
      entry.query,
      JSON.stringify(entry.headers),
      entry.requestBody.slice(0, BODY_CAP),
      entry.status,
      entry.executedStatus,
      entry.responseBody.slice(0, BODY_CAP),
      entry.fault,
    ],
  )
}

export const JournalQuery = z.object({
  since: z.coerce.number().int().min(0).default(0),
  method: z.string().toUpperCase().optional(),
  path: z.string().optional(),
  provider: z.enum(["google", "microsoft"]).optional(),
  limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
})

/** Entries after `since`, oldest first; `path` is a part of the path. */
export const readJournal = (
  query: Query,
  wish: z.infer<typeof JournalQuery>,
): Promise<(JournalEntry & { id: number; at: string })[]> =>
  query(
    `select id, started_at as "startedAt", at, provider, person, method, path, query, headers, request_body as "requestBody", status,
       executed_status as "executedStatus", response_body as "responseBody", fault
     from journal where id > $1 and ($2::text is null or method = $2) and ($3::text is null or strpos(path, $3) > 0)
       and ($4::text is null or provider = $4) order by id limit $5`,
    [wish.since, wish.method ?? null, wish.path ?? null, wish.provider ?? null, wish.limit],
  )
