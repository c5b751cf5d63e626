import { useState } from "react"
import { Badge } from "@/components/ui/badge"
import { Notice } from "@/components/ui/notice"
import { SafeText } from "@/components/ui/safe-text"
import type { EndedBookingView } from "@/lib/client/agents"
import { SlotRow } from "./slot-row"

interface EndedBookingsProps {
  readonly ended: readonly EndedBookingView[]
  readonly timeZone: string
}

/** The last ones that were cancelled or evicted, and by whom. Open for what a calendar did not let be taken away, and not shut under the person's eyes once that is gone. */
export function EndedBookings({ ended, timeZone }: EndedBookingsProps) {
  const kept = ended.some(({ refused }) => refused !== null)
  const [open, setOpen] = useState(kept)
  if (kept && !open) setOpen(true)
  if (ended.length === 0) return null
  return (
    <details open={open} className="mt-4 border-t border-line pt-3">
      <summary className="py-1 text-sm font-medium">Ended lately ({ended.length})</summary>
      <ul aria-label="Ended lately" className="grid grid-cols-1 divide-y divide-line">
        {ended.map((booking) => (
          <SlotRow key={booking.id} row={booking} timeZone={timeZone} what={<SafeText text={booking.title} />}>
            <Badge>{endOf(booking)}</Badge>
            {booking.refused && (
              <Notice tone="warn" className="basis-full">
                Your calendar does not let its event be taken away
                {booking.refused === "read-only-calendar" && ": it is read-only for you"}. The time is taken there until
                you delete it yourself.
              </Notice>
            )}
          </SlotRow>
        ))}
      </ul>
    </details>
  )
}

function endOf({ state, by }: EndedBookingView): string {
  switch (by.kind) {
    case "person":
      return "cancelled by you"
    case "outside":
      return "gave way to an event"
    case "itself":
      return state === "cancelled" ? "cancelled by the agent" : "replaced by the agent"
    case "agent":
      return `bumped by ${by.name}`
  }
}
