"use client"

import { Pencil, Plus, Trash2 } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { SafeText } from "@/components/ui/safe-text"
import { type PreferencesView, usePreferences, useWritePreferences } from "@/lib/client/preferences"
import { afterChange, MOST_PREFERENCES, type Preference, subjectOf } from "@/lib/domain/preferences"
import { sayPreference } from "@/lib/domain/wording-preferences"
import { PreferenceForm } from "./preference-form"

/** A form that is open, and what stood when it was opened: that is what its Save is conditioned on. */
interface Opened {
  /** Null: a new line. */
  readonly line: Preference | null
  readonly on: PreferencesView
}

export function KeptInMind() {
  const { data, error, refetch } = usePreferences()
  const write = useWritePreferences()
  const [opened, setOpened] = useState<Opened | null>(null)
  if (!data)
    return error ? (
      <ProblemNotice error={error} retry={() => void refetch()} />
    ) : (
      <div role="status" aria-label="Loading" className="h-16 animate-pulse rounded-lg bg-sunken" />
    )
  const put = (on: PreferencesView, preferences: readonly Preference[], done: () => void = () => {}) =>
    write.mutate(
      { preferences, seen: on.version },
      { onSuccess: (answer) => (answer.kind === "applied" ? done() : setOpened(null)) },
    )
  const save =
    ({ line, on }: Opened) =>
    (next: Preference) => {
      const others = line ? on.preferences.filter((one) => subjectOf(one) !== subjectOf(line)) : on.preferences
      put(on, afterChange(others, { op: "remember", lines: [next] }), () => setOpened(null))
    }
  const form = opened && (
    <PreferenceForm
      line={opened.line}
      pending={write.isPending}
      onSave={save(opened)}
      onCancel={() => setOpened(null)}
    />
  )
  const open = (line: Preference | null) => {
    write.reset()
    setOpened({ line, on: data })
  }
  return (
    <div className="grid gap-3">
      {data.preferences.length === 0 && <p className="text-ink-soft">Nothing yet. Add a line, or tell it in chat.</p>}
      <ul aria-label="Kept in mind" className="grid gap-2">
        {data.preferences.map((line) => (
          <li key={subjectOf(line)} className="rounded-lg border border-line px-3 py-2">
            {opened?.line && subjectOf(opened.line) === subjectOf(line) ? (
              form
            ) : (
              <Line
                line={line}
                disabled={write.isPending}
                onEdit={() => open(line)}
                onRemove={() => {
                  setOpened(null)
                  put(data, afterChange(data.preferences, { op: "forget", lines: [line] }))
                }}
              />
            )}
          </li>
        ))}
      </ul>
      {write.data?.kind === "conflict" && (
        <Notice tone="warn" live>
          Changed meanwhile, in another tab or in chat, so nothing was saved. This is what stands now.
        </Notice>
      )}
      {write.isError && <ProblemNotice error={write.error} />}
      {write.data?.kind === "applied" && !opened && (
        <Notice tone="good" live>
          Saved.
        </Notice>
      )}
      {opened && !opened.line && form}
      {!opened && data.preferences.length < MOST_PREFERENCES && (
        <Button className="justify-self-start" onClick={() => open(null)}>
          <Plus aria-hidden /> Add a line
        </Button>
      )}
    </div>
  )
}

interface LineProps {
  readonly line: Preference
  readonly disabled: boolean
  readonly onEdit: () => void
  readonly onRemove: () => void
}

function Line({ line, disabled, onEdit, onRemove }: LineProps) {
  const words = sayPreference(line)
  return (
    <div className="flex flex-wrap items-center justify-end gap-x-3 gap-y-1">
      <p className="min-w-0 flex-1 basis-56 [overflow-wrap:anywhere]">
        <SafeText text={words} />
      </p>
      <div className="flex gap-2">
        <Button size="small" disabled={disabled} aria-label={`Edit: ${words}`} onClick={onEdit}>
          <Pencil aria-hidden /> Edit
        </Button>
        <Button size="small" disabled={disabled} aria-label={`Remove: ${words}`} onClick={onRemove}>
          <Trash2 aria-hidden /> Remove
        </Button>
      </div>
    </div>
  )
}
