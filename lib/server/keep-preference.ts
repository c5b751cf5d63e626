import "server-only"
import { canonicalHash } from "../domain/canonical"
import type { Person } from "../domain/person"
import {
  afterChange,
  MOST_PREFERENCES,
  type PreferenceChange,
  type Preferences,
  standingOf,
} from "../domain/preferences"
import {
  PREFERENCE_CHOICES,
  TOLD_ALREADY,
  TOLD_LEFT,
  TOLD_TOO_MANY,
  tellChangedMeanwhile,
  tellKept,
} from "../domain/wording-preferences"
import type { Told } from "../domain/wording-told"
import type { StoredAnswer } from "../ports/assistant-store"
import { readPreferences } from "./read-preferences"
import { type PreferenceDeps, writePreferences } from "./write-preferences"

type Asked = Extract<StoredAnswer, { kind: "preference" }>

/** The question that comes before anything is kept in mind: words alone are no yes. */
export function askToKeep(change: PreferenceChange, standing: Preferences): StoredAnswer {
  const after = afterChange(standing, change)
  if (same(after, standing)) return { kind: "told", ...TOLD_ALREADY }
  if (after.length > MOST_PREFERENCES) return { kind: "told", ...TOLD_TOO_MANY }
  return { kind: "preference", change, standing: standingOf(standing, change), chosen: null }
}

/** One try, and one more: R5. */
const TRIES = 2

/**
 * The answer to that question. Written only where the lines in question still stand as they were when it was asked; other lines may have changed meanwhile, and stay as they are now.
 * @param number 0: yes
 */
export async function keepPreference(
  deps: PreferenceDeps,
  person: Pick<Person, "workspaceId" | "userId">,
  { change, standing }: Asked,
  number: number,
): Promise<Told> {
  if (number !== 0) return TOLD_LEFT
  let now = await readPreferences(deps, person)
  for (let tries = 0; tries < TRIES && same(standingOf(now.preferences, change), standing); tries++) {
    const after = afterChange(now.preferences, change)
    if (after.length > MOST_PREFERENCES) return TOLD_TOO_MANY
    const written = await writePreferences(deps, person, after, now.version)
    if (written.kind === "applied") return tellKept(change.op, change.lines)
    now = written
  }
  return tellChangedMeanwhile(change, now.preferences)
}

/** What the pressed button says; undefined: there is no such button. */
export const choiceLabel = ({ change }: Asked, number: number): string | undefined =>
  PREFERENCE_CHOICES[change.op][number]

const same = (a: Preferences, b: Preferences): boolean => canonicalHash(a) === canonicalHash(b)
