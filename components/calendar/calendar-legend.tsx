import { Lock } from "lucide-react"
import { cn } from "@/components/ui/cn"
import { SafeText } from "@/components/ui/safe-text"
import type { ShownCalendar } from "@/lib/client/week"
import { hueClass, huesOf } from "./week-items"

/** Which colour is which calendar. */
export function CalendarLegend({ calendars }: { readonly calendars: readonly ShownCalendar[] }) {
  const hues = huesOf(calendars)
  return (
    <ul aria-label="Calendars" className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-soft">
      {calendars.map((calendar) => (
        <li key={`${calendar.connectionId} ${calendar.id}`} className="flex min-w-0 items-center gap-1.5">
          <span
            aria-hidden
            className={cn(
              "size-2.5 shrink-0 rounded-sm bg-hue-edge",
              hueClass(hues(calendar.connectionId, calendar.id)),
            )}
          />
          <SafeText text={calendar.name} />
          {!calendar.writable && <Lock role="img" aria-label="read only" className="size-3" />}
        </li>
      ))}
    </ul>
  )
}
