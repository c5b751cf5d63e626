import type { Outcome } from "../../domain/outcome"
import type { Applied } from "../../server/apply-proposal"
import type { Resolved } from "../../server/resolve-conflict"
import type { Reply } from "./judge"

export const replyTo = (applied: Applied): Reply =>
  applied.kind === "carriedOut" ? { kind: "outcome", outcome: applied.last } : { kind: "nothing", why: applied.kind }

export const replyToAnswer = (resolved: Resolved): Reply =>
  resolved.kind === "carriedOut" ? { kind: "outcome", outcome: resolved.last } : { kind: "nothing", why: resolved.kind }

/** What the tally calls it. */
export function nameOf(outcome: Outcome | null, attempts: number): string {
  if (!outcome) return "refused"
  if (outcome.kind === "conflict") {
    const { relation, by } = outcome.conflict
    return `conflict ${relation} ${by}${attempts > 0 ? " at the provider" : ""}`
  }
  const notes = outcome.kind === "applied" ? outcome.notes.map((note) => ` ${note.kind}`).join("") : ""
  return `${outcome.kind}${notes}`
}
