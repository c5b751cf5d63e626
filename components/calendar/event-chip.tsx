import { Lock, PencilLine, Repeat } from "lucide-react"
import { SafeText } from "@/components/ui/safe-text"
import type { WeekItem } from "./week-items"

interface EventChipProps {
  readonly item: WeekItem
  readonly timeText: string
  readonly isShort: boolean
}

/** The inside of an event on the grid. */
export function EventChip({ item, timeText, isShort }: EventChipProps) {
  return (
    <span className={isShort ? "flex items-baseline gap-1 text-xs leading-4" : "block text-xs leading-4"}>
      <span className={isShort ? "order-2 shrink-0 opacity-85" : "block opacity-85"}>{timeText} </span>
      <span className="min-w-0 font-semibold">
        {item.kind === "ghost" ? <GhostTitle item={item} /> : <EventTitle item={item} />}
      </span>
    </span>
  )
}

function EventTitle({ item }: { readonly item: Extract<WeekItem, { kind: "event" }> }) {
  const { event } = item.shown
  return (
    <>
      {!event.movable && (
        <Lock role="img" aria-label="Cannot be moved by you" className="mr-1 inline size-3 align-[-1px]" />
      )}
      <SafeText text={event.summary} />
      {event.seriesId !== null && (
        <Repeat role="img" aria-label="repeats" className="ml-1 inline size-3 align-[-1px] opacity-75" />
      )}
    </>
  )
}

function GhostTitle({ item }: { readonly item: Extract<WeekItem, { kind: "ghost" }> }) {
  return (
    <>
      <SafeText text={item.operation.after.summary} /> → here
      {item.stale && (
        <span className="ml-1 inline-flex items-center gap-0.5 text-warn">
          <PencilLine aria-hidden className="size-3" /> changed since
        </span>
      )}
    </>
  )
}
