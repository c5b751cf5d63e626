"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { Field, Input, Select } from "@/components/ui/field"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { type SettingsView, useChangeSettings } from "@/lib/client/settings"
import { timeZones } from "./zones"

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const

export function HoursForm({ settings }: { readonly settings: SettingsView }) {
  const [timeZone, setTimeZone] = useState(settings.timeZone)
  const [hours, setHours] = useState(settings.workingHours)
  const change = useChangeSettings()
  const isBackwards = hours.start >= hours.end
  const toggle = (day: number) =>
    setHours({
      ...hours,
      days: hours.days.includes(day) ? hours.days.filter((d) => d !== day) : [...hours.days, day].sort(),
    })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isBackwards) change.mutate({ timeZone, workingHours: { ...hours, days: [...hours.days] } })
  }
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label="Time zone">
        {(ids) => (
          <Select {...ids} value={timeZone} onChange={(e) => setTimeZone(e.target.value)}>
            {timeZones(settings.timeZone).map((zone) => (
              <option key={zone}>{zone}</option>
            ))}
          </Select>
        )}
      </Field>
      <fieldset>
        <legend className="text-sm font-medium">Working days</legend>
        <div className="mt-1.5 flex flex-wrap gap-2">
          {DAYS.map((name, at) => (
            <label
              key={name}
              className="flex h-10 items-center gap-2 rounded-lg border border-line-strong/70 px-3 text-sm has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-soft-ink"
            >
              <input
                type="checkbox"
                className="accent-accent"
                checked={hours.days.includes(at + 1)}
                onChange={() => toggle(at + 1)}
              />
              {name}
            </label>
          ))}
        </div>
      </fieldset>
      <div className="grid grid-cols-2 gap-3 sm:max-w-xs">
        <Field label="From">
          {(ids) => (
            <Input
              {...ids}
              type="time"
              value={hours.start}
              onChange={(e) => setHours({ ...hours, start: e.target.value })}
            />
          )}
        </Field>
        <Field label="To" {...(isBackwards ? { error: "Must be after the start." } : {})}>
          {(ids) => (
            <Input
              {...ids}
              type="time"
              value={hours.end}
              onChange={(e) => setHours({ ...hours, end: e.target.value })}
            />
          )}
        </Field>
      </div>
      {change.isError && <ProblemNotice error={change.error} />}
      {change.isSuccess && (
        <Notice tone="good" live>
          Saved.
        </Notice>
      )}
      <Button type="submit" variant="primary" className="justify-self-start" pending={change.isPending}>
        Save
      </Button>
    </form>
  )
}
