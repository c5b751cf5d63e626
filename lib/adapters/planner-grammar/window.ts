import type { Clock, DayPart, DayRef } from "./when"

/** A stretch of time as words name it: where something is to be found, put or kept free. All that is named must hold. */
export interface Window {
  readonly day: DayRef | { readonly kind: "this-week" } | null
  /** "before Wednesday noon", "by Thursday": the day itself counts only for "by", or up to the clock. */
  readonly until: { readonly day: DayRef; readonly clock: Clock | null; readonly inclusive: boolean } | null
  readonly part: DayPart | null
  readonly after: Clock | null
  readonly before: Clock | null
  /** "between 1 and 3pm", "from 9 to noon". */
  readonly range: { readonly from: Clock; readonly to: Clock } | null
  /** "at 4pm", of a question. */
  readonly at: Clock | null
  /** "the rest of the day". */
  readonly rest: boolean
  /** "any free slot", "the first free time", "sometime". */
  readonly free: boolean
  readonly lengthMs: number | null
}

export const ANY_TIME: Window = {
  day: null,
  until: null,
  part: null,
  after: null,
  before: null,
  range: null,
  at: null,
  rest: false,
  free: false,
  lengthMs: null,
}

/** Does it say more than a day? */
export const isBounded = ({ after, before, range, rest, free, until }: Window): boolean =>
  after !== null || before !== null || range !== null || rest || free || until !== null
