import "server-only"
import type { Person } from "../domain/person"
import { type Preferences, preferencesKey } from "../domain/preferences"
import type { Json } from "../domain/record"
import type { Version } from "../domain/version"
import type { RecordStore } from "../ports/record-store"
import { type KeptPreferences, readPreferences } from "./read-preferences"

export interface PreferenceDeps {
  readonly records: Pick<RecordStore, "snapshot" | "writeIfVersion" | "createIfAbsent">
}

export type PreferencesWritten =
  | ({ readonly kind: "applied" } & KeptPreferences)
  /** Somebody was faster: another tab, or a yes in chat. Nothing was written; this stands. */
  | ({ readonly kind: "conflict" } & KeptPreferences)

/**
 * Everything that is kept in mind, at once, on the version that the person saw. One conditional publication under the person's own name, which writes the log row in the same transaction; no second try.
 * @param seen null: nothing was there
 */
export async function writePreferences(
  deps: PreferenceDeps,
  person: Pick<Person, "workspaceId" | "userId">,
  preferences: Preferences,
  seen: Version | null,
): Promise<PreferencesWritten> {
  const { workspaceId, userId } = person
  const write = {
    workspaceId,
    key: preferencesKey(userId),
    actor: { kind: "person", id: userId },
    value: preferences as unknown as Json,
  } as const
  const written = seen
    ? await deps.records.writeIfVersion({ ...write, expectedVersion: seen })
    : await deps.records.createIfAbsent(write)
  return { kind: written ? "applied" : "conflict", ...(await readPreferences(deps, person)) }
}
