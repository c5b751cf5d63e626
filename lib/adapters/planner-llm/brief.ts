import "server-only"
import type { When } from "../../domain/event"
import { type EventFact, type EventOperation, type PlannerFacts, placeOf } from "../../domain/plan"
import { sayPreference } from "../../domain/wording-preferences"
import { wallOf, weekdayOf } from "../../domain/zoned-time"

/** What a model is told about its task; the same for everybody. */
export const INSTRUCTIONS = `You plan changes to one person's calendar. You see their words and a list of events without titles or names: only ids, times and flags.
Find out which event is meant with the tools: by_title, by_person (who takes part) and people (who could be invited) take words and answer ids with a score from 0 to 1. Never guess an id.
Then call the tool "answer" exactly once. Nothing is carried out by it: the person is shown the plan and decides.
- plan: what they asked for and nothing more, in order. Keep an event's length when only its start is named. Without a day for a series, the next instance, with the reading next-occurrence. scope "this" unless they say every one (series) or from then on (following).
- question: where two readings differ in effect, two to six complete plans to choose from.
- refusal: where it cannot be done or is not understood.
- free: they ask when they are free; name the stretches that they ask about, within working hours unless they say otherwise.
- find: they want a free time for something new and name no start; say where to look, within working hours unless they say otherwise, for how long and with whom. The times are found for you.
- changes: they ask what changed; since when. undo: they want the last change taken back, or the last one of an event.
Only events marked "own" can be moved or cancelled. To an invitation you can respond, or respond tentative with another time proposed.
A title is copied letter for letter from their words; without a name it is "Blocked" or "Meeting". Where no length is said, their default length, or an hour where none is told, with the reading default-length. A guest is an id that the tool people answered with score 1; for a name that nobody has, invite nobody and add the reading nobody-invited.
Nothing may be put before now. Times are on the person's clock.`

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

/** The typed facts as lines. Nothing here was written by anybody but this program and, between the marks, the person. */
export function briefOf(words: string, facts: PlannerFacts): string {
  const { now, timeZone, workingHours, until, lastMentioned, proposed, preferences = [] } = facts
  // names are the matcher's, which knows them
  const kept = preferences.filter(({ kind }) => kind !== "name" && kind !== "default-length")
  const length = preferences.find((line) => line.kind === "default-length")
  const clock = (at: string) => wallText({ kind: "timed", at, timeZone }, timeZone)
  const days = workingHours.days.map((day) => DAYS[day - 1]).join(" ")
  return [
    `Now: ${weekday(wallOf(now, timeZone).date)} ${clock(now)}`,
    `Working hours: ${days} ${workingHours.start}-${workingHours.end}`,
    ...(kept.length === 0 ? [] : [`Unless they order it: ${kept.map(sayPreference).join("; ")}`]),
    ...(length ? [`Default length: ${length.minutes} minutes`] : []),
    ...(until === undefined ? [] : [`Nothing was looked at from ${clock(until)} on.`]),
    ...(lastMentioned.length === 0 ? [] : [`Last spoken of, latest first: ${lastMentioned.join(" ")}`]),
    ...(proposed === undefined ? [] : [proposedLine(proposed.operation, timeZone)]),
    "Events (id, start, end, flags):",
    ...facts.events.map((event) => lineOf(event, timeZone)),
    "The person said:",
    words,
  ].join("\n")
}

/** "Proposed last, and open: move e12 to 2026-11-26T15:00 2026-11-26T16:00, scope=this. ..." */
function proposedLine(op: EventOperation, timeZone: string): string {
  const place = placeOf(op)
  const to = place ? ` to ${wallText(place.start, timeZone)} ${wallText(place.end, timeZone)}` : ""
  const what = op.kind === "respond" ? `respond ${op.rsvp}` : op.kind
  return `Proposed last, and open: ${what} ${op.target}${to}, scope=${op.scope}. Words that only say how much of the series is meant want the same with another scope.`
}

/** "e12 Thu 2026-11-26T10:00 2026-11-26T11:00 own series=s1 guests=3" */
function lineOf({ id, series, start, end, busy, movable, guests, answer }: EventFact, timeZone: string): string {
  const from = wallText(start, timeZone)
  const flags = [
    movable && "own",
    answer !== null && `invitation=${answer}`,
    series !== null && `series=${series}`,
    guests > 0 && `guests=${guests}`,
    !busy && "free",
  ]
  return [id, weekday(from.slice(0, 10)), from, wallText(end, timeZone), ...flags.filter(Boolean)].join(" ")
}

const weekday = (date: string): string => DAYS[weekdayOf(date) - 1] ?? ""

/** The event's own zone is left out: it is a text that comes from its organizer. */
function wallText(when: When, timeZone: string): string {
  if (when.kind === "allDay") return when.on
  const { date, minutes } = wallOf(when.at, timeZone)
  const clock = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":")
  return `${date}T${clock}`
}
