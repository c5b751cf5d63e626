"use client"

import FullCalendar, { type EventApi, type EventInput, useCalendarController } from "@fullcalendar/react"
import interaction from "@fullcalendar/react/interaction"
import timeGrid from "@fullcalendar/react/timegrid"
import "@fullcalendar/react/skeleton.css"
import { useEffect, useMemo } from "react"
import type { WeekView } from "@/lib/client/week"
import type { EventKey, EventPatch } from "@/lib/domain/event"
import { wallOf } from "@/lib/domain/zoned-time"
import { DayHeading } from "./day-heading"
import { EventChip } from "./event-chip"
import { businessHours, eventInput } from "./event-inputs"
import { GRID_LOOK } from "./grid-look"
import type { EventItem, WeekItem } from "./week-items"

export interface WeekGridProps {
  readonly week: WeekView
  readonly items: readonly WeekItem[]
  /** The one whose write is under way. */
  readonly saving: EventKey | null
  readonly serverNow: () => Date
  readonly onOpen: (item: WeekItem, anchor: HTMLElement) => void
  readonly onEdit: (item: EventItem, patch: EventPatch) => void
  readonly onHold: (hold: boolean) => void
  /** An empty place was pressed; `at` null: on a whole day. */
  readonly onEmpty: (date: string, minutes: number | null) => void
}

const PLUGINS = [timeGrid, interaction]
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const

/** The week as columns of hours. Drags and resizes are handed on as patches; FullCalendar's own state of events is never the truth. */
export function WeekGrid({ week, items, saving, serverNow, onOpen, onEdit, onHold, onEmpty }: WeekGridProps) {
  const controller = useCalendarController()
  const byId = useMemo(() => new Map(items.map((item) => [item.id as string, item])), [items])
  const events = useMemo<EventInput[]>(() => items.map((item) => eventInput(item, item.id === saving)), [items, saving])
  const monday = wallOf(week.from, week.timeZone).date
  useEffect(() => controller.gotoDate(monday), [controller, monday])

  const edited = ({ event, revert }: { readonly event: EventApi; readonly revert: () => void }) => {
    const item = byId.get(event.id)
    const patch = item?.kind === "event" ? patchOf(item, event) : null
    revert()
    if (item?.kind === "event" && patch) onEdit(item, patch)
  }
  const hold = () => onHold(true)
  const release = () => onHold(false)
  return (
    <FullCalendar
      {...GRID_LOOK}
      plugins={PLUGINS}
      controller={controller}
      initialView="timeGridWeek"
      initialDate={monday}
      firstDay={1}
      headerToolbar={false}
      height="100%"
      timeZone={week.timeZone}
      now={serverNow}
      nowIndicator
      eventInteractive
      eventDragMinDistance={4}
      slotDuration="00:30:00"
      slotMinHeight={24}
      eventShortHeight={40}
      eventMinHeight={20}
      snapDuration="00:15:00"
      scrollTime={week.workingHours.start}
      scrollTimeReset={false}
      slotHeaderFormat={CLOCK}
      eventTimeFormat={CLOCK}
      allDayText="all day"
      businessHours={businessHours(week.workingHours)}
      events={events}
      eventOrder="start"
      eventAllow={(span, moving) => span.allDay === moving?.allDay}
      eventDragStart={hold}
      eventDragStop={release}
      eventResizeStart={hold}
      eventResizeStop={release}
      eventDrop={edited}
      eventResize={edited}
      eventClick={({ event, el }) => {
        const item = byId.get(event.id)
        if (item) onOpen(item, el)
      }}
      dateClick={({ date, dateStr, allDay }) => {
        const { date: on, minutes } = wallOf(date.toISOString(), week.timeZone)
        if (allDay) onEmpty(dateStr.slice(0, 10), null)
        else onEmpty(on, minutes)
      }}
      viewDidMount={({ el }) => makeScrollable(el)}
      eventDidMount={({ event, el }) => {
        el.dataset.item = event.id
      }}
      dayHeaderContent={({ date, isToday }) => <DayHeading date={date} isToday={isToday} timeZone={week.timeZone} />}
      eventContent={({ event, timeText, isShort }) => {
        const item = byId.get(event.id)
        return item ? <EventChip item={item} timeText={timeText} isShort={isShort} /> : event.title
      }}
    />
  )
}

/**
 * The hours scroll, and a keyboard has to get there also when no event in them can take the focus: then the heading of their row does (the scrolled
 * box itself may not, it is no part of the table that a reader is told of).
 */
function makeScrollable(view: HTMLElement): void {
  const scrolled = [...view.querySelectorAll("div")].find((part) => getComputedStyle(part).overflowY === "auto")
  const heading = scrolled?.querySelector<HTMLElement>('[role="rowheader"]')
  if (heading) heading.tabIndex = 0
}

function patchOf({ shown }: EventItem, moved: EventApi): EventPatch | null {
  const { start, end } = shown.event
  if (start.kind === "allDay" || end.kind === "allDay")
    return moved.allDay
      ? { start: { kind: "allDay", on: moved.startStr }, end: { kind: "allDay", on: moved.endStr } }
      : null
  if (!moved.start || !moved.end) return null
  return {
    start: { ...start, at: moved.start.toISOString() },
    end: { ...end, at: moved.end.toISOString() },
  }
}
