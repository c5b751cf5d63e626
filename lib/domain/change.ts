import type { CalendarEvent, EventDraft, EventPatch, EventRef, Rsvp, Span, When } from "./event"
import { CARE_FIELDS, type CareField, careDiff, patched, standsAsIntended, whatMovedUnseen } from "./event-diff"
import { judgeLoss as judgeEdit, type Loss } from "./lost-precondition"
import type { SplitSeries, TailPatch } from "./split-series"
import type { Version } from "./version"

/** What a guest can answer. Nobody can go back to having said nothing: not every provider takes that. */
export type Answer = Exclude<Rsvp, "needsAction">

/**
 * What one write may do: the closed union that proposals, approvals, intents, questions, undo and the log carry.
 *
 * @example { kind: "update", patch: { summary: "Sync" } }
 * @example { kind: "respond", rsvp: "tentative", proposed: { start, end } }
 */
export type Change =
  | { readonly kind: "update"; readonly patch: EventPatch }
  | { readonly kind: "delete" }
  /** On the calendar that the operation's key names. There is no event yet: its base is `drafted` at `ABSENT`. */
  | { readonly kind: "create"; readonly draft: EventDraft }
  /** To another calendar of the same account. */
  | { readonly kind: "move"; readonly toCalendarId: string }
  /** The answer of a guest to the organizer. `proposed`: another time they would rather have. */
  | {
      readonly kind: "respond"
      readonly rsvp: Answer
      readonly comment?: string
      readonly proposed?: Span
    }
  /**
   * The first half of "this and following": a new series, which is all that the provider keeps of the old one from its instance at `from` on, with `patch` on it. Its base is the old series. What a
   * client cannot see, and could not type again, is copied by the provider's own resource.
   */
  | { readonly kind: "split"; readonly from: When; readonly patch: TailPatch }
  /** The second half: the old series ends before `from`, on exactly the version that was copied. */
  | { readonly kind: "trim"; readonly from: When; readonly patch: SplitSeries["head"] }
  /** Nothing but a new version: a request that is still on its way under the old one can do nothing any more (decision 010). */
  | { readonly kind: "fence" }

export type ChangeKind = Change["kind"]

/** The version of what is not there yet: a create's precondition is that its id is free. Never sent to anybody. */
export const ABSENT = "absent" as Version

/** The event that a draft describes, as the base of a create. `ref.eventId` is a name of ours until the provider gives one. */
export const drafted = (ref: EventRef, draft: EventDraft): CalendarEvent => ({
  ref,
  shape: draft.recurrence?.length ? "series" : "single",
  seriesId: null,
  start: draft.start,
  end: draft.end,
  originalStart: null,
  summary: draft.summary,
  location: draft.location ?? "",
  recurrence: draft.recurrence ?? [],
  attendees: (draft.attendees ?? []).map((email) => ({
    email,
    name: null,
    rsvp: "needsAction",
    self: false,
    organizer: false,
    optional: false,
  })),
  organizer: null,
  status: "confirmed",
  conferenceUrl: null,
  busy: true,
  movable: true,
  unmovable: null,
  marker: null,
  webUrl: null,
})

/** The event as it would be after `change`; a deleted one is cancelled. */
export function changed(base: CalendarEvent, change: Change): CalendarEvent {
  switch (change.kind) {
    case "update":
      return patched(base, change.patch)
    case "delete":
      return { ...base, status: "cancelled" }
    case "create":
    case "fence":
      return base
    case "split":
    case "trim":
      return patched(base, change.patch)
    case "move":
      return { ...base, ref: { ...base.ref, calendarId: change.toCalendarId } }
    case "respond":
      return { ...base, attendees: base.attendees.map((a) => (a.self ? { ...a, rsvp: change.rsvp } : a)) }
    default:
      return change satisfies never
  }
}

/** The person's own answer; null for somebody who is not among the guests. */
export const ownAnswer = (event: CalendarEvent): Rsvp | null => event.attendees.find((a) => a.self)?.rsvp ?? null

/** Does an event that a change was made to stand as the change meant it? What is no longer there was deleted, or went elsewhere. */
export function standsAs(event: CalendarEvent, change: Change): boolean {
  switch (change.kind) {
    case "update":
    case "trim":
      return standsAsIntended(event, change.patch)
    case "fence":
      return true
    case "split": {
      const { start, end, summary, location } = change.patch
      return standsAsIntended(event, { start, end, ...(summary && { summary }), ...(location && { location }) })
    }
    case "create": {
      const { summary, start, end, location = "" } = change.draft
      return standsAsIntended(event, { summary, start, end, location })
    }
    case "move":
      return event.ref.calendarId === change.toCalendarId
    case "respond":
      return ownAnswer(event) === change.rsvp
    case "delete":
      return false
    default:
      return change satisfies never
  }
}

/** What an answer was given to: a meeting at another time, at another place or called off is another question. */
const ANSWERED: readonly CareField[] = ["start", "end", "recurrence", "location", "status"]

/**
 * What a moved version means for `change` (design.md step 5), pure and total.
 *
 * update: by field (lost-precondition.ts). delete: whatever changed would be lost with it, so it asks. move: nothing is overwritten, both can stand. respond: the person's
 * own other answer, or another time, place or status, asks; everything else can stand. create: there was nothing to lose. split: as an update, before anything was copied. trim: whatever changed is
 * not in the copy, so it asks. fence: another version is all it wants.
 */
export function judgeLoss(base: CalendarEvent, theirs: CalendarEvent, change: Change): Loss {
  if (change.kind === "update" || change.kind === "split") return judgeEdit(base, theirs, change.patch)
  if (change.kind === "create") return { kind: "irrelevant", moved: "other" }
  if (theirs.status === "cancelled" && base.status !== "cancelled") return { kind: "gone" }
  const moved = careDiff(base, theirs)
  if (change.kind === "respond") return judgeAnswer(base, theirs, change, moved)
  if (moved.length === 0) return { kind: "irrelevant", moved: whatMovedUnseen(base, theirs) }
  return LOST[change.kind](moved)
}

const LOST: Record<"delete" | "move" | "trim" | "fence", (changed: readonly CareField[]) => Loss> = {
  delete: (changed) => ({ kind: "collision", changed, intended: ["status"] }),
  trim: (changed) => ({ kind: "collision", changed, intended: ["recurrence"] }),
  move: (changed) => ({ kind: "disjoint", changed, intended: [] }),
  fence: () => ({ kind: "asIntended" }),
}

function judgeAnswer(
  base: CalendarEvent,
  theirs: CalendarEvent,
  change: Extract<Change, { kind: "respond" }>,
  moved: readonly CareField[],
): Loss {
  const answered = ownAnswer(theirs) !== ownAnswer(base)
  const changed = CARE_FIELDS.filter((field) => moved.includes(field) || (answered && field === "attendees"))
  if (changed.some((field) => ANSWERED.includes(field))) return { kind: "collision", changed, intended: ["attendees"] }
  if (answered && ownAnswer(theirs) === change.rsvp && !change.proposed && !change.comment)
    return { kind: "asIntended" }
  if (answered) return { kind: "collision", changed, intended: ["attendees"] }
  return moved.length === 0
    ? { kind: "irrelevant", moved: whatMovedUnseen(base, theirs) }
    : { kind: "disjoint", changed, intended: ["attendees"] }
}

/**
 * What takes an applied change back, to be sent under the version that the change left behind (B5); null where there is no such thing. A deleted event does not come back with its
 * guests' answers, and an answer where there was none cannot be unsaid everywhere: neither is offered.
 */
export function undoOf(change: Change, base: CalendarEvent): Change | null {
  switch (change.kind) {
    case "update":
    case "trim":
      return { kind: "update", patch: putBack(change.patch, base) }
    case "create":
    case "split":
      return { kind: "delete" }
    case "move":
      return { kind: "move", toCalendarId: base.ref.calendarId }
    case "respond": {
      const before = ownAnswer(base)
      return before && before !== "needsAction" ? { kind: "respond", rsvp: before } : null
    }
    case "delete":
    case "fence":
      return null
    default:
      return change satisfies never
  }
}

/** The same fields, as they were. */
const putBack = (patch: EventPatch, was: Required<EventPatch>): EventPatch => ({
  ...(patch.start && { start: was.start }),
  ...(patch.end && { end: was.end }),
  ...(patch.summary !== undefined && { summary: was.summary }),
  ...(patch.location !== undefined && { location: was.location }),
  ...(patch.recurrence && { recurrence: was.recurrence }),
})
