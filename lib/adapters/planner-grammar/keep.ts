import type { PlanAnswer, PlannerFacts } from "../../domain/plan"
import {
  isDefaultLength,
  MAX_NAME_LENGTH,
  MAX_TITLE_LENGTH,
  type Preference,
  type PreferenceChange,
  type Preferences,
  spokenName,
  standingOf,
} from "../../domain/preferences"
import { clockMinutes } from "./day-hours"
import { readDefaultLength, skipLengthName } from "./keep-length"
import { PLURAL_WEEKDAYS, WEEKDAYS } from "./lexicon"
import { readClockOrHour } from "./read-clock"
import { type Read, skipAny, wordAt } from "./reader"
import { quoted, type Token } from "./tokens"

/*
 * What the person wants kept in mind: "never before 9:30", "keep Fridays free", "meetings are 45 minutes by default", "by the review I mean the design review", and forgetting it. Every word has to find a place;
 * a single day ("keep Friday free") is an order for that day and none of this.
 */

const list = (phrases: string): readonly string[] => phrases.split(",")

const ASKED = new Set(
  list(
    "what do you remember,what do you remember about me,what do you know about me,what have you remembered,what do you keep in mind,what are my preferences,show my preferences,show me my preferences,list my preferences,what should you remember,what did i tell you to remember,what is my default length,whats my default length,what is my default meeting length,whats my default meeting length,how long are my meetings by default",
  ),
)
const FORGET = list(
  "you can forget that,you can forget about,you can forget,forget what i said about,forget what i mean by,forget that,forget about,forget,stop remembering that,stop remembering,stop,dont remember that,no longer",
)
const ALL = new Set(
  list("everything,everything you remember,everything about me,it all,all of it,all my preferences,all of that"),
)
const LEADS = list(
  "please remember that,remember that,remember to,remember,keep in mind that,bear in mind that,note that,from now on,in general,generally,as a rule,going forward,always,that",
)

export function keep(tokens: readonly Token[], facts: PlannerFacts): PlanAnswer | null {
  const said = textOf(tokens)
  if (ASKED.has(said)) return { kind: "tell", telling: { kind: "preferences" } }
  const start = skipAny(tokens, 0, FORGET)
  if (start > 0 && start < tokens.length) return forget(tokens.slice(start), wordAt(tokens, 0) !== "forget", facts)
  const lines = readLines(tokens, facts)
  if (lines?.some((line) => line.kind === "default-length" && !isDefaultLength(line.minutes)))
    return { kind: "refusal", reason: "no-such-length" }
  return lines && { kind: "remember", change: { op: "remember", lines } }
}

const textOf = (tokens: readonly Token[]): string => tokens.map(({ word }) => word).join(" ")

/** @param whole only what is a line of its own: "stop ..." may begin something else */
function forget(tokens: readonly Token[], whole: boolean, facts: PlannerFacts): PlanAnswer | null {
  const standing = facts.preferences ?? []
  const lines = ALL.has(textOf(tokens)) ? standing : named(tokens, whole, facts)
  if (lines === null) return null
  const change: PreferenceChange = { op: "forget", lines }
  const there = standingOf(standing, change)
  return there.length === 0
    ? { kind: "refusal", reason: "nothing-kept" }
    : { kind: "remember", change: { op: "forget", lines: there } }
}

/** The lines that are spoken of: a statement as it was made, or what it is about ("the review", "Fridays", "before 9:30", "my default length"). */
function named(tokens: readonly Token[], whole: boolean, facts: PlannerFacts): Preferences | null {
  const lines = readLines(tokens, facts) ?? readTimes(tokens, 0, facts)
  if (lines) return lines
  const days = readDays(tokens, 0, false)
  if (days && isEnd(tokens, skipAny(tokens, days.next, FREE))) return days.value.map(dayFree)
  const length = skipLengthName(tokens, 0)
  if (length > 0 && isEnd(tokens, length))
    return (facts.preferences ?? []).filter(({ kind }) => kind === "default-length")
  if (whole) return null
  const name = spokenName(quoted(tokens))
  return (facts.preferences ?? []).filter((line) => line.kind === "name" && spokenName(line.words) === name)
}

function readLines(tokens: readonly Token[], facts: PlannerFacts): Preferences | null {
  let start = 0
  for (let next = skipAny(tokens, 0, LEADS); next > start; next = skipAny(tokens, start, LEADS)) start = next
  const rest = tokens.slice(start)
  return readNever(rest, facts) ?? readKept(rest) ?? readDefaultLength(rest, start > 0) ?? readName(rest)
}

const NEVER = list(
  "i never want any meetings,i never want meetings,i never want to meet,i never meet,i never start,i never work,i dont want any meetings,i dont want meetings,i dont want to meet,i dont like meetings,i dont work,i dont start,i do not want meetings,i do not work,never schedule anything,never schedule meetings,never schedule me,never book anything,never book meetings,never book me,never put anything,never put meetings,never plan anything,never propose anything,never meet,never,dont schedule anything,dont schedule meetings,dont schedule me,dont book anything,dont book meetings,dont book me,do not schedule anything,do not schedule meetings,do not book anything,no meetings",
)

/** "Never before 9:30 on Mondays", "no meetings after 5", "never on Fridays". */
function readNever(tokens: readonly Token[], facts: PlannerFacts): Preferences | null {
  const start = skipAny(tokens, 0, NEVER)
  if (start === 0) return null
  const times = readTimes(tokens, start, facts)
  if (times) return times
  const days = readDays(tokens, start, false)
  return days && isEnd(tokens, days.next) ? days.value.map(dayFree) : null
}

/** "before 9:30 on Mondays", "on Mondays before 9:30". */
function readTimes(tokens: readonly Token[], at: number, facts: PlannerFacts): Preferences | null {
  const first = readDays(tokens, at, true)
  const start = first?.next ?? at
  const before = skipAny(tokens, start, ["before", "earlier than"])
  const after = skipAny(tokens, start, ["after", "later than"])
  const clock = before > start || after > start ? readClockOrHour(tokens, Math.max(before, after)) : null
  const meant = clock && clockMinutes(clock.value, null, NOON, facts.workingHours)
  if (!clock || !meant) return null
  const second = first ? null : readDays(tokens, clock.next, true)
  if (!isEnd(tokens, second?.next ?? clock.next)) return null
  const kind = before > start ? "not-before" : "not-after"
  // Of two halves of the day an end is the later one and a beginning the earlier.
  const minutes = kind === "not-before" ? meant[0] : meant.at(-1)
  return minutes === undefined ? null : [{ kind, time: clockText(minutes), days: (first ?? second)?.value ?? [] }]
}

const NOON = 12 * 60

const clockText = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":")

const KEEP = list("i always keep,i want to keep,i like to keep,i keep,keep,i always leave,i leave,leave,keeping")
const FREE = list(
  "free of meetings,free from meetings,meeting free,free for me,free,clear of meetings,clear,open,empty,are off limits,are free,are off,off",
)

/** "Keep Fridays free", "Fridays are off limits". */
function readKept(tokens: readonly Token[]): Preferences | null {
  const kept = skipAny(tokens, 0, KEEP)
  const days = readDays(tokens, skipAny(tokens, kept, ["my", "all"]), false)
  const free = days ? skipAny(tokens, days.next, FREE) : 0
  return days && free > days.next && isEnd(tokens, free) ? days.value.map(dayFree) : null
}

const dayFree = (day: number): Preference => ({ kind: "day-free", day })

const MEANT_BY = list("by,when i say,whenever i say,if i say,with")
const MEANING = list("i always mean,i mean,i am talking about,im talking about")
const MEANS = list("always means,means,stands for,is short for")
const MOST_NAME_WORDS = 5

/** "By the review I mean the design review", "standup means Daily sync". */
function readName(tokens: readonly Token[]): Preferences | null {
  const start = skipAny(tokens, 0, MEANT_BY)
  const joints = start > 0 ? MEANING : MEANS
  for (let at = start + 1; at < Math.min(tokens.length, start + MOST_NAME_WORDS + 1); at++) {
    const next = skipAny(tokens, at, joints)
    if (next === at) continue
    const words = onOneLine(tokens.slice(start, at))
    const title = onOneLine(tokens.slice(skipAny(tokens, next, ["the", "my", "our"])))
    const fits = title !== "" && words.length <= MAX_NAME_LENGTH && title.length <= MAX_TITLE_LENGTH
    return fits && !/\p{C}/u.test(words + title) ? [{ kind: "name", words, title }] : null
  }
  return null
}

const onOneLine = (tokens: readonly Token[]): string => quoted(tokens).replace(/\s+/gu, " ")

const GROUPS: ReadonlyMap<string, readonly number[]> = new Map([
  ["weekends", [6, 7]],
  ["weekdays", [1, 2, 3, 4, 5]],
])

/** "Fridays", "on Mondays and Wednesdays", "every Friday", "weekends"; in order, each once. @param single a bare "Friday" is every Friday too */
function readDays(tokens: readonly Token[], at: number, single: boolean): Read<readonly number[]> | null {
  const days = new Set<number>()
  let end = at
  for (let next = skipAny(tokens, at, ["on", "at"]); ; next = skipAny(tokens, end, ["and on", "and", "or"])) {
    const every = skipAny(tokens, next, ["every", "each", "any"])
    const word = wordAt(tokens, every)
    const bare = single || every > next ? WEEKDAYS.get(word) : undefined
    const found = GROUPS.get(word) ?? [PLURAL_WEEKDAYS.get(word) ?? bare].filter((day) => day !== undefined)
    if (found.length === 0) break
    for (const day of found) days.add(day)
    end = every + 1
  }
  return days.size === 0 ? null : { value: [...days].sort(), next: end }
}

/** Nothing more is said, but for words that change nothing. */
const isEnd = (tokens: readonly Token[], at: number): boolean =>
  skipAny(tokens, at, ["any more", "anymore", "ever", "again", "from now on"]) === tokens.length
