import type { Brand } from "./brand"

/**
 * A provider's ETag, verbatim: quotes, `W/` prefix and all. Opaque: compare for equality only, and only with a version of the same
 * event read through the same account (RFC 9110 section 8.8.3; capability T1).
 *
 * @example '"3181161784712000"' (Google) or 'W/"ZmFrZQ=="' (Graph)
 */
export type Version = Brand<string, "Version">

/** A value together with the version it was read at. What every read returns and every write asks for (T1, T2). */
export interface Seen<T> {
  readonly value: T
  readonly version: Version
}

/**
 * Brands a string from the wire. An empty version is refused here, so that none can reach a write (T3): an absent
 * precondition would be an unconditional write.
 *
 * @throws {RangeError} when `etag` is empty, blank or `*` (which matches anything).
 */
export function version(etag: string | null | undefined): Version {
  if (!etag || etag.trim() === "" || etag.trim() === "*") throw new RangeError("a version must not be empty or *")
  return etag as Version
}
