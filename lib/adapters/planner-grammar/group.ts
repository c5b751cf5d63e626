import { type EventFact, epochMs, type Matcher, type PlannerFacts, type RefusalReason } from "../../domain/plan"
import { readPiece } from "./read-window"
import { skipAny, wordAt } from "./reader"
import { windowReadings } from "./stretches"
import type { Token } from "./tokens"
import { ANY_TIME, isBounded, type Window } from "./window"

/** "Everything after 3", "all my calls tomorrow": whatever stands in a stretch of time, of one sort if a sort is named. */
export interface Group {
  readonly window: Window
  /** A word that titles may have; null: any event. */
  readonly sort: string | null
}

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
  const rest = readPiece(tokens, 0, ANY_TIME)?.value.rest
  let at = rest ? 0 : skipAny(tokens, 0, LEADS)
  const weak = ["my", "the"].includes(wordAt(tokens, at - 1)) && at === 1
  let group: Group = { window: ANY_TIME, sort: null }
  let plural = false
  while (at < tokens.length) {
    const word = wordAt(tokens, at)
    const piece = readPiece(tokens, at, group.window)
    if (piece) group = { ...group, window: piece.value }
    else if (plural || !(ANY_SORT.has(word) || SORTS.has(word))) return null
    else group = { ...group, sort: SORTS.get(word) ?? null }
    plural ||= !piece
    at = piece ? piece.next : at + 1
  }
  const { day, part, free, lengthMs, at: point } = group.window
  const limited = day !== null || part !== null || isBounded(group.window)
  const named = rest || plural || (!weak && skipAny(tokens, 0, LEADS) > 0)
  return limited && named && !free && lengthMs === null && point === null ? group : null
}

export type Groups =
  | { readonly kind: "groups"; readonly groups: readonly (readonly EventFact[])[] }
  | { readonly kind: "refusal"; readonly reason: RefusalReason }

/**
 * The timed events that a group names, for each reading of its window, in order of start. What has begun is left alone.
 * @param reach `starts`: that begin there. `touches`: that take any of it.
 */
export function eventsIn(
  { window, sort }: Group,
  reach: "starts" | "touches",
  facts: PlannerFacts,
  matcher: Matcher,
): Groups {
  const found = windowReadings(window, "day", 1, facts)
  if (found.kind === "refusal") return found
  const named = new Set(sort === null ? [] : matcher.byTitle(sort).map(({ id }) => id))
  const groups = found.readings.map((stretches) => {
    const there = facts.events.filter((event) => {
      if (event.start.kind !== "timed") return false
      const [from, to] = [epochMs(event.start), epochMs(event.end)]
      if (from < Date.parse(facts.now)) return false
      return stretches.some(({ start, end }) =>
        reach === "starts"
          ? from >= Date.parse(start) && from < Date.parse(end)
          : from < Date.parse(end) && to > Date.parse(start),
      )
    })
    const sorted = there.filter(({ id }) => named.has(id))
    return sorted.length > 0 ? sorted : there
  })
  const some = groups.filter((group) => group.length > 0)
  return some.length > 0 ? { kind: "groups", groups: some } : { kind: "refusal", reason: "nothing-there" }
}
