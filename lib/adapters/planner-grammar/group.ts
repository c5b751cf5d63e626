import {
  type EventFact,
  epochMs,
  type Match,
  type Matcher,
  type PlannerFacts,
  type RefusalReason,
} from "../../domain/plan"
import { readPiece } from "./read-window"
import { skipAny, wordAt } from "./reader"
import { windowReadings } from "./stretches"
import type { Token } from "./tokens"
import { ANY_TIME, isBounded, type Window } from "./window"

/** "Everything after 3", "all my calls tomorrow", "all standups with Tom this week": whatever stands in a stretch of time, or what of it is named. */
export interface Group {
  readonly window: Window
  /** A word that titles may have, where any has it; null: any event. */
  readonly sort: string | null
  /** Words that a title must have, and a name that somebody in it must have. */
  readonly title: string | null
  readonly person: string | null
}

export const anyIn = (window: Window): Group => ({ window, sort: null, title: null, person: null })

const LEADS =
  "everything,my whole,the whole of,the whole,all of my,all of the,all my,all the,all of,all,the rest of my,the rest of the,rest of my,my,the,things,stuff".split(
    ",",
  )

const ANY_SORT = new Set(["meetings", "events", "appointments", "things", "invitations", "invites", "commitments"])
const SORTS: ReadonlyMap<string, string> = new Map([
  ["calls", "call"],
  ["reviews", "review"],
  ["interviews", "interview"],
  ["syncs", "sync"],
])

/** The whole of `tokens` as a group, or null. A group without any limits in time is none: nobody means the whole calendar. */
export function readGroup(tokens: readonly Token[]): Group | null {
  const rest = readPiece(tokens, 0, ANY_TIME)?.value.rest ?? false
  const start = rest ? 0 : skipAny(tokens, 0, LEADS)
  const weak = start === 1 && ["my", "the"].includes(wordAt(tokens, 0))
  const read = readParts(tokens, start)
  const { day, part, free, lengthMs, at } = read.window
  const limited = day !== null || part !== null || isBounded(read.window)
  const strong = rest || (start > 0 && !weak)
  // Words that are no sort of event are a title only after "all": "my 1:1 on Friday" is one meeting.
  const named = strong ? read.title.length === 0 || !rest : read.plural && read.title.length === 0
  if (!limited || !named || free || lengthMs !== null || at !== null) return null
  const words = (of: readonly Token[]) => (of.length === 0 ? null : of.map(({ text }) => text).join(" "))
  return { window: read.window, sort: read.sort, title: words(read.title), person: words(read.person) }
}

interface Parts {
  readonly window: Window
  readonly sort: string | null
  readonly plural: boolean
  readonly title: readonly Token[]
  readonly person: readonly Token[]
}

function readParts(tokens: readonly Token[], start: number): Parts {
  let window = ANY_TIME
  let [sort, plural]: [string | null, boolean] = [null, false]
  const [title, person]: [Token[], Token[]] = [[], []]
  let into = title
  for (let at = start; at < tokens.length; ) {
    const token = tokens[at]
    const piece = readPiece(tokens, at, window)
    if (piece) window = piece.value
    else if (token?.word === "with") into = person
    else if (token && !plural && into === title && (ANY_SORT.has(token.word) || SORTS.has(token.word))) {
      sort = SORTS.get(token.word) ?? null
      plural = true
    } else if (token) into.push(token)
    at = piece ? piece.next : at + 1
  }
  return { window, sort, plural, title, person }
}

const LEAST_SCORE = 0.5

export type Groups =
  | { readonly kind: "groups"; readonly groups: readonly (readonly EventFact[])[] }
  | { readonly kind: "refusal"; readonly reason: RefusalReason }

/**
 * The timed events that a group names, for each reading of its window, in order of start. What has begun is left alone.
 * @param reach `starts`: that begin there. `touches`: that take any of it.
 */
export function eventsIn(
  { window, sort, title, person }: Group,
  reach: "starts" | "touches",
  facts: PlannerFacts,
  matcher: Matcher,
): Groups {
  const found = windowReadings(window, "day", 1, facts)
  if (found.kind === "refusal") return found
  const ids = (matches: readonly Match[]) =>
    new Set(matches.filter(({ score }) => score >= LEAST_SCORE).map(({ id }) => id))
  const sorted = ids(sort === null ? [] : matcher.byTitle(sort))
  const titled = title === null ? null : ids(matcher.byTitle(title))
  const met = person === null ? null : ids(matcher.byPerson(person))
  const groups = found.readings.map((stretches) => {
    const there = facts.events.filter((event) => {
      if (event.start.kind !== "timed") return false
      if (titled?.has(event.id) === false || met?.has(event.id) === false) return false
      const [from, to] = [epochMs(event.start), epochMs(event.end)]
      if (from < Date.parse(facts.now)) return false
      return stretches.some(({ start, end }) =>
        reach === "starts"
          ? from >= Date.parse(start) && from < Date.parse(end)
          : from < Date.parse(end) && to > Date.parse(start),
      )
    })
    const ofSort = there.filter(({ id }) => sorted.has(id))
    return ofSort.length > 0 ? ofSort : there
  })
  const some = groups.filter((group) => group.length > 0)
  return some.length > 0 ? { kind: "groups", groups: some } : { kind: "refusal", reason: "nothing-there" }
}
