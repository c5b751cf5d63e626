import type { Answer, ChangeKind } from "./change"
import type { CalendarEvent, Span } from "./event"
import { careDiff } from "./event-diff"
import { formatSpan, spokenSpan } from "./format-when"
import type { Reading } from "./plan"
import type { GuestsThen } from "./slot"
import { ANSWERS, changedButNotMoved, fieldName, named, placed } from "./wording-names"

/*
 * What a proposal says: what it would do, who would be told, and how the words were read. Pure, as every file of words is.
 */

export interface SaidOperation {
  readonly before: CalendarEvent
  readonly after: CalendarEvent
  readonly guestsTold: number
  readonly slotTaken: boolean
  /** How guests stand to the new time. Absent: nobody was asked about. */
  readonly guestsThen?: GuestsThen
  /** Absent: an update. */
  readonly change?: ChangeKind
  /** The answer to an invitation, and the time that would be rather had. */
  readonly rsvp?: Answer | null
  readonly proposed?: Span | null
}

const READINGS: Record<Reading, string | null> = {
  "next-occurrence": null,
  "first-free": "That is the first free time there.",
  "kept-duration": null,
  "kept-time": null,
  "same-day": null,
  "outside-working-hours": "That is outside your working hours.",
  "slot-taken": null,
  "guests-always-told": "Outlook tells them by itself; that cannot be turned off.",
  "guests-told-by-server": "Whether they are told is up to your calendar's server; I cannot choose that.",
  "default-length": "You did not say how long, so I took an hour.",
  "wanted-length": "You did not say how long, so I took your default length.",
  "nobody-invited": "I know nobody of that name from your calendars, so nobody is invited.",
  "guests-not-asked": "I looked at your own calendars only, not at theirs.",
  "some-stay": "What others organize there stays as it is.",
  "not-all-read": "One of your accounts could not be read just now; nothing there was looked at.",
  "new-meeting-link": "Outlook gives the later ones a new meeting link.",
  "replies-lost": "Outlook asks the guests of the later ones again.",
  "attachments-left": "Files attached to it stay with the earlier ones.",
  "own-dates-lost": "Dates of it that were changed one by one lose that, and undoing does not bring it back.",
  "no-undo": "Later ones that were changed one by one go along as they are, so this cannot be undone.",
  "kept-free-monday": "You keep Mondays free.",
  "kept-free-tuesday": "You keep Tuesdays free.",
  "kept-free-wednesday": "You keep Wednesdays free.",
  "kept-free-thursday": "You keep Thursdays free.",
  "kept-free-friday": "You keep Fridays free.",
  "kept-free-saturday": "You keep Saturdays free.",
  "kept-free-sunday": "You keep Sundays free.",
  "earlier-than-wanted": "That is earlier than you want anything.",
  "later-than-wanted": "That is later than you want anything.",
}

/** "Only this one: Thursday 26 Nov, 15:00-15:30. 3 guests will be told." */
export function sayProposal(
  operations: readonly SaidOperation[],
  readings: readonly Reading[],
  timeZone: string,
): string {
  const moves = operations.map((operation) => {
    const { before, after, change = "update" } = operation
    if (change === "split") return sayFollowing(before, after, timeZone)
    if (change !== "update") return sayAct(change, operation, timeZone)
    const fields = changedButNotMoved(before, after)
    if (fields) return `${named(before)} gets a new ${fields}.`
    const which = scopeWords(before)
    return `${operations.length > 1 || which === "" ? `${named(before)} ` : ""}${which}${which ? ": " : "to "}${placed(after, timeZone)}.`
  })
  const guests = operations.reduce((sum, op) => sum + op.guestsTold, 0)
  const extras = readings.map((reading) => READINGS[reading]).filter((text): text is string => text !== null)
  if (operations.some((op) => op.slotTaken)) extras.push("Something else is already there.")
  return [...moves, sayGuests(guests), ...operations.flatMap(sayGuestsThen), ...extras]
    .filter(Boolean)
    .join(" ")
    .replace(/^./, (c) => c.toUpperCase())
}

/** "This one and all later ones: Thursdays, 15:00-15:30, from Thursday 26 Nov on." @param before the first of them, as it was */
function sayFollowing(before: CalendarEvent, after: CalendarEvent, timeZone: string): string {
  const fields = careDiff(before, after).filter((field) => field !== "recurrence")
  if (fields.includes("start") || fields.includes("end"))
    return `this one and all later ones: ${placed(after, timeZone)}, from ${spokenSpan(after, timeZone).day} on.`
  const from = spokenSpan(before, timeZone).day
  return `${named(before)} gets a new ${fields.map(fieldName).join(" and ")} from ${from} on.`
}

/** `Cancel "Standup", every one of the series: 09:15-09:30.` */
function sayAct(
  change: Exclude<ChangeKind, "update" | "split">,
  { before, after, rsvp, proposed }: SaidOperation,
  timeZone: string,
): string {
  switch (change) {
    case "trim":
      return `End the series of ${named(before)}.`
    case "fence":
      return `Touch ${named(before)}.`
    case "move":
      return `Put on another calendar: ${named(before)}.`
    case "create":
      return `Create ${named(after)}, ${placed(after, timeZone)}${invited(after)}.`
    case "delete": {
      const which = scopeWords(before)
      return `Cancel ${named(before)}, ${which && `${which}: `}${placed(before, timeZone)}.`
    }
    case "respond": {
      const instead = proposed ? `, and propose ${formatSpan(proposed, timeZone)} instead` : ""
      return `Answer ${rsvp ? `${ANSWERS[rsvp]} to ` : ""}${named(before)}, ${placed(before, timeZone)}${instead}.`
    }
    default:
      return change satisfies never
  }
}

/** Whom a new event would invite: by address, because a name can be anybody's. */
function invited({ attendees }: CalendarEvent): string {
  const emails = attendees.filter(({ self }) => !self).map(({ email }) => email)
  return emails.length === 0 ? "" : `, and invite ${emails.join(", ")}`
}

const scopeWords = (event: CalendarEvent): string =>
  event.shape === "series" ? "every one of the series" : event.seriesId ? "only this one" : ""

const sayGuests = (count: number): string =>
  count === 0 ? "Nobody else will be told." : count === 1 ? "1 guest will be told." : `${count} guests will be told.`

const NAMED_GUESTS = 3
const LIST = new Intl.ListFormat("en-GB")

/** "Mia is busy then. Whether Kim is free then is not known." */
function sayGuestsThen({ before, guestsThen }: SaidOperation): string[] {
  const nameOf = (email: string) => before.attendees.find((guest) => guest.email === email)?.name || email
  const list = (emails: readonly string[]) =>
    emails.length > NAMED_GUESTS ? `${emails.length} guests` : LIST.format(emails.map(nameOf))
  const { busy = [], unknown = [] } = guestsThen ?? {}
  const verb = (emails: readonly string[]) => (emails.length === 1 ? "is" : "are")
  return [
    ...(busy.length > 0 ? [`${list(busy)} ${verb(busy)} busy then.`] : []),
    ...(unknown.length > 0 ? [`Whether ${list(unknown)} ${verb(unknown)} free then is not known.`] : []),
  ]
}
