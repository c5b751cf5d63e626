import type { RecordKey, RecordRefusal } from "./record"

/** What stands under a key at the moment of judging. */
export interface Standing {
  /** Null: there is no such record. */
  readonly version: string | null
  /** It is there, spelled with other capitals. */
  readonly otherSpelling: boolean
}

interface Change {
  readonly key: RecordKey
  readonly op: "create" | "write" | "delete"
  readonly expectedVersion?: string
  readonly claimId?: string
}

interface View {
  readonly key: RecordKey
  readonly version: string | null
}

/**
 * Whether a publication may land, for a backend that knows no claims: null, or the first refusal, in the order in which `record_publish` finds them (claim, spelling,
 * existence, version, then what was only read). The caller holds whatever keeps `standing` as it is until the effect.
 */
export function refusalOf(
  changes: readonly Change[],
  reads: readonly View[],
  standing: (key: RecordKey) => Standing,
): RecordRefusal | null {
  for (const change of changes) {
    const refusal = changeRefusal(change, standing(change.key))
    if (refusal) return refusal
  }
  const moved = reads.find(({ key, version }) => standing(key).version !== version)
  return moved ? conflict(moved.key, "readSet", standing(moved.key)) : null
}

function changeRefusal({ key, op, expectedVersion, claimId }: Change, now: Standing): RecordRefusal | null {
  if (claimId !== undefined) return { kind: "superseded", key, why: "unknown" }
  if (now.otherSpelling) return conflict(key, "case", now)
  if (op === "create") return now.version === null ? null : conflict(key, "exists", now)
  if (now.version === null) return { kind: "gone", key }
  return now.version === expectedVersion ? null : conflict(key, "version", now)
}

const conflict = (
  key: RecordKey,
  why: Extract<RecordRefusal, { kind: "conflict" }>["why"],
  now: Standing,
): RecordRefusal => ({ kind: "conflict", key, why, currentVersion: now.version })
