import type { Ifmatch, Problem, Refused } from "./index"
import type { components } from "./schema"

export type StoredRecord = components["schemas"]["Record"]

export type Reading =
  /** `cached`: the server said that it is still so (304), and sent nothing of it. */
  | { readonly kind: "read"; readonly record: StoredRecord; readonly cached: boolean }
  | { readonly kind: "absent" }
  | Omit<Refused, "retryAfterSeconds">

export interface CachedRecords {
  /** Never without asking the server; `runId` as the header `Ifmatch-Run`. */
  read(key: string, options?: { readonly runId?: string }): Promise<Reading>
}

/**
 * Records of which each version is transferred once (C13): every read asks with If-None-Match (RFC 9110, 13.1.2), so what it answers is what stands.
 * @param most how many are kept, those read last
 */
export function cachedRecords({ raw }: Pick<Ifmatch, "raw">, most = 500): CachedRecords {
  const kept = new Map<string, StoredRecord>()

  function keep(key: string, record: StoredRecord): void {
    kept.delete(key)
    kept.set(key, record)
    const oldest = kept.size > most ? kept.keys().next().value : undefined
    if (oldest !== undefined) kept.delete(oldest)
  }

  return {
    async read(key, { runId } = {}) {
      const known = kept.get(key)
      const header = {
        ...(runId !== undefined && { "ifmatch-run": runId }),
        ...(known && { "if-none-match": `"${known.version}"` }),
      }
      const { data, error, response } = await raw.GET("/api/v1/records/{key}", { params: { path: { key }, header } })
      if (response.status === 304 && known) {
        keep(key, known)
        return { kind: "read", record: known, cached: true }
      }
      if (data) {
        keep(key, data)
        return { kind: "read", record: data, cached: false }
      }
      if (response.status !== 404) return { kind: "refused", status: response.status, problem: error as Problem }
      kept.delete(key)
      return { kind: "absent" }
    },
  }
}
