import type { CalendarOptions } from "@fullcalendar/react"
import { cn } from "@/components/ui/cn"

const line = "border border-line"
const resizer = "absolute z-10 hidden h-2 inset-x-0 group-hover/event:block"
const event = "group/event relative overflow-hidden text-hue-ink bg-hue border-hue-edge"

/** FullCalendar brings layout only; every colour and border of the grid is here, in the theme's tokens. */
export const GRID_LOOK: CalendarOptions = {
  className: "h-full text-sm",
  viewClass: "bg-surface",
  tableHeaderClass: "bg-surface",
  dayHeaderRowClass: line,
  dayHeaderAlign: "center",
  dayHeaderClass: line,
  dayHeaderDividerClass: "border-b border-line",
  dayRowClass: line,
  dayCellClass: ({ isToday }) => cn(line, isToday && "bg-accent-soft/40"),
  dayCellBottomClass: "min-h-2",
  dayLaneClass: ({ isToday }) => cn(line, isToday && "bg-accent-soft/40"),
  dayLaneInnerClass: "mx-px",
  slotLaneClass: ({ isMinor }) => cn(line, isMinor && "border-dotted"),
  slotHeaderRowClass: line,
  slotHeaderClass: ({ isMinor }) => cn("border border-transparent justify-end", isMinor && "border-dotted"),
  slotHeaderInnerClass: "mx-2 -mt-2 text-xs text-ink-soft",
  slotHeaderDividerClass: "border-e border-line",
  allDayHeaderClass: "items-center justify-end",
  allDayHeaderInnerClass: "mx-2 my-1 text-xs text-ink-soft",
  allDayDividerClass: "border-b border-line",
  fillerClass: `${line} opacity-50`,
  nonBusinessHoursClass: "bg-sunken/70",
  highlightClass: "bg-accent-soft",
  nowIndicatorLineClass: "border-t-2 border-danger",
  nowIndicatorHeaderClass: "start-0 -mt-1 size-2 rounded-full bg-danger",
  eventClass: ({ isDragging, isSelected }) =>
    cn(
      "focus-visible:outline-2 focus-visible:outline-offset-1 focus-visible:outline-accent focus-visible:z-20",
      (isDragging || isSelected) && "shadow-float",
    ),
  columnEventClass: ({ isStart, isEnd }) =>
    cn(
      event,
      "border-s-4 ring-1 ring-surface",
      isStart && "rounded-t-sm rounded-e-md",
      isEnd && "mb-px rounded-b-sm rounded-e-md",
    ),
  columnEventInnerClass: "h-full px-1.5 py-0.5 overflow-hidden",
  columnEventBeforeClass: ({ isStartResizable }) => cn(isStartResizable && `${resizer} -top-1 cursor-n-resize`),
  columnEventAfterClass: ({ isEndResizable }) => cn(isEndResizable && `${resizer} -bottom-1 cursor-s-resize`),
  rowEventClass: ({ isStart, isEnd }) =>
    cn(event, "mx-0.5 mb-px border-s-4", isStart && "rounded-s-md", isEnd && "rounded-e-md"),
  rowEventInnerClass: "px-1.5 py-0.5",
  moreLinkInnerClass: "text-xs",
}
