import type { ConflictView } from "@/lib/client/proposals"
import type { CalendarEvent } from "@/lib/domain/event"
import type { CareField } from "@/lib/domain/event-diff"

export type RowKind = "title" | "when" | "repeats" | "where" | "guests" | "status" | "video"

/** One thing a person cares about, and which sides of the dialog differ in it from how it was. */
export interface Row {
  readonly kind: RowKind
  readonly label: string
  readonly changed: boolean
  readonly intended: boolean
}

const ROWS: readonly { readonly kind: RowKind; readonly label: string; readonly fields: readonly CareField[] }[] = [
  { kind: "title", label: "Title", fields: ["summary"] },
  { kind: "when", label: "When", fields: ["start", "end"] },
  { kind: "repeats", label: "Repeats", fields: ["recurrence"] },
  { kind: "where", label: "Where", fields: ["location"] },
  { kind: "guests", label: "Guests", fields: ["attendees"] },
  { kind: "status", label: "Status", fields: ["status"] },
  { kind: "video", label: "Video link", fields: ["conference"] },
]

/** The rows of the comparison: those that differ first, in a fixed order; what is empty on all sides is left out. */
export function comparisonRows(conflict: ConflictView): { readonly differing: Row[]; readonly same: Row[] } {
  const sides = [conflict.was, conflict.is, conflict.intended]
  const rows = ROWS.map(({ kind, label, fields }) => ({
    kind,
    label,
    changed: fields.some((field) => conflict.changedFields.includes(field)),
    intended: fields.some((field) => conflict.intendedFields.includes(field)),
  }))
  return {
    differing: rows.filter((row) => row.changed || row.intended),
    same: rows.filter((row) => !row.changed && !row.intended && sides.some((event) => hasValue(event, row.kind))),
  }
}

function hasValue(event: CalendarEvent, kind: RowKind): boolean {
  switch (kind) {
    case "title":
    case "when":
      return true
    case "repeats":
      return event.recurrence.length > 0
    case "where":
      return event.location.trim() !== ""
    case "guests":
      return guestsOf(event).length > 0
    case "status":
      return event.status !== "confirmed"
    case "video":
      return event.conferenceUrl !== null
    default:
      return kind satisfies never
  }
}

/** Names of the guests, the organizer left out, each once. */
export function guestsOf(event: CalendarEvent): string[] {
  const named = event.attendees
    .filter((a) => !a.organizer)
    .map((a) => [a.email.toLowerCase(), a.name ?? a.email] as const)
  return [...new Map(named).values()]
}
