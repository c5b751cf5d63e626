"use client"

import { type FormEvent, useRef, useState } from "react"
import { Button } from "@/components/ui/button"
import { Field, Input, Select } from "@/components/ui/field"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { Prose } from "@/components/ui/prose"
import { Sheet } from "@/components/ui/sheet"
import { isMade, isUnderWay, useCreateEvent } from "@/lib/client/create-event"
import { ProblemError } from "@/lib/client/fetch-json"
import { newId } from "@/lib/client/new-id"
import type { ShownCalendar } from "@/lib/client/week"
import type { ConnectionId } from "@/lib/domain/event"
import { readTypedEvent, type TypedEvent, type TypedProblems } from "./typed-event"

interface NewEventProps {
  /** What is in the fields to begin with. */
  readonly initial: TypedEvent
  readonly calendars: readonly ShownCalendar[]
  readonly timeZone: string
  readonly onClose: () => void
}

/** A new event. Whatever goes wrong, what was typed stays; pressed twice or sent again it is made once. */
export function NewEvent({ initial, calendars, timeZone, onClose }: NewEventProps) {
  const writable = calendars.filter((calendar) => calendar.writable)
  const [typed, setTyped] = useState(initial)
  const [chosen, setChosen] = useState(() => keyOf(defaultOf(writable)))
  const [problems, setProblems] = useState<TypedProblems>({})
  const wishId = useRef(newId())
  const create = useCreateEvent()
  const set = (part: Partial<TypedEvent>) => setTyped({ ...typed, ...part })
  const calendar = writable.find((each) => keyOf(each) === chosen)

  const submit = (submitted: FormEvent) => {
    submitted.preventDefault()
    const draft = readTypedEvent(typed, timeZone)
    if (!("summary" in draft)) return setProblems(draft)
    setProblems({})
    if (!calendar || create.isPending) return
    const wish = {
      id: wishId.current,
      connectionId: calendar.connectionId as ConnectionId,
      calendarId: calendar.id,
      draft,
    }
    create.mutate(wish, {
      onSuccess: (answer) => {
        if (isMade(answer)) return onClose()
        // it was refused, and what is pressed next is another wish; while it is being looked for it stays the same one
        if (!isUnderWay(answer)) wishId.current = newId()
      },
      onError: (error) => {
        if (error instanceof ProblemError && error.status >= 400 && error.status < 500) wishId.current = newId()
      },
    })
  }
  const answer = create.data
  const refused = answer && !isMade(answer) ? answer.proposal.operations[0]?.text : undefined
  return (
    <Sheet open onClose={onClose} title="New event">
      <form onSubmit={submit} noValidate aria-label="New event" className="grid gap-4">
        <Field label="Title" {...(problems.title && { error: problems.title })}>
          {(ids) => (
            <Input
              {...ids}
              autoFocus
              maxLength={1024}
              value={typed.title}
              onChange={(e) => set({ title: e.target.value })}
            />
          )}
        </Field>
        <label className="flex min-h-8 items-center gap-2.5 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={typed.allDay}
            onChange={(e) => set({ allDay: e.target.checked })}
          />
          All day
        </label>
        <Times typed={typed} problems={problems} set={set} />
        <Field label="Place">
          {(ids) => (
            <Input {...ids} maxLength={1024} value={typed.place} onChange={(e) => set({ place: e.target.value })} />
          )}
        </Field>
        <Field
          label="Guests"
          hint="Addresses, apart by commas. They are told."
          {...(problems.guests && { error: problems.guests })}
        >
          {(ids) => (
            <Input
              {...ids}
              type="text"
              inputMode="email"
              autoCapitalize="none"
              spellCheck={false}
              value={typed.guests}
              onChange={(e) => set({ guests: e.target.value })}
            />
          )}
        </Field>
        <Field label="Calendar">
          {(ids) => (
            <Select {...ids} value={chosen} onChange={(e) => setChosen(e.target.value)}>
              {writable.map((each) => (
                <option key={keyOf(each)} value={keyOf(each)}>
                  {each.name} ({each.account})
                </option>
              ))}
            </Select>
          )}
        </Field>
        {create.isError && <ProblemNotice error={create.error} />}
        {refused && (
          <Notice tone="danger" live>
            <Prose text={refused} />
          </Notice>
        )}
        <div className="flex gap-2">
          <Button type="submit" variant="primary" pending={create.isPending}>
            Create
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Sheet>
  )
}

interface TimesProps {
  readonly typed: TypedEvent
  readonly problems: TypedProblems
  readonly set: (part: Partial<TypedEvent>) => void
}

const Times = ({ typed, problems, set }: TimesProps) => (
  <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
    <Field
      label={typed.allDay ? "First day" : "Date"}
      className={typed.allDay ? "" : "max-sm:col-span-2"}
      {...(problems.date && { error: problems.date })}
    >
      {(ids) => (
        <Input
          {...ids}
          type="date"
          value={typed.date}
          onChange={(e) => set({ date: e.target.value, lastDay: e.target.value })}
        />
      )}
    </Field>
    {typed.allDay ? (
      <Field label="Last day" {...(problems.lastDay && { error: problems.lastDay })}>
        {(ids) => (
          <Input {...ids} type="date" value={typed.lastDay} onChange={(e) => set({ lastDay: e.target.value })} />
        )}
      </Field>
    ) : (
      <>
        <Field label="Start">
          {(ids) => <Input {...ids} type="time" value={typed.start} onChange={(e) => set({ start: e.target.value })} />}
        </Field>
        <Field label="End" {...(problems.end && { error: problems.end })}>
          {(ids) => <Input {...ids} type="time" value={typed.end} onChange={(e) => set({ end: e.target.value })} />}
        </Field>
      </>
    )}
  </div>
)

const keyOf = (calendar: ShownCalendar | undefined): string =>
  calendar ? `${calendar.connectionId} ${calendar.id}` : ""

/** The one that the person chose for new events; else a primary one. */
const defaultOf = (writable: readonly ShownCalendar[]): ShownCalendar | undefined =>
  writable.find((calendar) => calendar.isDefault) ?? writable.find((calendar) => calendar.primary) ?? writable[0]
