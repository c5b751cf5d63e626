import type { Brand } from "./brand"
import type { Recovery } from "./protocol/claim-state"

/**
 * A record's name within its workspace: segments parted by `/`, each of ASCII letters, digits and `._@-`, none beginning with a dot. Case is kept, but two keys that
 * differ in nothing else are one key: the second spelling is refused, so that every backend, also one that folds case, says the same.
 *
 * @example "plans/launch.json", "invoice/8f3b2e1a"
 */
export type RecordKey = Brand<string, "RecordKey">

export type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json }

/** Of the value as JSON in UTF-8. */
export const MAX_RECORD_BYTES = 1024 * 1024
const MAX_KEY_LENGTH = 400
const MAX_DEPTH = 100
const KEY = /^[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,99}(\/[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,99})*$/

/** Null for what is no key: `../`, a leading `/`, an empty segment, NUL, more than 400 characters, anything but ASCII. */
export const recordKey = (text: string): RecordKey | null =>
  text.length <= MAX_KEY_LENGTH && KEY.test(text) ? (text as RecordKey) : null

/** What two spellings of one key have in common. The SQL has the same: `lower` of an ASCII text. */
export const foldedKey = (key: RecordKey): string => key.toLowerCase()

export type ValueProblem = "too-large" | "too-deep" | "unreadable"

/** What a value lacks to be kept everywhere; null: nothing. `unreadable`: a number that is not finite, or a text with NUL or half of a surrogate pair. */
export function valueProblem(value: Json): ValueProblem | null {
  let level: readonly Json[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return "too-deep"
    if (level.some(isUnreadable)) return "unreadable"
    level = level.flatMap(membersOf)
  }
  return new TextEncoder().encode(JSON.stringify(value)).length > MAX_RECORD_BYTES ? "too-large" : null
}

const isObject = (value: Json): value is { readonly [field: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const membersOf = (value: Json): readonly Json[] =>
  Array.isArray(value) ? value : isObject(value) ? Object.entries(value).flat() : []

function isUnreadable(value: Json): boolean {
  if (typeof value === "number") return !Number.isFinite(value)
  return typeof value === "string" && (value.includes("\0") || !isWellFormed(value))
}

const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text)

/** RFC 7396: fields of the patch replace, null removes, what is no object replaces the whole. Fields that it does not name stay (R5). */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch
  const fields = new Map(isObject(target) ? Object.entries(target) : [])
  for (const [field, change] of Object.entries(patch)) {
    if (change === null) fields.delete(field)
    else fields.set(field, mergePatch(fields.get(field) ?? null, change))
  }
  return Object.fromEntries(fields)
}

/** What a record is called to people: "Invoice 8f3b2e1a" for `invoice/8f3b2e1a`. */
export function recordName(key: RecordKey): { readonly spec: string; readonly id: string } {
  const parts = key.split("/")
  const id = parts.pop() ?? key
  const spec = parts.join(" ") || "record"
  return { spec: spec.charAt(0).toUpperCase() + spec.slice(1), id }
}

/** R6. The edit lost its race twice; nothing of it was written, and the person or agent decides. */
export class ConflictError extends Error {
  override readonly name = "ConflictError"
  constructor(
    readonly spec: string,
    readonly id: string,
  ) {
    super(`${spec} ${id} was modified concurrently - retry your edit.`)
  }
}

/** R7. */
export class RecordNotFound extends Error {
  override readonly name = "RecordNotFound"
  constructor(readonly key: RecordKey) {
    const { spec, id } = recordName(key)
    super(`${spec} ${id} is not there.`)
  }
}

/** How a claim that no longer counts ended. `unknown`: there never was one with this id on this record, as far as this workspace can tell. */
export type ClaimEnd = "released" | "reclaimed" | "handedOff" | "unknown"

/** Why nothing was written; whatever the publication held, all of it was refused. */
export type RecordRefusal =
  /**
   * Somebody was there first. `version`: it moved. `exists`: to be created, and there. `case`: there under another spelling. `readSet`: what was read is no longer so.
   * `deadView`: something that this run has read has changed since. `currentVersion` null: not there now.
   */
  | {
      readonly kind: "conflict"
      readonly key: RecordKey
      readonly why: "version" | "exists" | "case" | "readSet" | "deadView"
      readonly currentVersion: string | null
    }
  | { readonly kind: "gone"; readonly key: RecordKey }
  /** Somebody else's claim, for at most so long. */
  | { readonly kind: "busy"; readonly key: RecordKey; readonly forMs: number }
  /** The claim shown is not the one that counts, whatever the version says (C3). It never will be again. */
  | { readonly kind: "superseded"; readonly key: RecordKey; readonly why: ClaimEnd }

const RECOVERY = {
  conflict: "reacquire_and_reread",
  gone: "reacquire_and_reread",
  busy: "wait_and_retry",
  superseded: "reacquire_and_reread",
} as const satisfies Record<RecordRefusal["kind"], Recovery>

/** What whoever was refused has to do before it can land anything (C15). */
export const recoveryOf = (refusal: Pick<RecordRefusal, "kind">): Recovery => RECOVERY[refusal.kind]
