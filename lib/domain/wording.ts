import type { Answer, Change, ChangeKind } from "./change"
import type { CalendarEvent, Span } from "./event"
import { type CareField, careDiff } from "./event-diff"
import { formatSpan, spokenSpan } from "./format-when"
import type { ModelFailure } from "./model-use"
import type { Conflict, ForbiddenReason, Note, Outcome } from "./outcome"
import type { QuestionAbout, Reading, RefusalReason } from "./plan"
import type { GuestsThen } from "./slot"
import type { StaleReason } from "./staleness"

/*
 * Every sentence the assistant says, in one place, pure. Texts of events are quoted, never interpreted.
 */

/** What the assistant understands; shown when it did not. */
export const EXAMPLES = [
  "Move my weekly sync to Thursday 3pm",
  "Push the design review by 30 minutes",
  "Move lunch to tomorrow morning",
  "Make the budget review 45 minutes",
  "Swap the dentist and lunch",
  "Push everything after 3 by half an hour",
  "Book a call with Ana on Friday at 2pm",
  "When am I free tomorrow?",
] as const

export const named = (event: CalendarEvent): string => `"${event.summary || "(no title)"}"`

/** When an event is. A series is told by its weekday, where it has one, and its time: its own date is only the day it began. */
function placed(event: CalendarEvent, timeZone: string): string {
  if (event.shape !== "series" || event.start.kind === "allDay") return formatSpan(event, timeZone)
  const { day, time } = spokenSpan(event, timeZone)
  const [weekday] = day.split(" ")
  return event.recurrence.some(isOnOneWeekday) ? `${weekday}s, ${time}` : time
}

const isOnOneWeekday = (rule: string): boolean => /^RRULE:(.*;)?FREQ=WEEKLY/.test(rule) && !/BYDAY=[^;]*,/.test(rule)

/** "title and place" where two states differ in anything but when; null where it is a move, or no change at all. */
function changedButNotMoved(before: CalendarEvent, after: CalendarEvent): string | null {
  const changed = careDiff(before, after)
  const moved = changed.includes("start") || changed.includes("end")
  return moved || changed.length === 0 ? null : changed.map(fieldName).join(" and ")
}

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

/** The title of the dialog. "You" only when nobody else can have done it. */
export function conflictTitle({
  relation,
  by,
  mayHaveApplied,
  doing = "update",
}: Pick<Conflict, "relation" | "by" | "mayHaveApplied" | "doing">): string {
  if (relation === "slot") return `That time was just taken. ${STILL[doing]}`
  if (mayHaveApplied && doing === "update") return "This may have been moved and then changed. Still move it?"
  const who = by === "you" ? "You just changed this." : "This was just changed."
  return relation === "disjoint" && doing === "update" ? `${who} Apply both?` : `${who} ${STILL[doing]}`
}

const STILL: Record<ChangeKind, string> = {
  update: "Still move it?",
  delete: "Still delete it?",
  create: "Still create it?",
  move: "Still put it on the other calendar?",
  respond: "Still send your answer?",
  split: "Still change this one and all later ones?",
  trim: "Still change this one and all later ones?",
  fence: "Still change it?",
}

/** What was to be done with an event, after "to". */
const INTENDED: Record<Exclude<ChangeKind, "update">, string> = {
  delete: "delete",
  create: "create",
  move: "put on another calendar",
  respond: "send your answer to",
  split: "change the later ones of",
  trim: "change the later ones of",
  fence: "touch",
}

/** Who was about to write: what a person drags or undoes is their own doing. */
const MEANT = {
  assistant: "I was about to",
  person: "You were about to",
  undo: "Undo was about to",
  agent: "The booking has ended, and I was about to",
  "outside-agent": "An agent of yours was about to",
} as const

/** One paragraph under the title: what was meant, what happened, what is asked. */
export function conflictText(conflict: Conflict, timeZone: string, writer: keyof typeof MEANT = "assistant"): string {
  const { base, theirs, mine, relation, by, inTheWay, mayHaveApplied, doing = "update" } = conflict
  const was = placed(base.value, timeZone)
  const is = placed(theirs.value, timeZone)
  const fields = changedButNotMoved(base.value, mine)
  const intent =
    doing !== "update"
      ? `${INTENDED[doing]} ${named(base.value)}`
      : fields
        ? `change the ${fields} of ${named(base.value)}`
        : `move ${named(base.value)} from ${was} to ${placed(mine, timeZone)}`
  if (mayHaveApplied) {
    return `I asked the calendar to ${intent}, and its answer was lost. It is at ${is} now, and I cannot tell whether my change was made before that.`
  }
  const meant = `${MEANT[writer]} ${intent}`
  if (relation === "slot" && inTheWay) {
    const taken = formatSpan(spanOf(inTheWay, timeZone), timeZone)
    return `${meant}. It was free when I looked; something was put at ${taken} since. Nothing has been changed.`
  }
  const who = by === "you" ? "you" : "someone"
  const did =
    is === was
      ? `${who} just changed its ${conflict.changed.map(fieldName).join(" and ")}`
      : `${who} just changed it to ${is}`
  return `${meant}, but ${did}. Nothing has been changed by me.`
}

const spanOf = (taken: { start: string; end: string }, timeZone: string) => ({
  start: { kind: "timed" as const, at: taken.start, timeZone },
  end: { kind: "timed" as const, at: taken.end, timeZone },
})

const FIELD_NAMES: Record<CareField, string> = {
  summary: "title",
  start: "start",
  end: "end",
  recurrence: "repetition",
  location: "place",
  attendees: "guests",
  status: "status",
  conference: "meeting link",
}
export const fieldName = (field: CareField): string => FIELD_NAMES[field]

const FORBIDDEN: Record<ForbiddenReason, string> = {
  "not-organizer": "Only its organizer can move it. You could propose a new time to them.",
  "read-only-calendar": "That calendar is read-only for you.",
  "event-type": "This kind of event cannot be moved.",
  "crosses-neighbour": "An occurrence cannot be moved past its neighbour in the series.",
  "not-yours": "That is not yours to apply.",
  "plan-changed": "The plan has changed since it was shown. Look at it again.",
  "already-answered": "That was answered already.",
  "provider-refused": "The calendar refused the change.",
  "not-supported": "That calendar has no way to do this without losing something.",
  "not-invited": "Only a guest can answer an invitation.",
  "answer-not-told": "This calendar's server passes no answers on, so the organizer would not hear of it.",
  "series-exceptions": "Some of the later ones were changed or taken out one by one, and that would be lost.",
  "belong-together": "Some of these steps need each other, so they are done together or not at all.",
  "guests-always-told":
    "This calendar's server tells the guests by itself; that cannot be turned off. Nothing was changed.",
}

const NOT_APPLIED: Record<string, string> = {
  "provider-unreachable": "The calendar could not be reached, so nothing was changed.",
  "refused-and-unreadable": "It had changed, and the calendar could not be read again. Nothing was changed.",
  "slot-unreadable": "I could not check whether the time is still free, so nothing was changed.",
  "create-refused": "The calendar refused it. Nothing was created.",
  "moved-while-splitting":
    "The calendar touched the series while I was at it, so I took back what I had begun. Try again.",
  "kept-moving": "The event kept changing while I tried. Nothing was changed.",
  "too-late-to-send": "It took too long to get ready, so nothing was sent.",
  "no-trace": "The calendar's answer was lost and there is no trace of the change. It was most likely not made.",
}

/** What became of one operation. `event`: as it was when the operation was planned. */
export function sayOutcome(outcome: Outcome, event: CalendarEvent, timeZone: string, change?: Change): string {
  switch (outcome.kind) {
    case "applied": {
      if (change && change.kind !== "update")
        return [sayDone(change, event, outcome, timeZone), ...outcome.notes.map(sayNote)].join(" ")
      const now = outcome.event?.value ?? event
      const fields = changedButNotMoved(event, now)
      const did = fields
        ? `Changed the ${fields} of ${named(now)}.`
        : `Moved ${named(now)} to ${placed(now, timeZone)}.`
      return [did, ...outcome.notes.map(sayNote)].join(" ")
    }
    case "unchanged": {
      const now = outcome.event.value
      const as = changedButNotMoved(event, now) ? "as intended" : `at ${placed(now, timeZone)}`
      return [`${named(now)} is already ${as}; nothing was changed.`, ...outcome.notes.map(sayNote)].join(" ")
    }
    case "conflict":
      return `${conflictTitle(outcome.conflict)} Waiting for your answer.`
    case "gone":
      if (change && change.kind !== "update") return `${named(event)} is no longer on this calendar; nothing was done.`
      return outcome.how === "deleted"
        ? `${named(event)} was deleted, so nothing was moved.`
        : `${named(event)} is no longer on this calendar, so nothing was moved.`
    case "forbidden":
      return `${FORBIDDEN[outcome.reason]} Nothing was changed.`
    case "busy":
      return outcome.what === "event" ? sayRefused(outcome) : "That time is taken."
    case "outranked":
      return "Someone with a higher rank took that time."
    case "superseded":
    case "expired":
      return sayRefused(outcome)
    case "throttled":
      return `The calendar asks to wait ${Math.max(1, Math.ceil(outcome.retryAfterMs / 1000))} s. Nothing was changed.`
    case "reconnect":
      return "The connection to this calendar has ended. Reconnect it, then try again; nothing was changed."
    case "unknown":
      return outcome.cause === "account-disconnected"
        ? "The account was disconnected before the calendar answered, so I cannot tell whether the change was made."
        : "The calendar did not answer. I am looking whether the change was made and will tell you; I will not send it again."
    case "notApplied":
      return NOT_APPLIED[outcome.reason] ?? "Nothing was changed."
    default:
      return outcome satisfies never
  }
}

const ANSWERS: Record<Answer, string> = { accepted: "yes", tentative: "maybe", declined: "no" }

function sayDone(
  change: Exclude<Change, { kind: "update" }>,
  event: CalendarEvent,
  { notes, event: made }: Extract<Outcome, { kind: "applied" }>,
  timeZone: string,
): string {
  const after = made?.value
  switch (change.kind) {
    case "delete":
      return notes.some((note) => note.kind === "attribution-unknown")
        ? `${named(event)} is deleted.`
        : `Deleted ${named(event)}.`
    case "create":
      return `Created ${named(event)}, ${placed(event, timeZone)}.`
    case "move":
      return `Put ${named(event)} on the other calendar.`
    case "respond":
      return `Answered ${ANSWERS[change.rsvp]} to ${named(event)}.${change.proposed ? ` Proposed ${formatSpan(change.proposed, timeZone)} instead.` : ""}`
    case "split":
      return `Changed ${named(after ?? event)} and all later ones: ${placed(after ?? event, timeZone)}.`
    case "trim":
      return "The earlier ones stay as they were."
    case "fence":
      return "Made sure that the change whose answer was lost cannot arrive any more."
    default:
      return change satisfies never
  }
}

/** Of a split whose second half did not come about: until, and after, the first one is taken back. */
export const TWICE = "The later ones are there twice just now; I am taking back what I made."
export const TAKEN_BACK = "What had been made for the later ones was taken back; all of them stand as they did."

/** A yes that was not accepted. Nothing was tried. */
export function sayRefused(
  refused: Extract<Outcome, { kind: "busy" | "forbidden" | "superseded" | "expired" }>,
): string {
  switch (refused.kind) {
    case "busy":
      return "Another change to this event is under way. Try again in a moment."
    case "forbidden":
      return FORBIDDEN[refused.reason]
    case "superseded":
      return "That was used or replaced already. Nothing was changed."
    case "expired":
      return `That ${refused.what} has expired. Ask again for a fresh one; nothing was changed.`
  }
}

function sayNote(note: Note): string {
  switch (note.kind) {
    case "version-adopted":
      return note.moved === "rsvp"
        ? "Meanwhile only a guest's reply had changed."
        : "Meanwhile the calendar had touched it, but nothing you would notice."
    case "found-by-reading":
      return "The calendar's answer was lost; I found it by looking."
    case "changed-since":
      return "It was changed again since."
    case "slot-taken-meanwhile":
      return "Something else was put there in the same moment."
    case "attribution-unknown":
      return "I cannot tell who did it."
    default:
      return note satisfies never
  }
}

/** On the card of a proposal that no longer stands on what is there, before anybody presses Apply. "You" only when nobody else can have done it. @param proposed by whom: "I proposed it", unless an agent outside did */
export function sayStale(reason: StaleReason | null, proposed = "I proposed it"): string {
  const ask = "Apply asks you first; nothing is written over."
  switch (reason?.why) {
    case "gone":
      return "This is no longer on the calendar."
    case "slot":
      return `Something was put at that time since ${proposed}. ${ask}`
    default:
      return reason?.by === "you"
        ? `You changed this since ${proposed}. ${ask}`
        : `This was changed on the calendar since ${proposed}. ${ask}`
  }
}

/** Why a proposal could not be made of what was understood. */
export type NoProposal =
  | "series-day"
  | "series-exceptions"
  | "no-split"
  | "split-among-others"
  | "event-gone"
  | "no-writable-calendar"
  | "no-proposing"
  | "nothing-to-undo"

const REFUSALS: Record<RefusalReason | "no-calendar" | "unreadable" | NoProposal, string> = {
  empty: "Tell me which meeting to move, and where to.",
  "nothing-kept": "I keep nothing like that in mind.",
  "nothing-there": "There is nothing of yours there.",
  "not-invited": "That is not an invitation to you, so there is nothing to answer.",
  "already-answered": "You have answered that already, and so.",
  "too-far": "That is further ahead than I look, which is six weeks, so I cannot say what is there.",
  "too-many": "That would touch more than a hundred events at once. Name a shorter stretch of time.",
  "no-writable-calendar": "None of your calendars can be written to, so I can create nothing.",
  "no-proposing": "That calendar has no way to propose another time. You can answer maybe, and write to the organizer.",
  "nothing-to-undo": "I have done nothing there that can be taken back.",
  "too-long": "That is more than I can read at once. One or two sentences are enough.",
  "not-understood":
    "I did not understand that wholly, so I did none of it. I can move, resize, swap, cancel, create and answer meetings, clear a stretch of time, find free times, and undo. I read English only.",
  "no-such-event": "I cannot find that meeting in your calendars.",
  "no-such-date": "There is no such date.",
  "no-such-time": "There is no such time.",
  "in-the-past": "That time has already passed.",
  "no-free-slot": "There is no free time for it there.",
  "not-movable":
    "That meeting is not yours to change: only its organizer can. You can answer it, or propose another time.",
  "all-day": "That is an all-day event. Tell me a day, or how long it should be.",
  "missing-time": "Where to? Name a day or a time.",
  "already-there": "It is already there.",
  "no-calendar": "No calendar is connected yet. Connect one first.",
  unreadable: "Your calendars cannot be read just now. Try again in a moment; if it stays so, look at Connections.",
  "series-day":
    "I can move a whole series to another time, and a plain weekly one to another weekday, but not this one. Move this one only, or change the series in your calendar.",
  "series-exceptions":
    "Some of the later ones were changed or taken out one by one, and a new series would lose that. Move them one by one, or all of the series.",
  "no-split":
    "That calendar has no way to change only the later ones of a series. Move this one only, or all of the series.",
  "split-among-others":
    "This one and all later ones of a series I change as the last of several things, and of one series at a time. Say it in a sentence of its own.",
  "event-gone": "That meeting is no longer there.",
}
export const sayRefusal = (reason: keyof typeof REFUSALS): string => REFUSALS[reason]

const WITHOUT_MODEL: Record<ModelFailure, string> = {
  unreachable: "The language model could not be reached",
  slow: "The language model took too long",
  rejected: "The language model's provider refused to be asked",
  overloaded: "The language model is overloaded or broken just now",
  malformed: "The language model gave an answer that I cannot read",
  endless: "The language model came to no answer",
  declined: "The language model would not answer",
  nonsense: "The language model answered what cannot be",
  "too-many-events": "Your calendars hold more than I tell a language model",
  "not-public": "The language model's address is none on the public internet",
  "key-lost": "The language model's key cannot be read any more",
}
/** Said with an answer that the grammar gave in place of a model. */
export const sayWithoutModel = (failure: ModelFailure): string =>
  `${WITHOUT_MODEL[failure]}, so I read this by my own grammar.`

/** What an admin can do about it. */
const MEND_MODEL: Partial<Record<ModelFailure, string>> = {
  unreachable: "Look at its address.",
  slow: "A smaller one may do.",
  rejected: "Look at its key, its name and its address.",
  malformed: "It has to be able to call tools.",
  endless: "It has to be able to call tools.",
  declined: "It has to be able to call tools.",
  "not-public": "Nothing was sent there.",
  "key-lost": "Give it again.",
}
/** Said to whoever tries a model. */
export const sayModelFailure = (failure: ModelFailure): string =>
  [`${WITHOUT_MODEL[failure]}.`, MEND_MODEL[failure]].filter(Boolean).join(" ")

const QUESTIONS: Record<QuestionAbout, string> = {
  "which-event": "Which one do you mean?",
  "which-day": "Which day do you mean?",
  "which-time": "Which time do you mean?",
  "which-scope": "Only this one, or every one of the series?",
  "which-person": "Which of them do you mean?",
  "which-slot": "These times are free. Which one?",
  "clear-how": "What should become of what is there?",
  "skipped-time": "The clocks go forward that night, so that time does not exist. Which one instead?",
  "repeated-time": "The clocks go back that night, so that time comes twice. Which one?",
  "new-time": "Here are free times. Which one?",
}
export const sayQuestion = (about: keyof typeof QUESTIONS): string => QUESTIONS[about]

/** What a choice does, where choices differ in that. */
export const CHOICE_ACTS = {
  move: "Move to the next free times",
  cancel: "Take off the calendar",
  create: "Create",
  respond: "Answer",
} as const
