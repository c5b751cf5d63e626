import type { SlotReason } from "./rank-slots"

/*
 * Why a free time is offered, in words. Names of people are what the calendars call them.
 */

const MOST_SAID = 3
const MOST_NAMED = 3

/** "Everyone is free. Right before something of Ben's." @param nameOf what a person of that address is called */
export function sayWhy(reasons: readonly SlotReason[], nameOf: (email: string) => string): string {
  const said = [...reasons].sort((a, b) => WEIGHTS[a.kind] - WEIGHTS[b.kind]).map((reason) => sayReason(reason, nameOf))
  return [...new Set(said)].slice(0, MOST_SAID).join(" ")
}

/** What must be known is said before what is nice to know. */
const WEIGHTS: Record<SlotReason["kind"], number> = {
  "outside-hours": 0,
  "everyone-free": 1,
  "leaves-scrap": 2,
  "first-of-day": 3,
  "last-of-day": 3,
  "right-before": 4,
  "right-after": 4,
}

function sayReason(reason: SlotReason, nameOf: (email: string) => string): string {
  if (reason.kind === "everyone-free") return "Everyone is free."
  const { who } = reason
  const [theirs, own] = who === null ? ["your", "yours"] : [`${nameOf(who)}'s`, `${nameOf(who)}'s`]
  switch (reason.kind) {
    case "outside-hours":
      return `Outside ${theirs} working hours: ${reason.start} in ${placeOf(reason.timeZone)}.`
    case "leaves-scrap":
      return `Leaves ${reason.minutes} minutes of ${theirs} time.`
    case "first-of-day":
      return `First in ${theirs} day.`
    case "last-of-day":
      return `Last in ${theirs} day.`
    case "right-before":
      return `Right before something of ${own}.`
    case "right-after":
      return `Right after something of ${own}.`
    default:
      return reason satisfies never
  }
}

const placeOf = (timeZone: string): string => (timeZone.split("/").at(-1) ?? timeZone).replaceAll("_", " ")

/** "I could not see Ben's calendar, so Ben may be busy." @param names what they are called; nobody: nothing */
export function sayUnseen(names: readonly string[]): string {
  if (names.length === 0) return ""
  const [first = ""] = names
  if (names.length === 1) return `I could not see ${first}'s calendar, so ${first} may be busy.`
  if (names.length > MOST_NAMED) return `I could not see the calendars of ${names.length} people, so they may be busy.`
  return `I could not see the calendars of ${names.slice(0, -1).join(", ")} and ${names.at(-1)}, so they may be busy.`
}
