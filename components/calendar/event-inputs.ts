import type { BusinessHoursInput, EventInput } from "@fullcalendar/react"
import { cn } from "@/components/ui/cn"
import type { When } from "@/lib/domain/event"
import type { WorkingHours } from "@/lib/domain/plan"
import { visibleString } from "@/lib/domain/visible-text"
import { hueClass, spanOf, type WeekItem } from "./week-items"

const moment = (when: When): string => (when.kind === "allDay" ? when.on : when.at)

/** An item as the grid takes it. What belongs to a write under way cannot be grabbed again before its new version is known. */
export function eventInput(item: WeekItem, isSaving: boolean): EventInput {
  const span = spanOf(item)
  const common = { id: item.id, start: moment(span.start), end: moment(span.end), allDay: span.start.kind === "allDay" }
  if (item.kind === "ghost")
    return {
      ...common,
      title: `Proposed: ${visibleString(item.operation.after.summary)}`,
      editable: false,
      className: cn(hueClass(item.hue), "!border-2 border-dashed border-accent !bg-surface !text-accent"),
    }
  const { event } = item.shown
  return {
    ...common,
    title: visibleString(event.summary),
    editable: event.movable && !isSaving,
    className: cn(
      hueClass(item.hue),
      (!event.busy || event.status === "tentative") && "!border border-dashed !bg-surface",
      item.leaving && "border-dotted !bg-sunken !text-ink-soft",
      !event.movable && "cursor-default",
    ),
  }
}

/** FullCalendar counts Sunday as 0, ISO as 7. */
export const businessHours = ({ days, start, end }: WorkingHours): BusinessHoursInput => ({
  daysOfWeek: days.map((day) => day % 7),
  startTime: start,
  endTime: end,
})
