"use client"

import { Field, Input } from "@/components/ui/field"
import { LEAST_MINUTES, MOST_MINUTES } from "@/lib/domain/preferences"

interface DefaultLengthFieldProps {
  /** NaN: nothing is typed. */
  readonly minutes: number
  readonly onChange: (minutes: number) => void
  readonly missing: boolean
  readonly autoFocus: boolean
}

export const DefaultLengthField = ({ minutes, onChange, missing, autoFocus }: DefaultLengthFieldProps) => (
  <Field
    label="Minutes"
    hint="What a new meeting lasts where you do not say."
    className="sm:max-w-60"
    {...(missing ? { error: `Name ${LEAST_MINUTES} to ${MOST_MINUTES} whole minutes.` } : {})}
  >
    {(ids) => (
      <Input
        {...ids}
        type="number"
        inputMode="numeric"
        min={LEAST_MINUTES}
        max={MOST_MINUTES}
        autoFocus={autoFocus}
        value={Number.isNaN(minutes) ? "" : minutes}
        onChange={(e) => onChange(e.target.valueAsNumber)}
      />
    )}
  </Field>
)
