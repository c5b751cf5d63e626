import type { Rsvp } from "../../domain/event"
import type { ShowAs } from "../calendar/event"
import type { Person } from "../store/people"
import { ADA, BEN, GRACE, LEO, MIA, SIDE_PROJECT, TEAM_HOLIDAYS } from "./people"

type Weekday = "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU"

/** An event of the seed. Times are wall-clock in the owner's zone. */
export interface SeedEvent {
  /** Makes its id; unique in the seed. */
  readonly slug: string
  readonly owner: Person
  /** Where it is kept, if not in the owner's primary calendar. */
  readonly calendarId?: string
  readonly summary: string
  /**
   * `weekly`: a series that began eight weeks ago. `once`: on the next such day after today. All-day ones have no times.
   */
  readonly repeats: "weekly" | "once"
  readonly days: readonly [Weekday, ...Weekday[]]
  readonly at?: readonly [start: string, end: string]
  /** For `once`: this many weeks after the next such day. */
  readonly weeksLater?: number
  readonly guests?: readonly (readonly [who: Person | string, rsvp: Rsvp])[]
  readonly location?: string
  readonly description?: string
  readonly showAs?: ShowAs
  readonly conference?: boolean
}

const KIM = "kim@partner.example"
const SAM = "sam@partner.example"
const weekdays = ["MO", "TU", "WE", "TH", "FR"] as const

/*
 * Kept free for everybody, every week: Thursday 15:00-15:30 and Tuesday 11:00-12:00 (seed.pg.test.ts checks three weeks).
 */
const ada: SeedEvent[] = [
  {
    slug: "ada-weekly-sync",
    owner: ADA,
    summary: "Weekly sync",
    repeats: "weekly",
    days: ["TU"],
    at: ["10:00", "10:30"],
    guests: [
      [BEN, "accepted"],
      [GRACE, "accepted"],
      [KIM, "tentative"],
    ],
    location: "Room Spree",
    description: "Status, risks, who needs help.",
    conference: true,
  },
  {
    slug: "ben-stand-up",
    owner: BEN,
    summary: "Stand-up",
    repeats: "weekly",
    days: ["MO", "WE", "FR"],
    at: ["09:15", "09:30"],
    guests: [[ADA, "accepted"]],
    conference: true,
  },
  { slug: "ada-lunch", owner: ADA, summary: "Lunch", repeats: "weekly", days: weekdays, at: ["12:30", "13:15"] },
  {
    slug: "ada-one-to-one",
    owner: ADA,
    summary: "1:1 with Ben",
    repeats: "weekly",
    days: ["WE"],
    at: ["14:00", "14:30"],
    guests: [[BEN, "accepted"]],
  },
  { slug: "ada-focus", owner: ADA, summary: "Focus time", repeats: "weekly", days: ["TH"], at: ["09:00", "11:00"] },
  {
    slug: "grace-all-hands",
    owner: GRACE,
    summary: "All hands",
    repeats: "weekly",
    days: ["FR"],
    at: ["11:00", "11:45"],
    guests: [
      [ADA, "needsAction"],
      [BEN, "accepted"],
    ],
    conference: true,
  },
  {
    slug: "ada-design-review",
    owner: ADA,
    summary: "Design review",
    repeats: "once",
    days: ["WE"],
    at: ["10:30", "11:30"],
    guests: [
      [BEN, "accepted"],
      [GRACE, "needsAction"],
    ],
    location: "Room Havel",
  },
  {
    slug: "ada-hiring-review",
    owner: ADA,
    summary: "Hiring review",
    repeats: "once",
    days: ["TH"],
    at: ["13:30", "14:15"],
    guests: [[GRACE, "accepted"]],
  },
  {
    slug: "ada-budget-review",
    owner: ADA,
    summary: "Budget review",
    repeats: "once",
    days: ["TU"],
    at: ["15:00", "16:00"],
    guests: [
      [GRACE, "accepted"],
      [KIM, "needsAction"],
    ],
  },
  {
    slug: "ada-dentist",
    owner: ADA,
    summary: "Dentist appointment",
    repeats: "once",
    days: ["FR"],
    at: ["08:15", "09:00"],
    location: "Dr. Sommer, Kastanienallee 12",
  },
  {
    slug: "grace-planning",
    owner: GRACE,
    summary: "Quarterly planning",
    repeats: "once",
    days: ["MO"],
    at: ["14:00", "15:30"],
    guests: [
      [ADA, "accepted"],
      [BEN, "tentative"],
    ],
  },
  {
    slug: "ada-board-slides",
    owner: ADA,
    summary: "Prepare board slides",
    repeats: "once",
    days: ["MO"],
    at: ["16:00", "17:00"],
    showAs: "tentative",
  },
  {
    slug: "ada-kindergarten",
    owner: ADA,
    summary: "Pick up Mara",
    repeats: "weekly",
    days: ["WE"],
    at: ["16:30", "17:00"],
    location: "Kindergarten",
  },
  {
    slug: "ada-coffee",
    owner: ADA,
    summary: "Coffee with Kim",
    repeats: "once",
    days: ["TH"],
    at: ["16:30", "17:00"],
    guests: [[KIM, "accepted"]],
  },
  { slug: "ada-release", owner: ADA, summary: "Release day", repeats: "once", days: ["FR"], showAs: "free" },
  {
    slug: "ada-hack-evening",
    owner: ADA,
    calendarId: SIDE_PROJECT.id,
    summary: "Hack evening",
    repeats: "weekly",
    days: ["WE"],
    at: ["19:00", "21:00"],
  },
  {
    slug: "ada-write-docs",
    owner: ADA,
    calendarId: SIDE_PROJECT.id,
    summary: "Write the docs",
    repeats: "once",
    days: ["SA"],
    at: ["10:00", "12:00"],
  },
  {
    slug: "holiday-ben",
    owner: GRACE,
    calendarId: TEAM_HOLIDAYS.id,
    summary: "Ben on holiday",
    repeats: "once",
    days: ["MO"],
    weeksLater: 4,
    showAs: "free",
  },
  {
    slug: "holiday-office",
    owner: GRACE,
    calendarId: TEAM_HOLIDAYS.id,
    summary: "Office closed",
    repeats: "once",
    days: ["FR"],
    weeksLater: 6,
    showAs: "free",
  },
  {
    slug: "ben-on-call",
    owner: BEN,
    summary: "On-call handover",
    repeats: "weekly",
    days: ["MO"],
    at: ["11:00", "11:30"],
  },
]

const mia: SeedEvent[] = [
  {
    slug: "mia-weekly-sync",
    owner: MIA,
    summary: "Weekly sync",
    repeats: "weekly",
    days: ["TU"],
    at: ["10:00", "10:30"],
    guests: [
      [LEO, "accepted"],
      [KIM, "accepted"],
      [SAM, "tentative"],
    ],
    location: "Room Alster",
    description: "What shipped, what is next.",
    conference: true,
  },
  {
    slug: "leo-stand-up",
    owner: LEO,
    summary: "Stand-up",
    repeats: "weekly",
    days: ["MO", "WE", "FR"],
    at: ["09:30", "09:45"],
    guests: [[MIA, "accepted"]],
    conference: true,
  },
  { slug: "mia-lunch", owner: MIA, summary: "Lunch", repeats: "weekly", days: weekdays, at: ["12:00", "12:45"] },
  {
    slug: "mia-one-to-one",
    owner: MIA,
    summary: "1:1 with Leo",
    repeats: "weekly",
    days: ["WE"],
    at: ["15:00", "15:30"],
    guests: [[LEO, "accepted"]],
  },
  { slug: "mia-focus", owner: MIA, summary: "Focus time", repeats: "weekly", days: ["TH"], at: ["09:00", "11:30"] },
  {
    slug: "mia-design-review",
    owner: MIA,
    summary: "Design review",
    repeats: "once",
    days: ["MO"],
    at: ["13:30", "14:30"],
    guests: [
      [LEO, "accepted"],
      [SAM, "needsAction"],
    ],
  },
  {
    slug: "mia-hiring-review",
    owner: MIA,
    summary: "Hiring review",
    repeats: "once",
    days: ["WE"],
    at: ["11:00", "11:45"],
    guests: [[LEO, "tentative"]],
  },
  {
    slug: "mia-budget-review",
    owner: MIA,
    summary: "Budget review",
    repeats: "once",
    days: ["FR"],
    at: ["14:00", "15:00"],
    guests: [[SAM, "accepted"]],
  },
  {
    slug: "mia-dentist",
    owner: MIA,
    summary: "Dentist appointment",
    repeats: "once",
    days: ["TH"],
    at: ["16:30", "17:15"],
    location: "Dr. Petersen, Osterstrasse 4",
  },
  {
    slug: "leo-roadmap",
    owner: LEO,
    summary: "Roadmap with sales",
    repeats: "once",
    days: ["TU"],
    at: ["13:30", "14:30"],
    guests: [[MIA, "accepted"]],
  },
  {
    slug: "mia-customer-call",
    owner: MIA,
    summary: "Customer call",
    repeats: "once",
    days: ["MO"],
    at: ["10:30", "11:15"],
    guests: [[SAM, "accepted"]],
    conference: true,
  },
  { slug: "mia-yoga", owner: MIA, summary: "Yoga", repeats: "weekly", days: ["MO"], at: ["18:00", "19:00"] },
  {
    slug: "mia-offsite",
    owner: MIA,
    summary: "Offsite in Hamburg",
    repeats: "once",
    days: ["FR"],
    weeksLater: 1,
    showAs: "free",
  },
  {
    slug: "mia-expenses",
    owner: MIA,
    summary: "Expenses",
    repeats: "once",
    days: ["FR"],
    at: ["16:00", "16:30"],
    showAs: "tentative",
  },
]

export const WEEK: readonly SeedEvent[] = [...ada, ...mia]
