import { formatSpan, spanOf, spokenSpan } from "./format-when"
import type { Scope, Telling } from "./plan"
import { CHOICE_SCOPES } from "./wording-answers"
import { MINUTE_MS } from "./zoned-time"

/** What the assistant tells without proposing anything: a sentence, and a line for each thing that was found. */
export interface Told {
  readonly text: string
  readonly lines: readonly string[]
}

const MOST_LINES = 20

/** "You are free then." / "You are free at these times, 6 h 15 min in all." A day a line. */
export function tellFree({ asked, free }: Extract<Telling, { kind: "free" }>, timeZone: string): Told {
  const [first, ...others] = asked
  const when = first && others.length === 0 ? formatSpan(spanOf(first, timeZone), timeZone) : "in that time"
  if (free.length === 0)
    return { text: `You are not free ${first && others.length === 0 ? `on ${when}` : when}.`, lines: [] }
  const [only] = free
  if (first && others.length === 0 && free.length === 1 && only?.start === first.start && only.end === first.end)
    return { text: `You are free all of ${when}.`, lines: [] }
  const days = new Map<string, string[]>()
  for (const stretch of free) {
    const { day, time } = spokenSpan(spanOf(stretch, timeZone), timeZone)
    days.set(day, [...(days.get(day) ?? []), time])
  }
  const total = free.reduce((sum, { start, end }) => sum + Date.parse(end) - Date.parse(start), 0)
  return {
    text: `You are free at these times, ${lengthText(total)} in all.`,
    lines: [...days].map(([day, times]) => `${day}: ${times.join(", ")}`).slice(0, MOST_LINES),
  }
}

function lengthText(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [hours > 0 && `${hours} h`, rest > 0 && `${rest} min`].filter(Boolean).join(" ")
}

/** @param lines one for each thing that was done or met, newest first */
export const tellChanges = (lines: readonly string[]): Told => ({
  text:
    lines.length === 0
      ? "I have changed nothing since then, and met no change by others in what I proposed."
      : "This is what I did since then, and what I met. What others changed elsewhere I do not keep.",
  lines: lines.slice(0, MOST_LINES),
})

/** The scope that was asked for is the one of the proposal that stands open. */
export const tellProposed = (scope: Scope): Told => ({
  text: `${CHOICE_SCOPES[scope]}: that is what I proposed already, and it waits for your yes.`,
  lines: [],
})
