import type { ChangeKind } from "./change"
import { formatSpan, spanOf } from "./format-when"
import type { Conflict } from "./outcome"
import type { StaleReason } from "./staleness"
import { changedButNotMoved, fieldName, named, placed } from "./wording-names"

/*
 * What is said where something changed after it was proposed: on the card before the yes, and in the question after a lost race.
 */

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
