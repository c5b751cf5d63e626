"use client"

import { Bot, CalendarDays } from "lucide-react"
import type { ReactNode } from "react"
import { cn } from "@/components/ui/cn"
import { useShared } from "@/lib/client/shared-value"
import { type PaneId, shownPane } from "@/lib/client/shown-pane"

const PANES = [
  { id: "assistant", label: "Assistant", icon: Bot },
  { id: "calendar", label: "Calendar", icon: CalendarDays },
] as const

interface MainScreenProps {
  /** Above both panes: questions that wait for an answer, and what went wrong just now. */
  readonly notices: ReactNode
  readonly calendar: ReactNode
  readonly assistant: ReactNode
}

/** The week and the assistant side by side; on a phone one of them, with a switch at the bottom. Both stay mounted, so nothing typed is lost. */
export function MainScreen({ notices, calendar, assistant }: MainScreenProps) {
  const shown = useShared(shownPane, "assistant")
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="grid gap-2 px-3 pt-3 empty:hidden sm:px-4">{notices}</div>
      <div className="flex min-h-0 flex-1 gap-4 p-0 md:p-4">
        <Pane id="calendar" label="Calendar" shown={shown} className="flex-1">
          {calendar}
        </Pane>
        <Pane id="assistant" label="Assistant" shown={shown} className="md:w-[22rem] lg:w-[26rem]">
          {assistant}
        </Pane>
      </div>
      <fieldset className="flex border-t border-line bg-surface md:hidden">
        <legend className="sr-only">What to show</legend>
        {PANES.map(({ id, label, icon: Icon }) => (
          <button
            key={id}
            type="button"
            aria-pressed={shown === id}
            onClick={() => shownPane.set(id)}
            className={cn(
              "flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-xs",
              shown === id ? "font-semibold text-accent" : "text-ink-soft",
            )}
          >
            <Icon aria-hidden className="size-5" />
            {label}
          </button>
        ))}
      </fieldset>
    </div>
  )
}

interface PaneProps {
  readonly id: PaneId
  readonly label: string
  readonly shown: PaneId
  readonly className: string
  readonly children: ReactNode
}

const Pane = ({ id, label, shown, className, children }: PaneProps) => (
  <section
    aria-label={label}
    className={cn(
      "min-h-0 min-w-0 flex-col overflow-hidden bg-surface max-md:flex-1 md:flex md:rounded-xl md:border md:border-line md:shadow-card",
      shown === id ? "flex" : "max-md:hidden",
      className,
    )}
  >
    {children}
  </section>
)
