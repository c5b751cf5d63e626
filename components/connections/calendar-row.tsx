"use client"

import { Lock } from "lucide-react"
import { useId, useState } from "react"
import { Badge } from "@/components/ui/badge"
import { Button } from "@/components/ui/button"
import { Select } from "@/components/ui/field"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { SafeText } from "@/components/ui/safe-text"
import { type CalendarWish, type ConnectedCalendar, useChooseCalendar } from "@/lib/client/connections"
import { HuePicker } from "./hue-picker"

interface CalendarRowProps {
  readonly connectionId: string
  readonly calendar: ConnectedCalendar
  readonly hue: number
  /** The person's own setting: what goes when this calendar has no word of its own. */
  readonly shareTitles: boolean
}

const TITLES = { own: null, yes: true, no: false } as const
const titlesOf = (shared: boolean | null): keyof typeof TITLES => (shared === null ? "own" : shared ? "yes" : "no")

/** One calendar: is it looked at, its colour, do new events go there, may admins read its titles. Saved at once, each by itself. */
export function CalendarRow({ connectionId, calendar, hue, shareTitles }: CalendarRowProps) {
  const id = useId()
  const { mutate, error } = useChooseCalendar(connectionId)
  const [said, setSaid] = useState<Partial<ConnectedCalendar>>({})
  const now = { ...calendar, ...said }
  // shown at once, and as the server has it when it has answered
  const say = (wish: Omit<CalendarWish, "calendarId">) => {
    setSaid(wish)
    mutate({ calendarId: calendar.id, ...wish }, { onSettled: () => setSaid({}) })
  }
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <div className="flex min-w-0 flex-1 basis-52 items-center gap-2">
        <HuePicker name={calendar.name} hue={now.hue ?? hue} onPick={(picked) => say({ hue: picked })} />
        <input
          id={id}
          type="checkbox"
          className="size-4 shrink-0 accent-accent"
          checked={now.shown}
          onChange={(event) => say({ shown: event.target.checked })}
        />
        <label htmlFor={id} className="min-w-0 py-1.5 [overflow-wrap:anywhere]">
          <span className="sr-only">Look at </span>
          <SafeText text={calendar.name} />
        </label>
        {!calendar.writable && (
          <span className="flex shrink-0 items-center gap-1 text-xs text-ink-soft">
            <Lock aria-hidden className="size-3" /> read only
          </span>
        )}
      </div>
      <div className="flex min-w-0 items-center gap-2 max-sm:basis-full max-sm:justify-end">
        {now.isDefault && <Badge tone="accent">Default</Badge>}
        {calendar.writable && now.shown && !now.isDefault && (
          <Button
            size="small"
            variant="quiet"
            aria-label={`Make default: ${calendar.name}`}
            onClick={() => say({ isDefault: true })}
          >
            Make default
          </Button>
        )}
        <Select
          aria-label={`May admins read titles of ${calendar.name} in the log?`}
          className="h-8 w-44 min-w-0 px-2 text-xs max-md:h-11 max-md:text-sm"
          value={titlesOf(now.shareTitles)}
          onChange={(event) => say({ shareTitles: TITLES[event.target.value as keyof typeof TITLES] })}
        >
          <option value="own">Titles: usual ({shareTitles ? "shared" : "hidden"})</option>
          <option value="yes">Titles: shared</option>
          <option value="no">Titles: hidden</option>
        </Select>
      </div>
      {error && <ProblemNotice error={error} className="basis-full" />}
    </div>
  )
}
