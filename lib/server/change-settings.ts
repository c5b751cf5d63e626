import "server-only"
import type { Person } from "../domain/person"
import { isTimeZone } from "../domain/time-zone"
import type { SettingsChange } from "../ports/member-store"
import { readSettings, type SettingsDeps } from "./read-settings"

/** Changes what is given and leaves the rest. Null when the time zone is none. */
export async function changeSettings(needs: SettingsDeps, person: Person, change: SettingsChange) {
  const { workspaceId, userId } = person
  if (change.timeZone !== undefined && !isTimeZone(change.timeZone)) return null
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<Person>
  const entry = {
    actor: { kind: "person", id: userId },
    kind: "settings",
    subject: { kind: "member", id: userId },
    userId,
    body: given,
  } as const
  await needs.members.changeSettings(workspaceId, userId, change, [entry])
  return readSettings(needs, { ...person, ...given })
}
