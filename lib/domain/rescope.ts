import type { Span } from "./event"
import { type EventOperation, epochMs, type Plan, type Proposed, placeOf, type Scope } from "./plan"

/** Is a plan the order that stands proposed, but for how much of its series it is about? Then it takes the proposal's place. */
export function isRescoped({ operations }: Plan, proposed: Proposed | undefined): boolean {
  const [op, ...others] = operations
  if (!proposed || !op || op.kind === "create" || others.length > 0) return false
  const { operation } = proposed
  return (
    op.scope !== operation.scope &&
    op.target === operation.target &&
    answerIn(op) === answerIn(operation) &&
    isSamePlace(placeOf(op), placeOf(operation))
  )
}

/** What is done, moving and cancelling aside from what is answered. */
const answerIn = (op: EventOperation): string => (op.kind === "respond" ? op.rsvp : op.kind)

/** Moments count, not the zone they are written in. */
export const isSamePlace = (a: Span | null, b: Span | null): boolean =>
  a === null || b === null
    ? a === b
    : a.start.kind === b.start.kind && epochMs(a.start) === epochMs(b.start) && epochMs(a.end) === epochMs(b.end)

/** The same order about another part of its series; null where it has no such form: an answer goes for one or for all, another time for one. */
export function withScope(op: EventOperation, scope: Scope): EventOperation | null {
  if (op.kind !== "respond") return { ...op, scope }
  return scope === "following" || op.proposed ? null : { ...op, scope }
}
