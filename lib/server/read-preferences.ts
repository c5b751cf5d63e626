import "server-only"
import type { Person } from "../domain/person"
import { type Preferences, preferencesKey } from "../domain/preferences"
import type { Version } from "../domain/version"
import type { RecordStore } from "../ports/record-store"

export interface KeptPreferences {
  readonly preferences: Preferences
  /** Null: nothing was ever kept. */
  readonly version: Version | null
}

/** What is kept in mind for a person, from their own record: only they can have written it (`record_versions_own`). */
export async function readPreferences(
  { records }: { readonly records: Pick<RecordStore, "snapshot"> },
  { workspaceId, userId }: Pick<Person, "workspaceId" | "userId">,
): Promise<KeptPreferences> {
  const key = preferencesKey(userId)
  const kept = (await records.snapshot(workspaceId, [key])).get(key)
  // the schema of lib/http/schemas/preferences.ts and the grammar let nothing else in
  return kept ? { preferences: kept.value as unknown as Preferences, version: kept.version } : NOTHING
}

const NOTHING: KeptPreferences = { preferences: [], version: null }
