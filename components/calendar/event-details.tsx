"use client"

import { Bot, CalendarDays, Clock, Lock, MapPin, Repeat, Users, Video } from "lucide-react"
import { type ReactNode, useState } from "react"
import { Button } from "@/components/ui/button"
import { SafeText } from "@/components/ui/safe-text"
import type { CalendarEvent, Span } from "@/lib/domain/event"
import { formatSpan } from "@/lib/domain/format-when"
import type { Scope } from "@/lib/domain/plan"
import { Guests } from "./guests"
import { MoveForm } from "./move-form"
import type { EventItem } from "./week-items"

interface EventDetailsProps {
  readonly item: EventItem
  readonly timeZone: string
  readonly onMove: (to: Span, scope: Scope) => void
}

/** What an event is: when, where, who, on which calendar; and "Move to...". */
export function EventDetails({ item, timeZone, onMove }: EventDetailsProps) {
  const [moving, setMoving] = useState(false)
  const { event } = item.shown
  return (
    <div className="grid gap-3 text-sm">
      <dl className="grid gap-2">
        <Detail icon={<Clock />} name="When">
          {formatSpan(event, timeZone)}
        </Detail>
        {event.seriesId !== null && (
          <Detail icon={<Repeat />} name="Repeats">
            One of a series
          </Detail>
        )}
        {event.location && (
          <Detail icon={<MapPin />} name="Where">
            <SafeText text={event.location} />
          </Detail>
        )}
        {event.conferenceUrl && (
          <Detail icon={<Video />} name="Video">
            Has a video link
          </Detail>
        )}
        {event.attendees.length > 0 && (
          <Detail icon={<Users />} name="Guests">
            <Guests attendees={event.attendees} />
          </Detail>
        )}
        {item.shown.bookedBy !== undefined && (
          <Detail icon={<Bot />} name="Booked by">
            Booked by agent <SafeText text={item.shown.bookedBy} />
          </Detail>
        )}
        {item.calendar && (
          <Detail icon={<CalendarDays />} name="Calendar">
            <SafeText text={item.calendar.name} /> <span className="text-ink-soft">({item.calendar.account})</span>
          </Detail>
        )}
        {event.unmovable && (
          <Detail icon={<Lock />} name="Cannot be moved">
            {UNMOVABLE[event.unmovable]}
          </Detail>
        )}
      </dl>
      {event.movable &&
        (moving ? (
          <MoveForm event={event} timeZone={timeZone} asksScope onMove={onMove} onCancel={() => setMoving(false)} />
        ) : (
          <Button size="small" className="justify-self-start" onClick={() => setMoving(true)}>
            Move to...
          </Button>
        ))}
    </div>
  )
}

const UNMOVABLE: Readonly<Record<NonNullable<CalendarEvent["unmovable"]>, string>> = {
  "not-organizer": "Somebody else organizes it: only they can move it.",
  "read-only-calendar": "You may read this calendar but not change it.",
  "event-type": "This kind of event cannot be moved.",
}

interface DetailProps {
  readonly icon: ReactNode
  readonly name: string
  readonly children: ReactNode
}

const Detail = ({ icon, name, children }: DetailProps) => (
  <div className="flex items-start gap-2.5">
    <dt className="mt-0.5 text-ink-soft [&_svg]:size-4">
      {icon}
      <span className="sr-only">{name}</span>
    </dt>
    <dd className="min-w-0 flex-1">{children}</dd>
  </div>
)
