import type { Rsvp } from "../../domain/event"
import { type KnownPerson, type MatchCandidate, makeMatcher } from "../../domain/matcher"
import type { EventFact, FactId, PersonId, PlannerFacts, WorkingHours } from "../../domain/plan"
import { addDays, addMs, MINUTE_MS, readWall } from "../../domain/zoned-time"

/** One event of a made-up calendar, in the wall clock of whoever looks at it. */
interface Row {
  readonly name: string
  readonly title: string
  /** `YYYY-MM-DDTHH:MM`, or a date for an all-day event. */
  readonly start: string
  /** Minutes; days for an all-day event. */
  readonly length: number
  readonly people?: readonly string[]
  readonly location?: string
  readonly series?: string
  /** Somebody else's event; what the person answered to it. */
  readonly answer?: Rsvp
}

interface Fixture {
  readonly hours: WorkingHours
  readonly rows: readonly Row[]
}

const weekdays = [1, 2, 3, 4, 5]
const nineToFive: WorkingHours = { days: weekdays, start: "09:00", end: "17:00" }

/** Instances are named after their date: `sync-1124`. */
const series = (row: Omit<Row, "start" | "series">, time: string, dates: readonly string[]): readonly Row[] =>
  dates.map((date) => ({
    ...row,
    name: `${row.name}-${date.slice(5).replace("-", "")}`,
    start: `${date}T${time}`,
    series: row.name,
  }))

const weekly = (first: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => addDays(first, 7 * index))

const days = (first: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => addDays(first, index))

const mondayToFriday = (firstMonday: string, weeks: number): readonly string[] =>
  weekly(firstMonday, weeks).flatMap((monday) => days(monday, 5))

const night = (deployAt: string, firstSync: string, extra: readonly Row[] = []): Fixture => ({
  hours: nineToFive,
  rows: [
    { name: "deploy", title: "Night deploy", start: deployAt, length: 60 },
    ...series({ name: "sync", title: "Weekly sync", length: 60 }, "10:00", weekly(firstSync, 3)),
    ...extra,
  ],
})

const FIXTURES: Readonly<Record<string, Fixture>> = {
  office: {
    hours: nineToFive,
    rows: [
      ...series(
        { name: "sync", title: "Weekly sync", length: 60, people: ["Priya Nair", "Tom Becker"] },
        "10:00",
        weekly("2026-11-10", 5),
      ),
      ...series(
        { name: "standup", title: "Standup", length: 15, people: ["Tom Becker", "Mara Lindqvist"] },
        "09:15",
        mondayToFriday("2026-11-16", 3),
      ),
      ...series(
        { name: "oneonone", title: "1:1 with Priya", length: 30, people: ["Priya Nair"] },
        "11:00",
        weekly("2026-11-18", 3),
      ),
      { name: "design", title: "Design review", start: "2026-11-25T14:00", length: 60, people: ["Mara Lindqvist"] },
      { name: "dentist", title: "Dentist", start: "2026-11-26T16:00", length: 45, location: "Main Street" },
      {
        name: "budget",
        title: "Budget planning",
        start: "2026-11-27T13:00",
        length: 90,
        people: ["Tom Becker", "Ines Duarte"],
      },
      { name: "lunch", title: "Lunch with Sam", start: "2026-11-24T12:30", length: 60, people: ["Sam Ortiz"] },
      { name: "roadmap", title: "Roadmap review", start: "2026-11-23T15:00", length: 60, people: ["Ines Duarte"] },
      { name: "allhands", title: "All hands", start: "2026-11-26T10:00", length: 60, answer: "needsAction" },
      { name: "focus", title: "Focus time", start: "2026-11-27T09:30", length: 150 },
      { name: "offsite", title: "Company offsite", start: "2026-12-03", length: 2 },
    ],
  },
  clients: {
    hours: { days: weekdays, start: "08:00", end: "18:00" },
    rows: [
      { name: "call-a", title: "Client call", start: "2026-11-23T11:00", length: 30, people: ["Anna Kovac"] },
      { name: "call-b", title: "Client call", start: "2026-11-26T15:00", length: 30, people: ["Ben Ito"] },
      {
        name: "interview-a",
        title: "Interview: backend",
        start: "2026-11-24T10:00",
        length: 60,
        people: ["Carla Mendes"],
      },
      {
        name: "interview-b",
        title: "Interview: frontend",
        start: "2026-11-25T10:00",
        length: 60,
        people: ["Dev Patel"],
      },
      { name: "demo", title: "Friday demo", start: "2026-11-27T11:00", length: 45 },
      { name: "intro", title: "Intro to SQL", start: "2026-11-25T16:00", length: 60 },
      { name: "lunchlearn", title: "Lunch and learn", start: "2026-11-25T12:00", length: 60 },
      { name: "push", title: "Push notifications", start: "2026-11-24T14:00", length: 45 },
      ...series({ name: "pricing", title: "Pricing sync", length: 30 }, "10:00", weekly("2026-11-16", 3)),
      ...series({ name: "platform", title: "Platform sync", length: 30 }, "10:00", weekly("2026-11-19", 3)),
      { name: "gym", title: "Gym", start: "2026-11-24T18:30", length: 60 },
      { name: "flight", title: "Flight to Oslo", start: "2026-11-30T07:00", length: 120 },
    ],
  },
  packed: {
    hours: nineToFive,
    rows: [
      { name: "board", title: "Board prep", start: "2026-11-24T09:00", length: 90 },
      { name: "vendor", title: "Vendor call", start: "2026-11-24T11:00", length: 60 },
      { name: "workshop", title: "Workshop", start: "2026-11-24T13:00", length: 240 },
      { name: "planning", title: "Planning", start: "2026-11-25T09:00", length: 180 },
      { name: "review", title: "Review", start: "2026-11-25T13:00", length: 60 },
      { name: "catchup", title: "Catch-up", start: "2026-11-25T14:30", length: 30 },
      { name: "retro", title: "Retro", start: "2026-11-26T15:00", length: 60 },
      { name: "coffee", title: "Coffee with Lena", start: "2026-11-26T09:30", length: 30, people: ["Lena Vogt"] },
      { name: "release", title: "Release", start: "2026-11-27T10:00", length: 60 },
    ],
  },
  inbox: {
    hours: nineToFive,
    rows: [
      { name: "focus", title: "Focus block", start: "2026-11-24T09:00", length: 120 },
      {
        name: "vendor",
        title: "Vendor demo",
        start: "2026-11-24T14:00",
        length: 45,
        people: ["Olga Petrova"],
        answer: "accepted",
      },
      { name: "hiring", title: "Hiring sync", start: "2026-11-25T10:00", length: 30, people: ["Jonas Falk"] },
      { name: "townhall", title: "Town hall", start: "2026-11-25T16:00", length: 60, answer: "needsAction" },
      {
        name: "kickoff",
        title: "Project kickoff",
        start: "2026-11-26T10:00",
        length: 60,
        people: ["Nora Weiss", "Jonas Falk"],
        answer: "needsAction",
      },
      ...series(
        { name: "guild", title: "Data guild", length: 45, answer: "needsAction" },
        "15:00",
        weekly("2026-11-26", 3),
      ),
      {
        name: "lunch",
        title: "Team lunch",
        start: "2026-11-27T12:00",
        length: 60,
        people: ["Nora Weiss"],
        answer: "tentative",
      },
      { name: "gardening", title: "Gardening", start: "2026-11-28T10:00", length: 120 },
    ],
  },
  maker: {
    hours: { days: weekdays, start: "10:00", end: "18:00" },
    rows: [
      ...series({ name: "standup", title: "Daily standup", length: 15 }, "10:00", mondayToFriday("2026-11-23", 2)),
      { name: "call1", title: "Call with Ada", start: "2026-11-24T10:30", length: 30, people: ["Ada Byrne"] },
      { name: "call2", title: "Call with Kofi", start: "2026-11-24T13:00", length: 30, people: ["Kofi Mensah"] },
      { name: "call3", title: "Sales call", start: "2026-11-24T16:00", length: 45, people: ["Lars Lindt"] },
      { name: "yoga", title: "Yoga", start: "2026-11-24T18:30", length: 60 },
      {
        name: "pitch",
        title: "Investor pitch",
        start: "2026-11-25T11:00",
        length: 60,
        people: ["Ada Byrne", "Lars Holm"],
        location: "Room 4",
      },
      { name: "review", title: "Code review", start: "2026-11-25T14:00", length: 60, people: ["Kofi Mensah"] },
      { name: "writing", title: "Writing", start: "2026-11-26T10:30", length: 150 },
      { name: "doctor", title: "Doctor", start: "2026-11-26T15:30", length: 30, location: "Harley Street" },
    ],
  },
  "spring-eu": night("2027-03-27T22:00", "2027-03-23", [
    { name: "backup", title: "Backup check", start: "2027-03-29T02:30", length: 30 },
  ]),
  "autumn-eu": night("2026-10-24T22:00", "2026-10-20"),
  "spring-us": night("2027-03-13T22:00", "2027-03-09"),
  "autumn-us": night("2026-10-31T22:00", "2026-10-27"),
}

/** A calendar as a planner and a matcher get to see it; `nameOf` leads back from opaque ids to the fixture's names. */
export interface Setting {
  readonly facts: PlannerFacts
  readonly candidates: readonly MatchCandidate[]
  readonly people: readonly KnownPerson[]
  readonly matcher: ReturnType<typeof makeMatcher>
  readonly nameOf: ReadonlyMap<FactId, string>
}

/** @throws {RangeError} for a fixture that does not exist. */
export function setting(fixture: string, now: string, timeZone: string, it: string | null): Setting {
  const found = FIXTURES[fixture]
  if (!found) throw new RangeError(`no fixture ${fixture}`)
  const rows = [...found.rows].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
  const named = rows.map((row, index) => ({ row, id: `e${index + 1}` as FactId }))
  const candidates = named.map(({ row, id }) => ({
    id,
    title: row.title,
    location: row.location ?? "",
    people: (row.people ?? []).map((name) => ({ name, email: emailOf(name) })),
  }))
  const people = [...new Set(rows.flatMap((row) => row.people ?? []))].map((name, index) => ({
    id: `p${index + 1}` as PersonId,
    name,
    email: emailOf(name),
  }))
  const mentioned = named.filter(({ row }) => row.name === it).map(({ id }) => id)
  return {
    facts: {
      now,
      timeZone,
      workingHours: found.hours,
      events: named.map(({ row, id }) => fact(row, id, timeZone)),
      lastMentioned: mentioned,
    },
    candidates,
    people,
    matcher: makeMatcher(candidates, people),
    nameOf: new Map(named.map(({ row, id }) => [id, row.name])),
  }
}

const emailOf = (name: string): string => `${name.toLowerCase().replace(" ", ".")}@example.com`

function fact(row: Row, id: FactId, timeZone: string): EventFact {
  const shared = {
    id,
    series: (row.series ?? null) as FactId | null,
    busy: true,
    movable: row.answer === undefined,
    guests: row.people?.length ?? 0,
    answer: row.answer ?? null,
  }
  const [date, time] = row.start.split("T")
  if (date === undefined || time === undefined)
    return {
      ...shared,
      start: { kind: "allDay", on: row.start },
      end: { kind: "allDay", on: addDays(row.start, row.length) },
    }
  const at = instantAt(row.start, timeZone)
  return {
    ...shared,
    start: { kind: "timed", at, timeZone },
    end: { kind: "timed", at: addMs(at, row.length * MINUTE_MS), timeZone },
  }
}

/** @param wall `YYYY-MM-DDTHH:MM` */
export function instantAt(wall: string, timeZone: string): string {
  const [date = "", time = ""] = wall.split("T")
  const [hour, minute] = time.split(":").map(Number)
  const reading = readWall({ date, minutes: (hour ?? 0) * 60 + (minute ?? 0) }, timeZone)
  if (reading.kind !== "one") throw new RangeError(`${date} ${time} is not one instant in ${timeZone}`)
  return reading.at
}
