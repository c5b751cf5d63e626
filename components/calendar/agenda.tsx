import { Lock, PencilLine, Repeat } from "lucide-react"
import { Fragment } from "react"
import { cn } from "@/components/ui/cn"
import { SafeText } from "@/components/ui/safe-text"
import type { WeekView } from "@/lib/client/week"
import { formatDay, spokenSpan } from "@/lib/domain/format-when"
import { wallOf } from "@/lib/domain/zoned-time"
import { agendaDays } from "./agenda-days"
import { hueClass, spanOf, type WeekItem } from "./week-items"

interface AgendaProps {
  readonly week: WeekView
  readonly items: readonly WeekItem[]
  readonly onOpen: (item: WeekItem, anchor: HTMLElement) => void
}

const DAYS = 7

/** The week as a list: on a phone, without a script, and while the grid loads. */
export function Agenda({ week, items, onOpen }: AgendaProps) {
  const { timeZone } = week
  const today = wallOf(week.now, timeZone).date
  const days = agendaDays(items, wallOf(week.from, timeZone).date, DAYS, timeZone)
  return (
    <div className="grid gap-5 p-4">
      {days.map(({ on, items: onDay }) => (
        <section key={on} aria-label={formatDay(on)}>
          <h3 className="flex items-center gap-2 border-b border-line pb-1 text-sm font-semibold">
            {formatDay(on)}
            {on === today && <span className="rounded-full bg-accent px-2 text-xs text-accent-ink">Today</span>}
          </h3>
          {onDay.length === 0 && <p className="py-2 text-sm text-ink-soft">Nothing planned</p>}
          <ul>
            {onDay.map((item) => (
              <li key={item.id}>
                <AgendaRow item={item} timeZone={timeZone} onOpen={onOpen} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

interface AgendaRowProps extends Pick<AgendaProps, "onOpen"> {
  readonly item: WeekItem
  readonly timeZone: string
}

function AgendaRow({ item, timeZone, onOpen }: AgendaRowProps) {
  const isGhost = item.kind === "ghost"
  const event = isGhost ? item.operation.after : item.shown.event
  return (
    <button
      type="button"
      data-item={item.id}
      onClick={(press) => onOpen(item, press.currentTarget)}
      className={cn(
        "flex min-h-11 w-full items-center gap-3 rounded-lg px-2 py-1.5 text-left hover:bg-sunken",
        hueClass(item.hue),
        isGhost && "my-1 border-2 border-dashed border-accent text-accent",
        !isGhost && item.leaving && "text-ink-soft",
      )}
    >
      <span className="w-24 shrink-0 text-sm text-ink-soft">{spokenSpan(spanOf(item), timeZone).time}</span>
      <span aria-hidden className={cn("h-6 w-1 shrink-0 rounded-full bg-hue-edge", isGhost && "bg-accent")} />
      <span className="min-w-0 flex-1 font-medium">
        <SafeText text={event.summary} />
        {isGhost && <Fragment> → here, proposed</Fragment>}
        {isGhost && item.stale && (
          <span className="ml-2 inline-flex items-center gap-1 text-xs text-warn">
            <PencilLine aria-hidden className="size-3" /> changed since
          </span>
        )}
      </span>
      {!isGhost && event.seriesId !== null && (
        <Repeat role="img" aria-label="repeats" className="size-3.5 text-ink-soft" />
      )}
      {!isGhost && !event.movable && (
        <Lock role="img" aria-label="Cannot be moved by you" className="size-3.5 shrink-0 text-ink-soft" />
      )}
    </button>
  )
}
