import { SafeText } from "@/components/ui/safe-text"
import type { CalendarEvent } from "@/lib/domain/event"
import { spokenSpan } from "@/lib/domain/format-when"
import { guestsOf, type RowKind } from "./comparison-rows"

interface RowValueProps {
  readonly kind: RowKind
  readonly event: CalendarEvent
  /** The guests before, to say who came and who went. */
  readonly was: CalendarEvent
  readonly timeZone: string
}

const repeats = ({ recurrence, exceptions }: CalendarEvent, was: CalendarEvent): string => {
  if (recurrence.length === 0) return "Does not repeat"
  if (exceptions && was.exceptions && exceptions !== was.exceptions) return "Repeats, other dates changed one by one"
  return exceptions === undefined ? "Repeats, with its own rule" : "Repeats, some dates changed one by one"
}

export function RowValue({ kind, event, was, timeZone }: RowValueProps) {
  switch (kind) {
    case "title":
      return <SafeText text={event.summary} />
    case "when":
      return <When event={event} timeZone={timeZone} />
    case "repeats":
      return <>{repeats(event, was)}</>
    case "where":
      return <SafeText text={event.location} empty="(no place)" />
    case "guests":
      return <Guests event={event} was={was} />
    case "status":
      return (
        <>{event.status === "tentative" ? "Tentative" : event.status === "cancelled" ? "Cancelled" : "Confirmed"}</>
      )
    case "video":
      return (
        <>
          {event.conferenceUrl === null
            ? "None"
            : event.conferenceUrl === was.conferenceUrl
              ? "As before"
              : "Another link"}
        </>
      )
    default:
      return kind satisfies never
  }
}

function When({ event, timeZone }: { readonly event: CalendarEvent; readonly timeZone: string }) {
  const { day, time } = spokenSpan(event, timeZone)
  return (
    <span className="flex flex-wrap items-baseline gap-x-2 sm:block">
      <span className="sm:block">{day}</span>
      <span className="text-lg leading-snug sm:block sm:text-xl">{time}</span>
    </span>
  )
}

function Guests({ event, was }: { readonly event: CalendarEvent; readonly was: CalendarEvent }) {
  const now = guestsOf(event)
  const before = guestsOf(was)
  const left = before.filter((name) => !now.includes(name))
  if (now.length === 0 && left.length === 0) return <>Nobody else</>
  return (
    <ul>
      {now.map((name) => (
        <li key={name}>
          {!before.includes(name) && <span className="text-ink-soft">new: </span>}
          <SafeText text={name} />
        </li>
      ))}
      {left.map((name) => (
        <li key={name}>
          <span className="text-ink-soft">no longer: </span>
          <SafeText text={name} className="line-through" />
        </li>
      ))}
    </ul>
  )
}
