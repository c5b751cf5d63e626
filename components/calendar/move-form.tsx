"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { Field, Input } from "@/components/ui/field"
import type { CalendarEvent, Span } from "@/lib/domain/event"
import type { Scope } from "@/lib/domain/plan"
import { ScopeChoice } from "./scope-choice"
import { readTypedSpan, type TypedSpan, typedSpan } from "./typed-span"

interface MoveFormProps {
  readonly event: CalendarEvent
  readonly timeZone: string
  readonly onMove: (to: Span, scope: Scope) => void
  readonly onCancel: () => void
  /** What the button says. */
  readonly verb?: string
  /** Asks how far it reaches, where the event is one of a series. */
  readonly asksScope?: boolean
}

/** Moving without a mouse: a date and two times, in the reader's zone. */
export function MoveForm({ event, timeZone, onMove, onCancel, verb = "Move", asksScope = false }: MoveFormProps) {
  const [scope, setScope] = useState<Scope>("this")
  const [typed, setTyped] = useState<TypedSpan>(() => typedSpan(event, timeZone))
  const [refused, setRefused] = useState("")
  const set = (part: Partial<TypedSpan>) => setTyped({ ...typed, ...part })
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault()
    const to = readTypedSpan(typed, event, timeZone)
    if (typeof to === "string") setRefused(to)
    else onMove(to, scope)
  }
  return (
    <form onSubmit={submit} noValidate className="grid gap-3 border-t border-line pt-3">
      <Field label="Date" error={refused}>
        {(ids) => (
          <Input {...ids} type="date" autoFocus value={typed.date} onChange={(e) => set({ date: e.target.value })} />
        )}
      </Field>
      {event.start.kind === "timed" && (
        <div className="grid grid-cols-2 gap-3">
          <Field label="Start">
            {(ids) => (
              <Input {...ids} type="time" value={typed.start} onChange={(e) => set({ start: e.target.value })} />
            )}
          </Field>
          <Field label="End">
            {(ids) => <Input {...ids} type="time" value={typed.end} onChange={(e) => set({ end: e.target.value })} />}
          </Field>
        </div>
      )}
      {asksScope && event.seriesId !== null && <ScopeChoice value={scope} onChoose={setScope} />}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" size="small">
          {verb}
        </Button>
        <Button size="small" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
