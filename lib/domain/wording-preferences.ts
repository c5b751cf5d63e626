import { type Preference, type PreferenceChange, type Preferences, subjectOf } from "./preferences"
import type { Told } from "./wording-told"

const DAYS = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"] as const

/** "Never before 9:30 on Mondays and Fridays", "Fridays stay free", "By “the review” you mean “Design review”". */
export function sayPreference(line: Preference): string {
  switch (line.kind) {
    case "not-before":
      return `Never before ${clock(line.time)}${onDays(line.days)}`
    case "not-after":
      return `Never after ${clock(line.time)}${onDays(line.days)}`
    case "day-free":
      return `${DAYS[line.day - 1] ?? ""} stay free`
    case "default-length":
      return `New meetings last ${spokenLength(line.minutes)} unless you say otherwise`
    case "name":
      return `By “${line.words}” you mean “${line.title}”`
  }
}

/** "45 minutes", "1 hour", "1 hour 30 minutes". */
function spokenLength(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  const counted = (count: number, unit: string) => (count === 0 ? [] : [`${count} ${unit}${count === 1 ? "" : "s"}`])
  return [...counted(hours, "hour"), ...counted(rest, "minute")].join(" ")
}

const clock = (time: string): string => time.replace(/^0/, "")

function onDays(days: readonly number[]): string {
  const named = days.map((day) => DAYS[day - 1] ?? "")
  return named.length === 0 ? "" : ` on ${[named.slice(0, -1).join(", "), named.at(-1)].filter(Boolean).join(" and ")}`
}

/** What is asked before anything is kept in mind or forgotten. @param standing what the lines would take the place of */
export function askPreference({ op, lines }: PreferenceChange, standing: Preferences): string {
  const said = `${lines.map(sayPreference).join(". ")}.`
  if (op === "forget") return `${said} Shall I forget that?`
  const replaced = standing.filter((line) => lines.every((next) => sayPreference(next) !== sayPreference(line)))
  return replaced.length === 0
    ? `${said} Shall I remember that?`
    : `${said} Shall I remember that instead of “${replaced.map(sayPreference).join(", ")}”?`
}

/** The buttons under that question: the yes, then the no. */
export const PREFERENCE_CHOICES = {
  remember: ["Remember this", "Do not remember it"],
  forget: ["Forget this", "Keep it in mind"],
} as const satisfies Record<PreferenceChange["op"], readonly [string, string]>

const linesOf = (preferences: Preferences): readonly string[] => preferences.map(sayPreference)

export const tellPreferences = (preferences: Preferences): Told =>
  preferences.length === 0
    ? { text: "I keep nothing in mind yet. Say, for example, “never before 9:30” or “keep Fridays free”.", lines: [] }
    : { text: "This is what I keep in mind. You can change it in the settings.", lines: linesOf(preferences) }

export const tellKept = (op: PreferenceChange["op"], lines: Preferences): Told => ({
  text: op === "remember" ? "I keep that in mind from now on." : "Forgotten.",
  lines: op === "remember" ? linesOf(lines) : [],
})

export const TOLD_LEFT: Told = { text: "I left it as it was.", lines: [] }
export const TOLD_ALREADY: Told = { text: "I keep that in mind already.", lines: [] }
export const TOLD_TOO_MANY: Told = { text: "I keep forty things in mind and no more. Have me forget one.", lines: [] }

/** A lost race: what stands now of the lines' subjects, or of everything. */
export const tellChangedMeanwhile = ({ lines }: PreferenceChange, now: Preferences): Told => {
  const subjects = new Set(lines.map(subjectOf))
  const standing = now.filter((line) => subjects.has(subjectOf(line)))
  return {
    text:
      standing.length === 0
        ? "That was changed meanwhile: I keep nothing like it in mind any more. I wrote nothing; say it again if you want it."
        : "That was changed meanwhile, so I wrote nothing. This stands now; say it again if you want it otherwise.",
    lines: linesOf(standing),
  }
}
