"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { CheckBoxes } from "@/components/ui/check-boxes"
import { Field, Input, Select } from "@/components/ui/field"
import { isDefaultLength, MAX_NAME_LENGTH, MAX_TITLE_LENGTH, type Preference } from "@/lib/domain/preferences"
import { DefaultLengthField } from "./default-length-field"

const KINDS = {
  "not-before": "Never before a time",
  "not-after": "Never after a time",
  "day-free": "Keep a day free",
  "default-length": "A default length",
  name: "A name of yours for a title",
} as const satisfies Record<Preference["kind"], string>

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const
const DAY_NAMES: Readonly<Record<string, string>> = Object.fromEntries(DAYS.map((name, at) => [at + 1, name]))

/** Every field of every kind, so that changing the kind loses nothing that was typed. */
const START = {
  time: "09:30",
  days: [] as readonly number[],
  day: 5 as number,
  minutes: 45 as number,
  words: "",
  title: "",
}

interface PreferenceFormProps {
  /** Null: a new one. */
  readonly line: Preference | null
  readonly pending: boolean
  readonly onSave: (line: Preference) => void
  readonly onCancel: () => void
}

export function PreferenceForm({ line, pending, onSave, onCancel }: PreferenceFormProps) {
  const [kind, setKind] = useState<Preference["kind"]>(line?.kind ?? "not-before")
  const [typed, setTyped] = useState({ ...START, ...line })
  const [tried, setTried] = useState(false)
  const made = madeOf(kind, typed)
  const missing = tried && made === null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (made) onSave(made)
  }
  return (
    <form
      onSubmit={submit}
      noValidate
      aria-label={line ? "Edit the line" : "Add a line"}
      className="grid gap-4 py-2"
      onKeyDown={(event) => event.key === "Escape" && onCancel()}
    >
      {!line && (
        <Field label="What to keep in mind" className="sm:max-w-xs">
          {(ids) => (
            <Select {...ids} autoFocus value={kind} onChange={(e) => setKind(e.target.value as Preference["kind"])}>
              {Object.entries(KINDS).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {(kind === "not-before" || kind === "not-after") && (
        <>
          <Field label="Time" className="sm:max-w-40" {...(missing ? { error: "Name a time." } : {})}>
            {(ids) => (
              <Input
                {...ids}
                type="time"
                autoFocus={line !== null}
                value={typed.time}
                onChange={(e) => setTyped({ ...typed, time: e.target.value })}
              />
            )}
          </Field>
          <CheckBoxes
            legend="Only on (none: every day)"
            names={DAY_NAMES}
            chosen={typed.days.map(String)}
            onChange={(days) => setTyped({ ...typed, days: days.map(Number) })}
          />
        </>
      )}
      {kind === "day-free" && (
        <Field label="Day" className="sm:max-w-40">
          {(ids) => (
            <Select
              {...ids}
              autoFocus={line !== null}
              value={typed.day}
              onChange={(e) => setTyped({ ...typed, day: Number(e.target.value) })}
            >
              {DAYS.map((name, at) => (
                <option key={name} value={at + 1}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {kind === "default-length" && (
        <DefaultLengthField
          minutes={typed.minutes}
          onChange={(minutes) => setTyped({ ...typed, minutes })}
          missing={missing}
          autoFocus={line !== null}
        />
      )}
      {kind === "name" && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="When you say" {...(missing && !typed.words.trim() ? { error: "Say what you call it." } : {})}>
            {(ids) => (
              <Input
                {...ids}
                autoFocus={line !== null}
                maxLength={MAX_NAME_LENGTH}
                placeholder="the review"
                value={typed.words}
                onChange={(e) => setTyped({ ...typed, words: e.target.value })}
              />
            )}
          </Field>
          <Field label="you mean the title" {...(missing && !typed.title.trim() ? { error: "Name a title." } : {})}>
            {(ids) => (
              <Input
                {...ids}
                maxLength={MAX_TITLE_LENGTH}
                placeholder="Design review"
                value={typed.title}
                onChange={(e) => setTyped({ ...typed, title: e.target.value })}
              />
            )}
          </Field>
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" pending={pending}>
          Save
        </Button>
        <Button disabled={pending} onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

/** Null: something is missing. */
function madeOf(kind: Preference["kind"], typed: typeof START): Preference | null {
  const { time, days, day, minutes } = typed
  const [words, title] = [typed.words.trim(), typed.title.trim()]
  switch (kind) {
    case "not-before":
    case "not-after":
      return time === "" ? null : { kind, time, days }
    case "day-free":
      return { kind, day }
    case "default-length":
      return isDefaultLength(minutes) ? { kind, minutes } : null
    case "name":
      return words === "" || title === "" ? null : { kind, words, title }
  }
}
