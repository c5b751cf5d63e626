import type { CalendarEvent, EventPatch } from "./event"
import { CARE_FIELDS, type CareField, careDiff, patched, whatMovedUnseen } from "./event-diff"

/** What a moved version means for an intended change: the rule of design.md step 5, pure and total. */
export type Loss =
  /** Nothing a person cares about moved: the fresh version may be adopted, and it is disclosed. */
  | { readonly kind: "irrelevant"; readonly moved: "rsvp" | "other" }
  /** The event already stands as intended. */
  | { readonly kind: "asIntended" }
  /** They changed other fields than we want to: both can stand, if the person says so. */
  | { readonly kind: "disjoint"; readonly changed: readonly CareField[]; readonly intended: readonly CareField[] }
  | { readonly kind: "collision"; readonly changed: readonly CareField[]; readonly intended: readonly CareField[] }
  | { readonly kind: "gone" }

/**
 * Compares three states of one event: `base` (what the plan was made on), `theirs` (what stands now), and base with `patch` (what was
 * intended). A cancelled `theirs` is gone. The start and the end count as one field when either side moves the event: two times never merge.
 */
export function judgeLoss(base: CalendarEvent, theirs: CalendarEvent, patch: EventPatch): Loss {
  if (theirs.status === "cancelled" && base.status !== "cancelled") return { kind: "gone" }
  const changed = careDiff(base, theirs)
  if (changed.length === 0) return { kind: "irrelevant", moved: whatMovedUnseen(base, theirs) }
  const written = careDiff(theirs, patched(theirs, patch))
  if (written.length === 0) return { kind: "asIntended" }
  // a field that is to be set to what it was at the start is no change of ours, but writing it would undo theirs
  const ours = [...careDiff(base, patched(base, patch)), ...written]
  const intended = CARE_FIELDS.filter((field) => ours.includes(field))
  const kind = overlaps(changed, intended) ? "collision" : "disjoint"
  return { kind, changed, intended }
}

/** Fields that mean one thing to a person: a series' rule, its start and its end all say "when". */
const TIME: readonly CareField[] = ["start", "end", "recurrence"]

function overlaps(a: readonly CareField[], b: readonly CareField[]): boolean {
  const timed = (fields: readonly CareField[]) => fields.some((field) => TIME.includes(field))
  return (timed(a) && timed(b)) || a.some((field) => b.includes(field))
}
