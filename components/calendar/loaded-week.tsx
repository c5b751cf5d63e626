"use client"

import { type KeyboardEvent, lazy, Suspense, useMemo, useRef, useState } from "react"
import { cn } from "@/components/ui/cn"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useServerNow } from "@/components/ui/use-server-now"
import { useActOnEvent } from "@/lib/client/act-on-event"
import { useEditEvent } from "@/lib/client/edit-event"
import type { ProposalView } from "@/lib/client/proposals"
import type { WeekView } from "@/lib/client/week"
import type { EventPatch } from "@/lib/domain/event"
import { formatSpan, formatWeek } from "@/lib/domain/format-when"
import type { Scope } from "@/lib/domain/plan"
import { addDays, mondayOf, wallOf } from "@/lib/domain/zoned-time"
import { Agenda } from "./agenda"
import { CalendarLegend } from "./calendar-legend"
import { ConfirmProposal } from "./confirm-proposal"
import { NewEvent } from "./new-event"
import { OpenedEvent } from "./opened-event"
import { type TypedEvent, typedAt, typedNext } from "./typed-event"
import { useKeptFocus } from "./use-kept-focus"
import { type KeyboardMove, useKeyboardMove } from "./use-keyboard-move"
import { useMedia } from "./use-media"
import { useOpenItem } from "./use-open-item"
import { type EventItem, type WeekItem, weekItems } from "./week-items"
import { WeekProblems } from "./week-problems"
import { WeekToolbar } from "./week-toolbar"
import { WhichOnes } from "./which-ones"

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
  const [waiting, setWaiting] = useState<ProposalView | null>(null)
  const edit = useEditEvent(setWaiting)
  const act = useActOnEvent()
  const [opened, setOpened] = useState<{ readonly id: string; readonly anchor: DOMRect } | null>(null)
  const openItem = useOpenItem((item, anchor) => setOpened({ id: item.id, anchor }))
  const [typed, setTyped] = useState<TypedEvent | null>(null)
  const serverNow = useServerNow(week.now, readAtMs)
  const [pulled, setPulled] = useState<{ readonly item: EventItem; readonly patch: EventPatch } | null>(null)
  const write = ({ shown }: EventItem, patch: EventPatch, scope: Scope, tellGuests = true) =>
    edit.mutate({ shown, patch, scope, tellGuests })
  const pull = (item: EventItem, patch: EventPatch) =>
    item.shown.event.seriesId === null ? write(item, patch, "this") : setPulled({ item, patch })
  const keyboard = useKeyboardMove(timeZone, ({ item, to }) => pull(item, to))
  const drawn = useMemo(() => items.map(asMoving(keyboard.moving)), [items, keyboard.moving])
  useKeptFocus(area)

  const monday = wallOf(week.from, timeZone).date
  const thisMonday = mondayOf(wallOf(week.now, timeZone).date)
  const mayCreate = calendars.some((calendar) => calendar.writable)
  const newEvent = () => {
    const now = wallOf(serverNow().toISOString(), timeZone)
    setTyped(typedNext(now, monday, monday === thisMonday, week.workingHours.start))
  }
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
          onNew={mayCreate ? newEvent : null}
        />
        {error && <ProblemNotice error={error} />}
        <WeekProblems problems={week.problems} />
        <CalendarLegend calendars={week.calendars} />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: takes the keys of the events inside, which are buttons */}
      <div
        ref={area}
        onKeyDown={(key) => {
          keyboard.press(key, focused(key.target))
          if (mayCreate && asksForNew(key)) newEvent()
        }}
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
              onEdit={pull}
              onHold={onHold}
              onEmpty={(date, minutes) => mayCreate && setTyped(typedAt(date, minutes))}
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
          onAct={(change, tellGuests) => {
            setOpened(null)
            act.mutate({ shown: openedItem.shown, change, tellGuests })
          }}
          onMove={(to, scope, tellGuests) => {
            setOpened(null)
            write(openedItem, to, scope, tellGuests)
          }}
        />
      )}
      {pulled && (
        <WhichOnes
          {...pulled}
          timeZone={timeZone}
          onClose={() => setPulled(null)}
          onMove={(scope) => {
            setPulled(null)
            write(pulled.item, pulled.patch, scope)
          }}
        />
      )}
      {waiting && <ConfirmProposal proposal={waiting} onClose={() => setWaiting(null)} />}
      {typed && <NewEvent initial={typed} calendars={calendars} timeZone={timeZone} onClose={() => setTyped(null)} />}
    </div>
  )
}

/** "n" anywhere in the week, or Enter on the heading of its hours, which has the focus where no event has. */
const asksForNew = ({ key, target, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean =>
  !altKey && !ctrlKey && !metaKey && (key === "n" || (key === "Enter" && isHeading(target)))

const isHeading = (target: EventTarget): boolean =>
  target instanceof Element && target.getAttribute("role") === "rowheader"

const asMoving =
  (moving: KeyboardMove | null) =>
  (item: WeekItem): WeekItem =>
    item.kind === "event" && moving?.item.id === item.id
      ? { ...item, shown: { ...item.shown, event: { ...item.shown.event, ...moving.to } } }
      : item
