import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { Field, Input } from "@/components/ui/field"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useOpenCalendar } from "@/lib/client/agents"
import type { BookablePlace } from "@/lib/domain/bookable-key"
import type { BookingTimes } from "@/lib/domain/booking"
import { TIME_BOUNDS } from "@/lib/http/schemas/agents"

interface TimesFormProps {
  readonly place: BookablePlace
  readonly times: BookingTimes
  readonly writeAtOnce: boolean
  readonly verb: string
  readonly onDone: () => void
}

/** What is typed, and how many of the stored unit one of it is. */
const FIELDS = [
  { name: "holdMs", label: "A hold lasts (seconds)", unit: 1_000 },
  { name: "bumpMs", label: "A booking may be bumped for (seconds)", unit: 1_000 },
  { name: "maxHolds", label: "Holds of one agent at once", unit: 1 },
] as const

/** The times of one calendar. What stands keeps the times that it was taken with. */
export function TimesForm({ place, times, writeAtOnce, verb, onDone }: TimesFormProps) {
  const [typed, setTyped] = useState(() => ({
    holdMs: String(times.holdMs / 1_000),
    bumpMs: String(times.bumpMs / 1_000),
    maxHolds: String(times.maxHolds),
  }))
  const [atOnce, setAtOnce] = useState(writeAtOnce)
  const open = useOpenCalendar()
  const read = FIELDS.map(({ name, unit }) => {
    const { min, max } = TIME_BOUNDS[name]
    const value = typed[name].trim() === "" ? Number.NaN : Number(typed[name]) * unit
    const fits = Number.isInteger(value) && value >= min && value <= max
    return { name, value, error: fits ? undefined : `From ${min / unit} to ${max / unit}.` }
  })
  const errorOf = (name: keyof BookingTimes) => read.find((each) => each.name === name)?.error
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (read.some(({ error }) => error)) return
    const wanted = Object.fromEntries(read.map(({ name, value }) => [name, value])) as unknown as BookingTimes
    open.mutate({ ...place, times: wanted, writeAtOnce: atOnce }, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <div className="grid items-end gap-4 sm:grid-cols-3">
        {FIELDS.map(({ name, label }) => {
          const error = errorOf(name)
          return (
            <Field key={name} label={label} {...(error && { error })}>
              {(ids) => (
                <Input
                  {...ids}
                  inputMode="numeric"
                  value={typed[name]}
                  onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
                />
              )}
            </Field>
          )
        })}
      </div>
      <label className="flex items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={atOnce}
          onChange={(event) => setAtOnce(event.target.checked)}
          className="size-4 accent-accent"
        />
        Write bookings into the calendar at once, not only when they are frozen
      </label>
      {open.isError && <ProblemNotice error={open.error} />}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" pending={open.isPending}>
          {verb}
        </Button>
        <Button onClick={onDone}>Leave it</Button>
      </div>
    </form>
  )
}
