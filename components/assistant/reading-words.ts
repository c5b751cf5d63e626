import type { Reading } from "@/lib/domain/plan"

/** How the words were read where they could have been read otherwise, for the proposal's card. */
export const READING_WORDS: Readonly<Record<Reading, string>> = {
  "next-occurrence": "Only the next one",
  "first-free": "First free time",
  "guests-always-told": "Outlook tells the guests",
  "guests-told-by-server": "The server tells the guests, or not",
  "kept-duration": "Same length as before",
  "kept-time": "Same time of day",
  "same-day": "Same day",
  "outside-working-hours": "Outside your working hours",
  "slot-taken": "Something else is there",
  "default-length": "One hour long",
  "wanted-length": "Your default length",
  "nobody-invited": "Nobody invited",
  "guests-not-asked": "Only your calendars looked at",
  "some-stay": "Some stay as they are",
  "not-all-read": "One account not read",
  "new-meeting-link": "New meeting link",
  "replies-lost": "Guests are asked again",
  "attachments-left": "Files stay with the earlier ones",
  "own-dates-lost": "Dates changed one by one lose that",
  "no-undo": "Cannot be undone",
  "kept-free-monday": "You keep Mondays free",
  "kept-free-tuesday": "You keep Tuesdays free",
  "kept-free-wednesday": "You keep Wednesdays free",
  "kept-free-thursday": "You keep Thursdays free",
  "kept-free-friday": "You keep Fridays free",
  "kept-free-saturday": "You keep Saturdays free",
  "kept-free-sunday": "You keep Sundays free",
  "earlier-than-wanted": "Earlier than you want",
  "later-than-wanted": "Later than you want",
}

/** Readings that a person may regret not having noticed. */
export const RISKY_READINGS: readonly Reading[] = [
  ...(["outside-working-hours", "slot-taken", "not-all-read", "nobody-invited", "some-stay"] as const),
  ...(["new-meeting-link", "replies-lost", "attachments-left", "own-dates-lost", "no-undo"] as const),
  ...(["earlier-than-wanted", "later-than-wanted", "kept-free-monday", "kept-free-tuesday"] as const),
  ...(["kept-free-wednesday", "kept-free-thursday", "kept-free-friday", "kept-free-saturday"] as const),
  "kept-free-sunday",
]
