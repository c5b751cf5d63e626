import { ListFilter } from "lucide-react"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { cn } from "@/components/ui/cn"
import { Field, Input, Select } from "@/components/ui/field"
import type { LogPage } from "@/lib/client/log"
import { KINDS, type LogFilterState, NO_FILTER, OUTCOMES } from "./log-filter"

interface LogFiltersProps {
  readonly filter: LogFilterState
  readonly people: LogPage["people"]
  readonly onFilter: (change: Partial<LogFilterState>) => void
}

/** On a phone they wait behind a button. */
export function LogFilters({ filter, people, onFilter }: LogFiltersProps) {
  const [isOpen, setIsOpen] = useState(false)
  const used = Object.values(filter).filter((value) => value !== "").length
  const text = (name: "agent" | "event", label: string, placeholder: string) => (
    <TextFilter
      key={`${name} ${filter[name]}`}
      label={label}
      placeholder={placeholder}
      value={filter[name]}
      onValue={(value) => onFilter({ [name]: value })}
    />
  )
  const day = (name: "from" | "to", label: string) => (
    <Field label={label}>
      {(ids) => (
        <Input {...ids} type="date" value={filter[name]} onChange={(e) => onFilter({ [name]: e.target.value })} />
      )}
    </Field>
  )
  const choice = (name: "kind" | "outcome", label: string, values: readonly string[]) => (
    <Field label={label}>
      {(ids) => (
        <Select {...ids} value={filter[name]} onChange={(e) => onFilter({ [name]: e.target.value })}>
          <option value="">Any</option>
          {values.map((value) => (
            <option key={value}>{value}</option>
          ))}
        </Select>
      )}
    </Field>
  )
  return (
    <search>
      <Button className="md:hidden" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <ListFilter aria-hidden /> Filters{used > 0 && ` (${used})`}
      </Button>
      <div
        className={cn(
          "grid grid-cols-2 items-end gap-3 max-md:mt-3 md:grid-cols-4 xl:grid-cols-8",
          !isOpen && "max-md:hidden",
        )}
      >
        <Field label="Person">
          {(ids) => (
            <Select {...ids} value={filter.person} onChange={(e) => onFilter({ person: e.target.value })}>
              <option value="">Anybody</option>
              {people.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {text("agent", "Agent", "assistant")}
        {text("event", "Event", "key of an event")}
        {choice("kind", "Kind", KINDS)}
        {choice("outcome", "Outcome", OUTCOMES)}
        {day("from", "From")}
        {day("to", "To")}
        <Button disabled={used === 0} onClick={() => onFilter(NO_FILTER)}>
          Clear
        </Button>
      </div>
    </search>
  )
}

interface TextFilterProps {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly onValue: (value: string) => void
}

/** Taken on Enter or on leaving it, not letter by letter: every look at the log is logged. */
function TextFilter({ label, placeholder, value, onValue }: TextFilterProps) {
  const take = (typed: string) => {
    if (typed.trim() !== value) onValue(typed.trim())
  }
  return (
    <Field label={label}>
      {(ids) => (
        <Input
          {...ids}
          type="search"
          placeholder={placeholder}
          defaultValue={value}
          onBlur={(event) => take(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") take(event.currentTarget.value)
          }}
        />
      )}
    </Field>
  )
}
