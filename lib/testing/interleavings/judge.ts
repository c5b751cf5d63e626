import type { Outcome } from "../../domain/outcome"
import { differing, type Field, type Looks, looksOfEvent } from "./looks"

/** What a person agreed to: to change `patch`, with the event as `shown` before them. */
export interface Consent {
  readonly shown: Looks
  readonly patch: Partial<Looks>
}

/** One request of the app that wanted to write the event. `landedOn`: what stood there in that moment, when it was carried out. */
export interface Attempt {
  readonly executed: boolean
  readonly refused: boolean
  readonly landedOn: Looks | null
}

export type Reply =
  | { readonly kind: "outcome"; readonly outcome: Outcome }
  /** Kept, offered, superseded and the like: by its own words nothing was written. */
  | { readonly kind: "nothing"; readonly why: string }

/** One press of a button, as seen from outside: what was agreed to, what the provider saw, what the person was told. */
export interface Press {
  readonly consent: Consent
  readonly attempts: readonly Attempt[]
  /** The event when all was over; null when it is deleted. */
  readonly stands: Looks | null
  readonly replies: readonly Reply[]
  /** The yes was good: unused, not replaced by a newer plan. */
  readonly good: boolean
  /** People who changed the event after `shown`, in order. */
  readonly changedBy: readonly ("person" | "guest")[]
  readonly shared: boolean
  /** The provider refused without a reason, or the version moved, or an answer was lost. */
  readonly disturbed: boolean
}

/**
 * What is wrong with one press, in sentences; none: all is well. Knows the rules of the product from its description alone: it sees neither
 * versions nor digests, only what the event looked like to people.
 */
export function judge(press: Press): string[] {
  return [...judgeWrites(press), ...press.replies.flatMap((reply) => judgeReply(press, reply)), ...judgeReplies(press)]
}

/** A write may only land on what the person had before them when they said yes to it. */
function judgeWrites({ consent, attempts, good }: Press): string[] {
  const executed = attempts.filter((attempt) => attempt.executed)
  return [
    ...executed.flatMap(({ landedOn }) => {
      if (!landedOn) return ["wrote to an event that was deleted"]
      const unseen = differing(landedOn, consent.shown)
      return unseen.length > 0 ? [`wrote over a change that the person had not been shown: ${unseen.join(", ")}`] : []
    }),
    ...(executed.length > 1 ? ["wrote twice for one yes"] : []),
    ...(executed.length > 0 && !good ? ["wrote on a yes that was used or replaced"] : []),
    ...(attempts.length > 2 ? [`sent ${attempts.length} requests for one yes`] : []),
    ...(attempts.slice(0, -1).some((attempt) => !attempt.refused) ? ["sent again what was not refused"] : []),
  ]
}

function judgeReplies({ attempts, replies, good, stands }: Press): string[] {
  const applied = replies.filter((reply) => reply.kind === "outcome" && reply.outcome.kind === "applied").length
  const executed = attempts.filter((attempt) => attempt.executed).length
  const carried = replies.filter((reply) => reply.kind === "outcome").length
  return [
    ...(applied > executed ? ["said that it was done, and it was not"] : []),
    // looked for after a lost answer and deleted by then: that is what can be said
    ...(applied < executed && stands !== null ? ["wrote without saying so"] : []),
    ...(good && carried === 0 ? [`refused a good yes: ${JSON.stringify(replies)}`] : []),
    ...(carried > 1 ? ["took one yes twice"] : []),
  ]
}

function judgeReply({ consent, attempts, stands, changedBy, shared, disturbed }: Press, reply: Reply): string[] {
  if (reply.kind === "nothing") return []
  const { outcome } = reply
  const asShown = stands !== null && differing(stands, consent.shown).length === 0
  const done = stands !== null && differing(stands, { ...stands, ...consent.patch }).length === 0
  const executed = attempts.some((attempt) => attempt.executed)
  if (stands === null) return outcome.kind === "gone" ? [] : [`said ${outcome.kind} of a deleted event`]
  switch (outcome.kind) {
    case "applied":
      return [
        ...(outcome.event && differing(looksOfEvent(outcome.event.value), stands).length > 0
          ? ["said that something else was done than stands"]
          : []),
        ...(attempts.length > 1 && !outcome.notes.some((note) => note.kind === "version-adopted")
          ? ["sent a successor without saying so"]
          : []),
      ]
    case "unchanged":
      return done ? [] : ["said that it already stood as intended, and it did not"]
    case "conflict": {
      const { conflict } = outcome
      const changed = differing(stands, consent.shown)
      const intended = Object.keys(consent.patch) as Field[]
      const relation = changed.some((field) => intended.includes(field)) ? "collision" : "disjoint"
      return [
        ...(changed.length === 0 ? ["said that it was changed, and it was not"] : []),
        ...(done ? ["asked about what already stands"] : []),
        ...(conflict.relation === relation ? [] : [`took a ${relation} for a ${conflict.relation}`]),
        ...(differing(looksOfEvent(conflict.theirs.value), stands).length > 0
          ? ["showed something else than stands"]
          : []),
        ...(differing(looksOfEvent(conflict.base.value), consent.shown).length > 0
          ? ["showed another state as the one it was planned on"]
          : []),
        ...(differing(looksOfEvent(conflict.mine), { ...consent.shown, ...consent.patch }).length > 0
          ? ["showed another intention than the one agreed to"]
          : []),
        ...(conflict.by === "you" && changedBy.some((who) => who !== "person")
          ? ['said "you changed this" of somebody else\'s change']
          : []),
        ...(conflict.by === "you" && !changedBy.includes("person")
          ? ['said "you changed this", and they did not']
          : []),
        ...(conflict.by !== "you" && !shared ? ["did not know the person where nobody else can edit"] : []),
        ...(executed ? ["wrote, and asked whether to"] : []),
      ]
    }
    case "gone":
      return ["said that it is gone, and it is not"]
    case "notApplied":
      return disturbed && asShown ? [] : [`gave up without a reason: ${outcome.reason}`]
    case "unknown":
      return attempts.some((attempt) => !attempt.executed && !attempt.refused)
        ? []
        : ["did not know what it had been told"]
    default:
      return [`answered ${outcome.kind} although nothing called for it`]
  }
}
