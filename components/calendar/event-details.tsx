"use client"

import { CalendarDays, Clock, Lock, MapPin, Repeat, Users, Video, X } from "lucide-react"
import { Popover } from "radix-ui"
import { type ReactNode, useState } from "react"
import { Button } from "@/components/ui/button"
import { cn } from "@/components/ui/cn"
import { SafeText } from "@/components/ui/safe-text"
import type { CalendarEvent, Span } from "@/lib/domain/event"
import { formatSpan } from "@/lib/domain/format-when"
import { Guests } from "./guests"
import { MoveForm } from "./move-form"
import { type EventItem, hueClass } from "./week-items"

interface EventDetailsProps {
  readonly item: EventItem
  /** Where the event was drawn when it was opened: the grid may draw it anew meanwhile. */
  readonly anchor: DOMRect
  readonly timeZone: string
  readonly onMove: (to: Span) => void
  readonly onClose: () => void
}

/** What an event is: when, where, who, on which calendar; and "Move to...". */
export function EventDetails({ item, anchor, timeZone, onMove, onClose }: EventDetailsProps) {
  const [moving, setMoving] = useState(false)
  const { event } = item.shown
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={{ current: { getBoundingClientRect: () => anchor } }} />
      <Popover.Portal>
        <Popover.Content
          side="right"
          align="start"
          sideOffset={8}
          collisionPadding={12}
          aria-label="Event"
          onCloseAutoFocus={(closing) => {
            closing.preventDefault()
            focusItem(item.id)
          }}
          className={cn(
            "z-30 grid max-h-[var(--radix-popover-content-available-height)] w-[min(22rem,calc(100vw-1.5rem))] gap-3 overflow-y-auto rounded-xl border border-line bg-surface p-4 text-sm shadow-float",
            hueClass(item.hue),
          )}
        >
          <div className="flex items-start gap-2">
            <span aria-hidden className="mt-1.5 size-3 shrink-0 rounded-sm bg-hue-edge" />
            <h3 className="min-w-0 flex-1 text-base font-semibold">
              <SafeText text={event.summary} />
            </h3>
            <Popover.Close asChild>
              <Button variant="quiet" size="icon" aria-label="Close" className="-mt-1.5 -mr-2">
                <X aria-hidden />
              </Button>
            </Popover.Close>
          </div>
          <dl className="grid gap-2">
            <Detail icon={<Clock />} name="When">
              {formatSpan(event, timeZone)}
            </Detail>
            {event.seriesId !== null && (
              <Detail icon={<Repeat />} name="Repeats">
                One of a series; moving it here moves only this one.
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
              <MoveForm event={event} timeZone={timeZone} onMove={onMove} onCancel={() => setMoving(false)} />
            ) : (
              <Button size="small" className="justify-self-start" onClick={() => setMoving(true)}>
                Move to...
              </Button>
            ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
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

/** The grid may have drawn the event anew: it is found by its name. */
export const focusItem = (id: string): void =>
  document.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"]`)?.focus()
