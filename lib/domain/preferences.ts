import { epochMs, type Operation, placeOf, type Reading, type Stretch } from "./plan"
import { type RecordKey, recordKey } from "./record"
import { minutesOf } from "./taken-time"
import { addDays, HOUR_MS, instantOf, isoInstant, MINUTE_MS, startOfDay, wallOf, weekdayOf } from "./zoned-time"

/**
 * One line of what the assistant keeps in mind for a person. It is theirs alone: they said it in chat and confirmed it, or wrote it on the settings page. Nothing that
 * somebody else can write ever becomes one.
 *
 * @example { kind: "not-before", time: "09:30", days: [] }, { kind: "day-free", day: 5 }, { kind: "default-length", minutes: 45 },
 *   { kind: "name", words: "the review", title: "Design review" }
 */
export type Preference =
  /** Wall clock `HH:MM`; nothing begins before it, or ends after it. `days`: ISO weekdays in order, none: every day. */
  | { readonly kind: "not-before" | "not-after"; readonly time: string; readonly days: readonly number[] }
  /** ISO weekday. */
  | { readonly kind: "day-free"; readonly day: number }
  /** What a new event lasts where nobody says, in whole minutes (`isDefaultLength`). */
  | { readonly kind: "default-length"; readonly minutes: number }
  /** What the person calls it, and the title that it goes by in the calendar. */
  | { readonly kind: "name"; readonly words: string; readonly title: string }

/** In the order in which they came; never two of one subject. */
export type Preferences = readonly Preference[]

export const MOST_PREFERENCES = 40
export const MAX_NAME_LENGTH = 60
export const MAX_TITLE_LENGTH = 120
/** Of a default length, in minutes. */
export const LEAST_MINUTES = 5
export const MOST_MINUTES = 480

export const isDefaultLength = (minutes: number): boolean =>
  Number.isInteger(minutes) && minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES

/** What is to become of lines: kept in mind, in place of those of the same subject, or forgotten. */
export interface PreferenceChange {
  readonly op: "remember" | "forget"
  readonly lines: Preferences
}

/** Where a person's own records lie. Agents neither read, list, claim nor write anything there, whatever their scopes. */
export const OWN_RECORDS = "_people/"

export const isOwnRecord = (key: string): boolean => key.toLowerCase().startsWith(OWN_RECORDS)

/** A key that an agent may name; null for any other. */
export function agentRecordKey(text: string): RecordKey | null {
  const key = recordKey(text)
  return key === null || isOwnRecord(key) ? null : key
}

/** @throws {RangeError} for a user id that no key can have */
export function preferencesKey(userId: string): RecordKey {
  const key = recordKey(`${OWN_RECORDS}${userId}/preferences`)
  if (!key) throw new RangeError("a user id that no key can have")
  return key
}

/** Equal for two lines of which only one can hold: the latest stands. */
export function subjectOf(line: Preference): string {
  switch (line.kind) {
    case "not-before":
    case "not-after":
      return `${line.kind} ${line.days.join()}`
    case "day-free":
      return `${line.kind} ${line.day}`
    case "default-length":
      return line.kind
    case "name":
      return `${line.kind} ${spokenName(line.words)}`
  }
}

/** "The review" and "my review" are one name. */
export const spokenName = (words: string): string =>
  words
    .normalize("NFKC")
    .toLowerCase()
    .trim()
    .replace(/\s+/gu, " ")
    .replace(/^(?:the|my|our) (?=.)/u, "")

/** The lines once the change is made. */
export function afterChange(standing: Preferences, { op, lines }: PreferenceChange): Preferences {
  const named = new Map(lines.map((line) => [subjectOf(line), line]))
  if (op === "forget") return standing.filter((line) => !named.has(subjectOf(line)))
  const kept = standing.map((line) => named.get(subjectOf(line)) ?? line)
  const known = new Set(standing.map(subjectOf))
  return [...kept, ...[...named].flatMap(([subject, line]) => (known.has(subject) ? [] : [line]))]
}

/** The lines that stand of the subjects a change is about. What the person was shown before their yes. */
export function standingOf(standing: Preferences, { lines }: PreferenceChange): Preferences {
  const subjects = new Set(lines.map(subjectOf))
  return standing.filter((line) => subjects.has(subjectOf(line)))
}

/** When nothing is to be offered between two instants (ISO), in order; stretches may overlap. */
export function keptFree(preferences: Preferences, { start, end }: Stretch, timeZone: string): readonly Stretch[] {
  if (preferences.every(({ kind }) => kind === "name" || kind === "default-length")) return []
  const kept: Stretch[] = []
  const last = wallOf(end, timeZone).date
  for (let date = wallOf(start, timeZone).date; date <= last; date = addDays(date, 1))
    for (const line of preferences) kept.push(...keptOn(date, line, timeZone))
  return kept.filter((one) => one.start < end && one.end > start)
}

function keptOn(date: string, line: Preference, timeZone: string): readonly Stretch[] {
  const [dayStart, dayEnd] = [startOfDay(date, timeZone), startOfDay(addDays(date, 1), timeZone)]
  switch (line.kind) {
    case "day-free":
      return weekdayOf(date) === line.day ? [{ start: dayStart, end: dayEnd }] : []
    case "not-before":
    case "not-after": {
      if (!isOn(line.days, date)) return []
      const at = isoInstant(instantOf(date, minutesOf(line.time), timeZone))
      const stretch = line.kind === "not-before" ? { start: dayStart, end: at } : { start: at, end: dayEnd }
      return stretch.start < stretch.end ? [stretch] : []
    }
    case "default-length":
    case "name":
      return []
  }
}

const isOn = (days: readonly number[], date: string): boolean => days.length === 0 || days.includes(weekdayOf(date))

/** What is left of stretches when others are taken out of them, in order. */
export function without(stretches: readonly Stretch[], taken: readonly Stretch[]): readonly Stretch[] {
  return taken.reduce<readonly Stretch[]>(
    (left, out) =>
      left.flatMap((one) => {
        if (out.end <= one.start || out.start >= one.end) return [one]
        const [before, after] = [
          { start: one.start, end: out.start },
          { start: out.end, end: one.end },
        ]
        return [before, after].filter(({ start, end }) => start < end)
      }),
    stretches,
  )
}

/** What of the stretches the person wants anything in. */
export function wantedOf(stretches: readonly Stretch[], { preferences = [], timeZone }: Wanting): readonly Stretch[] {
  if (preferences.length === 0) return stretches
  return stretches.flatMap((one) => without([one], keptFree(preferences, one, timeZone)))
}

interface Wanting {
  readonly preferences?: Preferences
  readonly timeZone: string
}

const WEEKDAY = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const

/** Said on the card of a plan that goes against what the person wants kept in mind. */
export type AgainstPreference = `kept-free-${(typeof WEEKDAY)[number]}` | "earlier-than-wanted" | "later-than-wanted"

/** What the operations go against, each once. An order is an order: it is said, not refused. */
export function againstPreferences(
  operations: readonly Operation[],
  preferences: Preferences,
  timeZone: string,
): readonly AgainstPreference[] {
  return [...new Set(operations.flatMap((op) => preferences.flatMap((line) => against(op, line, timeZone))))]
}

function against(op: Operation, line: Preference, timeZone: string): readonly AgainstPreference[] {
  const place = placeOf(op)
  if (!place) return []
  const { start, end } = place
  const date = start.kind === "timed" ? wallOf(start.at, timeZone).date : start.on
  if (line.kind === "day-free") {
    const day = WEEKDAY[line.day - 1]
    return day && weekdayOf(date) === line.day ? [`kept-free-${day}`] : []
  }
  if (line.kind === "name" || line.kind === "default-length") return []
  if (start.kind !== "timed" || end.kind !== "timed" || !isOn(line.days, date)) return []
  const at = instantOf(date, minutesOf(line.time), timeZone)
  if (line.kind === "not-before") return epochMs(start) < at ? ["earlier-than-wanted"] : []
  return epochMs(end) > at ? ["later-than-wanted"] : []
}

/** What a new event lasts where nobody says, and how that is told. An hour, where nothing of it is kept in mind. */
export function defaultLength(preferences: Preferences = []): DefaultLength {
  const line = preferences.find((one) => one.kind === "default-length")
  return line
    ? { lengthMs: line.minutes * MINUTE_MS, reading: "wanted-length" }
    : { lengthMs: HOUR_MS, reading: "default-length" }
}

interface DefaultLength {
  readonly lengthMs: number
  readonly reading: Extract<Reading, "default-length" | "wanted-length">
}

/** How the titles of a turn are reached by other names. */
export interface Alias {
  readonly words: string
  readonly title: string
}

export const aliasesOf = (preferences: Preferences): readonly Alias[] =>
  preferences.flatMap((line) => (line.kind === "name" ? [line] : []))
