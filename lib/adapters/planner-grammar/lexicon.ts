import { isMisspelling } from "../../domain/edit-distance"
import type { DayPart } from "./when"

const numbered = (words: string, first = 1): ReadonlyMap<string, number> =>
  new Map(words.split(" ").map((word, index) => [word, index + first]))

const merged = <T>(...maps: ReadonlyMap<string, T>[]): ReadonlyMap<string, T> =>
  new Map(maps.flatMap((map) => [...map]))

/** ISO weekday numbers. */
export const WEEKDAYS = merged(
  numbered("monday tuesday wednesday thursday friday saturday sunday"),
  numbered("mon tue wed thu fri sat sun"),
  new Map([
    ["tues", 2],
    ["weds", 3],
    ["thur", 4],
    ["thurs", 4],
  ]),
)

/** "Thursdays": every Thursday, or only a slip of the tongue. */
export const PLURAL_WEEKDAYS = numbered("mondays tuesdays wednesdays thursdays fridays saturdays sundays")

export const MONTHS = merged(
  numbered("january february march april may june july august september october november december"),
  numbered("jan feb mar apr may jun jul aug sep oct nov dec"),
  new Map([["sept", 9]]),
)

export const NUMBER_WORDS = merged(
  numbered("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"),
  new Map([
    ["twenty", 20],
    ["thirty", 30],
    ["forty", 40],
    ["fortyfive", 45],
    ["fifty", 50],
    ["sixty", 60],
    ["ninety", 90],
  ]),
)

export const ORDINAL_WORDS = merged(
  numbered("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"),
  new Map([["last", -1]]),
)

export const UNIT_MINUTES: ReadonlyMap<string, number> = new Map([
  ...["minute", "minutes", "min", "mins", "m"].map((unit) => [unit, 1] as const),
  ...["hour", "hours", "hr", "hrs", "h"].map((unit) => [unit, 60] as const),
])

export const UNIT_DAYS: ReadonlyMap<string, number> = new Map([
  ...["day", "days"].map((unit) => [unit, 1] as const),
  ...["week", "weeks", "wk", "wks"].map((unit) => [unit, 7] as const),
  ...["fortnight", "fortnights"].map((unit) => [unit, 14] as const),
])

export const DAY_PARTS: ReadonlyMap<string, DayPart> = new Map([
  ["morning", "morning"],
  ["afternoon", "afternoon"],
  ["evening", "evening"],
  ["night", "evening"],
  ["lunchtime", "lunchtime"],
  ["eod", "end-of-day"],
])

/**
 * Zones by the names people say. Several zones: the name is used for all of them and the answer is a question where they differ. "PST" and
 * "PDT" are both read as the Pacific zone on that date, because people say them all year round.
 */
export const ZONES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    utc: ["UTC"],
    gmt: ["UTC"],
    pst: ["America/Los_Angeles"],
    pdt: ["America/Los_Angeles"],
    pt: ["America/Los_Angeles"],
    pacific: ["America/Los_Angeles"],
    mst: ["America/Denver"],
    mdt: ["America/Denver"],
    mountain: ["America/Denver"],
    cst: ["America/Chicago", "Asia/Shanghai"],
    cdt: ["America/Chicago"],
    central: ["America/Chicago"],
    est: ["America/New_York"],
    edt: ["America/New_York"],
    eastern: ["America/New_York"],
    bst: ["Europe/London"],
    cet: ["Europe/Berlin"],
    cest: ["Europe/Berlin"],
    eet: ["Europe/Helsinki"],
    eest: ["Europe/Helsinki"],
    ist: ["Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"],
    jst: ["Asia/Tokyo"],
    sgt: ["Asia/Singapore"],
  }),
)

/** Cities count as zones only before "time": "3pm London time". */
export const CITY_ZONES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    london: "Europe/London",
    dublin: "Europe/Dublin",
    paris: "Europe/Paris",
    berlin: "Europe/Berlin",
    madrid: "Europe/Madrid",
    amsterdam: "Europe/Amsterdam",
    zurich: "Europe/Zurich",
    vienna: "Europe/Vienna",
    rome: "Europe/Rome",
    oslo: "Europe/Oslo",
    stockholm: "Europe/Stockholm",
    helsinki: "Europe/Helsinki",
    warsaw: "Europe/Warsaw",
    kyiv: "Europe/Kyiv",
    athens: "Europe/Athens",
    lisbon: "Europe/Lisbon",
    istanbul: "Europe/Istanbul",
    dubai: "Asia/Dubai",
    mumbai: "Asia/Kolkata",
    delhi: "Asia/Kolkata",
    bangalore: "Asia/Kolkata",
    india: "Asia/Kolkata",
    singapore: "Asia/Singapore",
    tokyo: "Asia/Tokyo",
    japan: "Asia/Tokyo",
    seoul: "Asia/Seoul",
    shanghai: "Asia/Shanghai",
    beijing: "Asia/Shanghai",
    sydney: "Australia/Sydney",
    melbourne: "Australia/Melbourne",
    chicago: "America/Chicago",
    denver: "America/Denver",
    boston: "America/New_York",
    toronto: "America/Toronto",
    "new york": "America/New_York",
    "los angeles": "America/Los_Angeles",
    "san francisco": "America/Los_Angeles",
    seattle: "America/Los_Angeles",
  }),
)

const CORRECTABLE = [
  ...[...WEEKDAYS.keys()].filter((word) => word.endsWith("day")),
  ..."january february september october november december".split(" "),
  ..."tomorrow yesterday morning afternoon evening minutes minute hours earlier later reschedule postpone extend shorten delay".split(
    " ",
  ),
]

const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ["tmrw", "tomorrow"],
  ["tmr", "tomorrow"],
  ["2moro", "tomorrow"],
  ["2morrow", "tomorrow"],
  ["2day", "today"],
  ["tonite", "tonight"],
  ["wensday", "wednesday"],
  ["midday", "noon"],
  ["resched", "reschedule"],
  ["mv", "move"],
  ["cxl", "cancel"],
  ["pls", "please"],
  ["plz", "please"],
  ["thx", "thanks"],
])

const KNOWN = new Set([
  ...[
    WEEKDAYS,
    PLURAL_WEEKDAYS,
    MONTHS,
    NUMBER_WORDS,
    ORDINAL_WORDS,
    UNIT_MINUTES,
    UNIT_DAYS,
    DAY_PARTS,
    ZONES,
    CITY_ZONES,
  ].flatMap((words) => [...words.keys()]),
  ...CORRECTABLE,
  ..."shorter longer sooner late early earliest latest hourly".split(" "),
])

/** A grammar word for a word as typed: slips in long grammar words are mended. Event names never go through here. */
export function mended(word: string): string {
  const spelt = SPELLINGS.get(word)
  if (spelt !== undefined) return spelt
  return KNOWN.has(word) ? word : (CORRECTABLE.find((meant) => isMisspelling(word, meant)) ?? word)
}
