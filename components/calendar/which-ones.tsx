"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { SafeText } from "@/components/ui/safe-text"
import { Sheet } from "@/components/ui/sheet"
import type { EventPatch } from "@/lib/domain/event"
import { patched } from "@/lib/domain/event-diff"
import { formatSpan } from "@/lib/domain/format-when"
import type { Scope } from "@/lib/domain/plan"
import { ScopeChoice } from "./scope-choice"
import type { EventItem } from "./week-items"

interface WhichOnesProps {
  readonly item: EventItem
  readonly patch: EventPatch
  readonly timeZone: string
  readonly onMove: (scope: Scope) => void
  readonly onClose: () => void
}

/** One of a series was pulled somewhere else: nothing is written before the person has said which ones that is for. */
export function WhichOnes({ item, patch, timeZone, onMove, onClose }: WhichOnesProps) {
  const [scope, setScope] = useState<Scope>("this")
  const { event } = item.shown
  const submit = (submitted: FormEvent) => {
    submitted.preventDefault()
    onMove(scope)
  }
  return (
    <Sheet
      open
      onClose={onClose}
      title={
        <>
          Move <SafeText text={event.summary} />
        </>
      }
      description={`To ${formatSpan(patched(event, patch), timeZone)}`}
    >
      <form onSubmit={submit} className="grid gap-4">
        <ScopeChoice autoFocus value={scope} onChoose={setScope} />
        <div className="flex gap-2">
          <Button type="submit" variant="primary">
            Move
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Sheet>
  )
}
