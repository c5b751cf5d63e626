import { Lock, PencilLine, Repeat } from "lucide-react"
import { SafeText } from "@/components/ui/safe-text"
import type { WeekItem } from "./week-items"

interface EventChipProps {
  readonly item: WeekItem
  readonly timeText: string
  readonly isShort: boolean
}

/** The inside of an event on the grid: in one line the time gives way to the title. */
export function EventChip({ item, timeText, isShort }: EventChipProps) {
  const title = item.kind === "ghost" ? <GhostTitle item={item} /> : <EventTitle item={item} isShort={isShort} />
  if (isShort)
    return (
      <span className="flex h-4 flex-wrap gap-x-1 overflow-hidden text-xs leading-4">
        <span className="max-w-full truncate font-semibold">{title}</span>
        <span>{timeText.split(RANGE)[0]}</span>
      </span>
    )
  return (
    <span className="block text-xs leading-4">
      <span className="block font-semibold">{title}</span>
      <span className="block">{timeText.replace(RANGE, "-")}</span>
    </span>
  )
}

/** FullCalendar joins both times of a range by an en dash. */
const RANGE = /\s*–\s*/

interface EventTitleProps {
  readonly item: Extract<WeekItem, { kind: "event" }>
  readonly isShort: boolean
}

function EventTitle({ item, isShort }: EventTitleProps) {
  const { event } = item.shown
  return (
    <>
      {!event.movable && (
        <Lock role="img" aria-label="Cannot be moved by you" className="mr-1 inline size-3 align-[-1px]" />
      )}
      {!event.movable && " "}
      <SafeText text={event.summary} />
      {event.seriesId !== null && !isShort && " "}
      {event.seriesId !== null && !isShort && (
        <Repeat role="img" aria-label="repeats" className="ml-1 inline size-3 align-[-1px] opacity-75" />
      )}
    </>
  )
}

/** "Weekly sync → here"; in a narrow column the title is what stays. */
const GhostTitle = ({ item }: { readonly item: Extract<WeekItem, { kind: "ghost" }> }) => (
  <span className="-mx-0.5 flex h-4 flex-wrap gap-x-1 overflow-hidden">
    {item.stale && <PencilLine role="img" aria-label="changed since" className="mt-0.5 size-3 shrink-0 text-warn" />}
    <span className="max-w-full truncate">
      <SafeText text={item.operation.after.summary} />
    </span>
    <span className="shrink-0">→ here</span>
  </span>
)
