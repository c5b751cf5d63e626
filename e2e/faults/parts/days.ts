/** Moments to set the clock to, with what is special about them. Berlin changes its clocks at 01:00 UTC on the last Sundays of March and October. */
export const WEEKDAYS = [
  "2026-11-23T07:30:00Z",
  "2026-11-24T07:30:00Z",
  "2026-11-25T07:30:00Z",
  "2026-11-26T07:30:00Z",
  "2026-11-27T07:30:00Z",
  "2026-11-28T07:30:00Z",
  "2026-11-29T07:30:00Z",
] as const

export const CLOCK_CHANGES = [
  "2026-03-29T00:30:00Z",
  "2026-10-25T00:30:00Z",
  "2027-03-28T00:30:00Z",
  "2027-10-31T00:30:00Z",
] as const

/** Just after the sync, after Thursday's time, near midnight, and after the clocks were changed. */
export const EDGES = [
  "2026-11-24T09:05:00Z",
  "2026-11-26T14:05:00Z",
  "2026-11-26T22:55:00Z",
  "2026-12-31T22:55:00Z",
  "2026-10-25T01:30:00Z",
  "2027-03-28T01:30:00Z",
] as const
