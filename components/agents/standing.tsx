import { Lock } from "lucide-react"
import { Badge } from "@/components/ui/badge"
import { Countdown, useTicking } from "@/components/ui/countdown"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { SafeText } from "@/components/ui/safe-text"
import { SureButton } from "@/components/ui/sure-button"
import { useServerNow } from "@/components/ui/use-server-now"
import { type AgentsView, type BookingRowView, useCancelBooking } from "@/lib/client/agents"
import { SlotRow } from "./slot-row"

interface StandingProps {
  readonly view: AgentsView
  readonly readAtMs: number
  readonly timeZone: string
}

/** What agents hold and have booked, each with the time that runs out. */
export function Standing({ view, readAtMs, timeZone }: StandingProps) {
  const nowMs = useTicking(useServerNow(view.now, readAtMs))
  const leftMs = (at: string) => Date.parse(at) - nowMs
  const holds = view.holds.filter(({ expiresAt }) => leftMs(expiresAt) > 0)
  if (holds.length + view.bookings.length === 0)
    return (
      <p className="max-w-prose text-ink-soft">
        Nothing is held or booked. As soon as an agent takes a slot on one of your calendars it is here, and you can
        cancel it.
      </p>
    )
  return (
    <ul aria-label="Held and booked" className="grid grid-cols-1 divide-y divide-line">
      {holds.map((hold) => (
        <SlotRow key={hold.id} row={hold} timeZone={timeZone} what="A hold">
          <Badge tone="neutral">
            held, <Countdown ms={leftMs(hold.expiresAt)} /> left
          </Badge>
        </SlotRow>
      ))}
      {view.bookings.map((booking) => (
        <BookedRow key={booking.id} booking={booking} leftMs={leftMs(booking.bumpUntil)} timeZone={timeZone} />
      ))}
    </ul>
  )
}

interface BookedRowProps {
  readonly booking: BookingRowView
  /** Until it is frozen. */
  readonly leftMs: number
  readonly timeZone: string
}

function BookedRow({ booking, leftMs, timeZone }: BookedRowProps) {
  const cancel = useCancelBooking()
  return (
    <SlotRow row={booking} timeZone={timeZone} what={<SafeText text={booking.title} />}>
      {leftMs > 0 ? (
        <Badge tone="warn">
          may be bumped, <Countdown ms={leftMs} />
        </Badge>
      ) : (
        <Badge tone="good">
          <Lock aria-hidden /> frozen
        </Badge>
      )}
      <SureButton
        verb="Cancel"
        name={booking.title}
        pending={cancel.isPending}
        onSure={() => cancel.mutate(booking.id)}
      />
      {booking.refused && (
        <Notice tone="warn" className="basis-full">
          Your calendar does not let it be written
          {booking.refused === "read-only-calendar" && ": it is read-only for you"}. The booking stands all the same:
          put the time into your calendar yourself, or cancel it.
        </Notice>
      )}
      {cancel.isError && <ProblemNotice error={cancel.error} className="basis-full" />}
    </SlotRow>
  )
}
