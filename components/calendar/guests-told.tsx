"use client"

import type { Provider } from "@/lib/domain/event"
import type { EventItem } from "./week-items"

interface GuestsToldProps {
  readonly item: EventItem
  readonly tell: boolean
  readonly onTell: (tell: boolean) => void
}

/** Whether guests hear of what an organizer does here: a choice at Google, as on its own page, and elsewhere what it is. */
export function GuestsTold({ item, tell, onTell }: GuestsToldProps) {
  const { event } = item.shown
  if (!event.movable || event.attendees.every((guest) => guest.self)) return null
  const provider = item.calendar?.provider
  if (provider !== "google") return <p className="text-sm text-ink-soft">{provider ? BY_ITSELF[provider] : ""}</p>
  return (
    <label className="flex items-center gap-2 text-sm">
      <input
        type="checkbox"
        className="size-4 accent-accent"
        checked={tell}
        onChange={(choice) => onTell(choice.target.checked)}
      />
      Tell the guests
    </label>
  )
}

const BY_ITSELF: Readonly<Record<Exclude<Provider, "google">, string>> = {
  microsoft: "Outlook tells the guests by itself; that cannot be turned off.",
  caldav: "Whether the guests are told is up to this calendar's server.",
}
