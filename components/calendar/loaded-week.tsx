"use client"

import { lazy, Suspense, useMemo, useRef, useState } from "react"
import { cn } from "@/components/ui/cn"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useServerNow } from "@/components/ui/use-server-now"
import { useActOnEvent } from "@/lib/client/act-on-event"
import { useEditEvent } from "@/lib/client/edit-event"
import type { WeekView } from "@/lib/client/week"
import type { EventPatch } from "@/lib/domain/event"
import { formatSpan, formatWeek } from "@/lib/domain/format-when"
import { addDays, mondayOf, wallOf } from "@/lib/domain/zoned-time"
import { Agenda } from "./agenda"
import { CalendarLegend } from "./calendar-legend"
import { OpenedEvent } from "./opened-event"
import { useKeptFocus } from "./use-kept-focus"
import { type KeyboardMove, useKeyboardMove } from "./use-keyboard-move"
import { useMedia } from "./use-media"
import { useOpenItem } from "./use-open-item"
import { type EventItem, type WeekItem, weekItems } from "./week-items"
import { WeekProblems } from "./week-problems"
import { WeekToolbar } from "./week-toolbar"

/** Only ever rendered in a browser: the server never finds the window wide. */
const WeekGrid = lazy(() => import("./week-grid").then((loaded) => ({ default: loaded.WeekGrid })))

interface LoadedWeekProps {
  readonly week: WeekView
  readonly readAtMs: number
  /** The last refetch failed: what is shown may be old. */
  readonly error: Error | null
  readonly onFrom: (from: string | null) => void
  readonly onHold: (hold: boolean) => void
}

/** The week as it was read, and everything that a person can do to it: open, drag, resize, move by keyboard. */
export function LoadedWeek({ week, readAtMs, error, onFrom, onHold }: LoadedWeekProps) {
  const { timeZone } = week
  const area = useRef<HTMLDivElement>(null)
  const isWide = useMedia("(min-width: 48rem)")
  const { events, calendars, proposals } = week
  const items = useMemo(() => weekItems({ events, calendars, proposals }), [events, calendars, proposals])
  const edit = useEditEvent()
  const act = useActOnEvent()
  const [opened, setOpened] = useState<{ readonly id: string; readonly anchor: DOMRect } | null>(null)
  const openItem = useOpenItem((item, anchor) => setOpened({ id: item.id, anchor }))
  const serverNow = useServerNow(week.now, readAtMs)
  const write = ({ shown }: EventItem, patch: EventPatch) => edit.mutate({ shown, patch })
  const keyboard = useKeyboardMove(timeZone, ({ item, to }) => write(item, to))
  const drawn = useMemo(() => items.map(asMoving(keyboard.moving)), [items, keyboard.moving])
  useKeptFocus(area, drawn)

  const monday = wallOf(week.from, timeZone).date
  const thisMonday = mondayOf(wallOf(week.now, timeZone).date)
  const openedItem = items.find((item): item is EventItem => item.kind === "event" && item.id === opened?.id)
  const focused = (target: EventTarget) => {
    const id = target instanceof Element ? target.closest<HTMLElement>("[data-item]")?.dataset.item : undefined
    return items.find((item): item is EventItem => item.kind === "event" && item.id === id) ?? null
  }
  const agenda = <Agenda week={week} items={drawn} onOpen={openItem} />
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="grid gap-2 p-4 pb-3">
        <WeekToolbar
          title={formatWeek(week.from, week.to, timeZone)}
          isThisWeek={monday === thisMonday}
          onStep={(weeks) => onFrom(addDays(monday, weeks * 7))}
          onToday={() => onFrom(null)}
        />
        {error && <ProblemNotice error={error} />}
        <WeekProblems problems={week.problems} />
        <CalendarLegend calendars={week.calendars} />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: takes the keys of the events inside, which are buttons */}
      <div
        ref={area}
        onKeyDown={(key) => keyboard.press(key, focused(key.target))}
        className={cn("min-h-0 flex-1 select-none", "overflow-y-auto", isWide && "border-t border-line")}
      >
        {isWide ? (
          <Suspense fallback={agenda}>
            <WeekGrid
              week={week}
              items={drawn}
              saving={edit.isPending ? edit.variables.shown.key : null}
              serverNow={serverNow}
              onOpen={openItem}
              onEdit={write}
              onHold={onHold}
            />
          </Suspense>
        ) : (
          agenda
        )}
      </div>
      <p className="sr-only" role="status">
        {keyboard.moving && `${keyboard.moving.item.shown.event.summary}: ${formatSpan(keyboard.moving.to, timeZone)}`}
      </p>
      {openedItem && opened && (
        <OpenedEvent
          key={openedItem.id}
          item={openedItem}
          anchor={opened.anchor}
          isWide={isWide}
          timeZone={timeZone}
          calendars={calendars}
          onClose={() => setOpened(null)}
          onAct={(change) => {
            setOpened(null)
            act.mutate({ shown: openedItem.shown, change })
          }}
          onMove={(to) => {
            setOpened(null)
            write(openedItem, to)
          }}
        />
      )}
    </div>
  )
}

const asMoving =
  (moving: KeyboardMove | null) =>
  (item: WeekItem): WeekItem =>
    item.kind === "event" && moving?.item.id === item.id
      ? { ...item, shown: { ...item.shown, event: { ...item.shown.event, ...moving.to } } }
      : item
