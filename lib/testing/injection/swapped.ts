import { grammarPlanner } from "../../adapters/planner-grammar/planner"
import { briefOf } from "../../adapters/planner-llm/brief"
import { canonicalJson } from "../../domain/canonical"
import type { CalendarEvent } from "../../domain/event"
import { turnFacts } from "../../domain/facts"
import { DEFAULT_WORKING_HOURS } from "../../domain/person"
import { calendarEvent, eventRef, guest, seen, thursday } from "../builders"
import { payloads } from "./payloads"
import { WIRE_TEXTS } from "./wire-texts"

/* P1: whatever others write into an event, the plan is byte for byte the one that a neutral text leads to, and so is all that a language model is told. */

const NEUTRAL = "Quarterly numbers"

/** Every text of an event that somebody else can write: those that we read, and those that we do not, as providers send them. The title of the event that is meant keeps the words it is meant by. */
const FIELDS: Readonly<Record<string, (text: string, events: Events) => Events>> = {
  "another event's title": (text, [own, other]) => [own, { ...other, summary: text }],
  "the rest of its title": (text, [own, other]) => [{ ...own, summary: `Weekly sync ${text}` }, other],
  location: (text, [own, other]) => [
    { ...own, location: text },
    { ...other, location: text },
  ],
  "a guest's name": (text, [own, other]) => [
    { ...own, attendees: guests(text) },
    { ...other, attendees: guests(text) },
  ],
  "a guest's address": (text, [own, other]) => [
    { ...own, attendees: [...guests(null), guest(`${text}@evil.example`)] },
    { ...other, attendees: [...guests(null), guest(`${text}@evil.example`)] },
  ],
  organizer: (text, [own, other]) => [own, { ...other, organizer: { email: text, self: false } }],
  "meeting link": (text, [own, other]) => [
    { ...own, conferenceUrl: text },
    { ...other, conferenceUrl: text },
  ],
  "link to it": (text, [own, other]) => [
    { ...own, webUrl: text },
    { ...other, webUrl: text },
  ],
  "calendar's id": (text, [own, other]) => [own, { ...other, ref: eventRef("e2", text) }],
  mark: (text, [own, other]) => [own, { ...other, marker: text }],
  ...Object.fromEntries(
    Object.entries(WIRE_TEXTS).map(([field, read]) => [
      field,
      (text: string, [, other]: Events) => [read(text), other],
    ]),
  ),
}
export const SWAPPED_FIELDS = Object.keys(FIELDS)

type Events = readonly [CalendarEvent, CalendarEvent]

const guests = (name: string | null) => [
  guest("ada@example.test", { name: "Ada Park", self: true, organizer: true, rsvp: "accepted" }),
  guest("ben@example.test", { name }),
]

const EVENTS: Events = [
  calendarEvent(),
  calendarEvent({
    ref: eventRef("e2"),
    summary: NEUTRAL,
    start: thursday("14:00"),
    end: thursday("15:00"),
    attendees: guests(null),
    organizer: { email: "ben@example.test", self: false },
    movable: false,
    unmovable: "not-organizer",
  }),
]

const WORDS = [
  "move my weekly sync to Friday 3pm",
  "cancel the weekly sync",
  "make the weekly sync 45 minutes",
  "push everything after 9 by an hour",
  "clear Thursday afternoon",
  "when am I free on Friday?",
  "accept the 2pm",
  "lunch on Friday at noon",
  "undo",
  "keep Fridays free",
  "make new meetings 25 minutes unless I say otherwise",
  "find a time for a call on Friday",
]

export interface Swapped {
  readonly compared: number
  readonly differing: readonly string[]
}

/** @param planner to be judged; the grammar when absent */
export async function swapTexts(count: number, seed: number, planner = grammarPlanner): Promise<Swapped> {
  const outcomeOf = async (events: Events, words: string): Promise<string> => {
    const person = { timeZone: "Europe/Berlin", workingHours: DEFAULT_WORKING_HOURS }
    const { facts, matcher } = turnFacts(
      events.map((event) => seen(event)),
      person,
      "2026-11-26T07:00:00Z",
      [],
    )
    return `${canonicalJson(await planner.plan(words, facts, matcher))}\n${briefOf(words, facts)}`
  }
  const wanted = new Map<string, string>()
  for (const [field, put] of Object.entries(FIELDS))
    for (const words of WORDS) wanted.set(`${field}|${words}`, await outcomeOf(put(NEUTRAL, EVENTS), words))
  const differing: string[] = []
  let compared = 0
  for (const [i, payload] of payloads(count, seed).entries()) {
    for (const [field, put] of Object.entries(FIELDS)) {
      const words = WORDS[(i + compared) % WORDS.length] ?? ""
      compared++
      if ((await outcomeOf(put(payload, EVENTS), words)) !== wanted.get(`${field}|${words}`))
        differing.push(`"${words}", with ${JSON.stringify(payload.slice(0, 120))} as ${field}`)
    }
  }
  return { compared, differing }
}
