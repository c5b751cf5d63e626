import type { Change } from "./change"
import type { CalendarEvent } from "./event"
import { formatSpan } from "./format-when"
import type { ForbiddenReason, NotAppliedReason, Note, Outcome } from "./outcome"
import { conflictTitle } from "./wording-conflict"
import { ANSWERS, changedButNotMoved, named, placed } from "./wording-names"

/*
 * What became of a yes: of each operation, and of a yes that was not accepted.
 */

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

const NOT_APPLIED: Record<NotAppliedReason, string> = {
  "provider-unreachable": "The calendar could not be reached, so nothing was changed.",
  "no-connection": "There was no connection to the calendar, so nothing was sent.",
  "given-up": "I stopped before anything was sent, so nothing was changed.",
  "mailbox-locked": "The mailbox is locked just now, so nothing was changed. Try again in a few minutes.",
  "sent-elsewhere": "The calendar's server named another address, which I do not follow. Nothing was changed.",
  "refused-and-unreadable": "It had changed, and the calendar could not be read again. Nothing was changed.",
  "slot-unreadable": "I could not check whether the time is still free, so nothing was changed.",
  "create-refused": "The calendar refused it. Nothing was created.",
  "moved-while-splitting":
    "The calendar touched the series while I was at it, so I took back what I had begun. Try again.",
  "kept-moving": "The event kept changing while I tried. Nothing was changed.",
  "too-late-to-send": "It took too long to get ready, so nothing was sent.",
  "no-trace": "The calendar's answer was lost and there is no trace of the change. It was most likely not made.",
  other: "Nothing was changed.",
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
      return NOT_APPLIED[outcome.reason]
    default:
      return outcome satisfies never
  }
}

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
