import type { QuestionAbout, RefusalReason, Scope } from "./plan"

/*
 * What a turn is answered with where it is no proposal: a refusal, with examples of what is understood, or a question with its choices.
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
  "no-such-length": "A default length is of whole minutes, from five minutes to eight hours.",
  "nothing-there": "There is nothing of yours there.",
  "not-invited": "That is not an invitation to you, so there is nothing to answer.",
  "already-answered": "You have answered that already, and so.",
  "one-or-all":
    "An invitation to a series can be answered for one of them or for all of them, not for the later ones only; and another time can be proposed for one of them only.",
  "nothing-proposed":
    "That changes how much of a series a proposal is about, and no proposal about one meeting of a series is open just now. Say which meeting you mean, and what to do with it.",
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

/** How much of a series is meant. */
export const CHOICE_SCOPES: Record<Scope, string> = {
  this: "Only this one",
  following: "This one and all later ones",
  series: "Every one of the series",
}
