"use client"

import { X } from "lucide-react"
import { Popover } from "radix-ui"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { cn } from "@/components/ui/cn"
import { SafeText } from "@/components/ui/safe-text"
import { Sheet } from "@/components/ui/sheet"
import type { Act } from "@/lib/client/act-on-event"
import type { ShownCalendar } from "@/lib/client/week"
import type { Span } from "@/lib/domain/event"
import type { Scope } from "@/lib/domain/plan"
import { EventActs } from "./event-acts"
import { EventDetails } from "./event-details"
import { focusItem } from "./focus-item"
import { GuestsTold } from "./guests-told"
import { type EventItem, hueClass } from "./week-items"

interface OpenedEventProps {
  readonly item: EventItem
  /** Where the event was drawn when it was opened: the grid may draw it anew meanwhile. */
  readonly anchor: DOMRect
  readonly isWide: boolean
  readonly timeZone: string
  readonly calendars: readonly ShownCalendar[]
  readonly onMove: (to: Span, scope: Scope, tellGuests: boolean) => void
  readonly onAct: (change: Act, tellGuests: boolean) => void
  readonly onClose: () => void
}

/** Beside the event where there is room, from the bottom of the screen where there is not. */
export function OpenedEvent({ item, anchor, isWide, timeZone, calendars, onMove, onAct, onClose }: OpenedEventProps) {
  const [tell, setTell] = useState(true)
  const title = <SafeText text={item.shown.event.summary} />
  const details = (
    <div className="grid gap-3">
      <EventDetails item={item} timeZone={timeZone} onMove={(to, scope) => onMove(to, scope, tell)} />
      <GuestsTold item={item} tell={tell} onTell={setTell} />
      <EventActs item={item} calendars={calendars} timeZone={timeZone} tell={tell} onAct={(act) => onAct(act, tell)} />
    </div>
  )
  if (!isWide)
    return (
      <Sheet open onClose={onClose} title={title}>
        {details}
      </Sheet>
    )
  return (
    <Popover.Root open onOpenChange={(open) => !open && onClose()}>
      <Popover.Anchor virtualRef={{ current: { getBoundingClientRect: () => anchor } }} />
      <Popover.Portal>
        <Popover.Content
          side={sideOf(anchor)}
          align="start"
          sideOffset={8}
          collisionPadding={12}
          aria-label="Event"
          onCloseAutoFocus={(closing) => {
            closing.preventDefault()
            focusItem(item.id)
          }}
          className={cn(
            "z-30 grid max-h-[var(--radix-popover-content-available-height)] w-[min(22rem,calc(100vw-1.5rem))] gap-3 overflow-y-auto rounded-xl border border-line bg-surface p-4 shadow-float",
            hueClass(item.hue),
          )}
        >
          <div className="flex items-start gap-2">
            <span aria-hidden className="mt-1.5 size-3 shrink-0 rounded-sm bg-hue-edge" />
            <h3 className="min-w-0 flex-1 font-semibold">{title}</h3>
            <Popover.Close asChild>
              <Button variant="quiet" size="icon" aria-label="Close" className="-mt-1.5 -mr-2">
                <X aria-hidden />
              </Button>
            </Popover.Close>
          </div>
          {details}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** A line of the agenda is as wide as the page: beside it there is no room. */
const sideOf = (anchor: DOMRect) => (anchor.width * 2 > window.innerWidth ? "bottom" : "right")
