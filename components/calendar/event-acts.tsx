"use client"

import { useState } from "react"
import { Button } from "@/components/ui/button"
import type { Act } from "@/lib/client/act-on-event"
import type { ShownCalendar } from "@/lib/client/week"
import { type Answer, ownAnswer } from "@/lib/domain/change"
import type { CalendarEvent, Span } from "@/lib/domain/event"
import { MoveForm } from "./move-form"
import type { EventItem } from "./week-items"

interface EventActsProps {
  readonly item: EventItem
  /** Those of the whole week: only writable ones of the same account are offered. */
  readonly calendars: readonly ShownCalendar[]
  readonly timeZone: string
  /** The guests, where that can be chosen. */
  readonly tell: boolean
  readonly onAct: (change: Act) => void
}

const ANSWERS: readonly { readonly rsvp: Answer; readonly label: string }[] = [
  { rsvp: "accepted", label: "Accept" },
  { rsvp: "tentative", label: "Maybe" },
  { rsvp: "declined", label: "Decline" },
]

/** A guest's answer; an organizer's delete and move to another calendar. What the provider has no way to do is not offered. */
export function EventActs({ item, calendars, timeZone, tell, onAct }: EventActsProps) {
  const { event } = item.shown
  const own = ownAnswer(event)
  if (own !== null && event.organizer?.self === false && event.unmovable !== "read-only-calendar")
    return (
      <div className="grid gap-3">
        <fieldset className="flex flex-wrap gap-2">
          <legend className="pb-1 text-sm text-ink-soft">Your answer; the organizer will be told</legend>
          {ANSWERS.map(({ rsvp, label }) => (
            <Button
              key={rsvp}
              size="small"
              variant={own === rsvp ? "primary" : "secondary"}
              aria-pressed={own === rsvp}
              onClick={() => onAct({ kind: "respond", rsvp })}
            >
              {label}
            </Button>
          ))}
        </fieldset>
        {item.calendar?.provider === "microsoft" && event.start.kind === "timed" && (
          <ProposeTime
            event={event}
            timeZone={timeZone}
            onPropose={(proposed) => onAct({ kind: "respond", rsvp: "tentative", proposed })}
          />
        )}
      </div>
    )
  if (!event.movable) return null
  return (
    <div className="flex flex-wrap items-center gap-2">
      <DeleteButton
        event={event}
        tells={tell && item.calendar?.provider !== "caldav"}
        onDelete={() => onAct({ kind: "delete" })}
      />
      <MoveToCalendar
        event={event}
        calendars={calendarsFor(item, calendars)}
        onMove={(toCalendarId) => onAct({ kind: "move", toCalendarId })}
      />
    </div>
  )
}

interface ProposeTimeProps {
  readonly event: CalendarEvent
  readonly timeZone: string
  readonly onPropose: (proposed: Span) => void
}

/** A guest cannot move it, but in Outlook they can ask for another time; they answer "maybe" with it. */
function ProposeTime({ event, timeZone, onPropose }: ProposeTimeProps) {
  const [proposing, setProposing] = useState(false)
  if (proposing)
    return (
      <MoveForm
        event={event}
        timeZone={timeZone}
        verb="Propose"
        onMove={onPropose}
        onCancel={() => setProposing(false)}
      />
    )
  return (
    <Button size="small" className="justify-self-start" onClick={() => setProposing(true)}>
      Maybe, at another time...
    </Button>
  )
}

interface DeleteButtonProps {
  readonly event: CalendarEvent
  /** Do guests hear of it? */
  readonly tells: boolean
  readonly onDelete: () => void
}

/** Asked twice: a deleted event does not come back with its guests' answers. */
function DeleteButton({ event, tells, onDelete }: DeleteButtonProps) {
  const [sure, setSure] = useState(false)
  const guests = tells && event.attendees.some((guest) => !guest.self)
  if (!sure)
    return (
      <Button size="small" variant="danger" onClick={() => setSure(true)}>
        Delete
      </Button>
    )
  return (
    <Button size="small" variant="danger" autoFocus onClick={onDelete}>
      {event.seriesId === null ? "Delete it" : "Delete only this one"}
      {guests && " and tell the guests"}
    </Button>
  )
}

interface MoveToCalendarProps {
  readonly event: CalendarEvent
  readonly calendars: readonly ShownCalendar[]
  readonly onMove: (calendarId: string) => void
}

function MoveToCalendar({ event, calendars, onMove }: MoveToCalendarProps) {
  if (calendars.length === 0 || event.seriesId !== null) return null
  return (
    <select
      aria-label="Move to another calendar"
      className="h-8 max-w-44 rounded-lg border border-line-strong/50 bg-surface px-2 text-ink max-md:h-10"
      value=""
      onChange={(choice) => onMove(choice.target.value)}
    >
      <option value="" disabled>
        Move to calendar...
      </option>
      {calendars.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}

/** Graph has no move between calendars. */
const calendarsFor = ({ calendar, shown }: EventItem, all: readonly ShownCalendar[]) =>
  calendar?.provider === "microsoft"
    ? []
    : all.filter(
        (c) => c.writable && c.connectionId === shown.event.ref.connectionId && c.id !== shown.event.ref.calendarId,
      )
