import { Button } from "@/components/ui/button"
import { Field, Input, Select } from "@/components/ui/field"
import type { LogPage } from "@/lib/client/log"
import { KINDS, type LogFilterState, NO_FILTER, OUTCOMES } from "./log-filter"

interface LogFiltersProps {
  readonly filter: LogFilterState
  readonly people: LogPage["people"]
  readonly onFilter: (change: Partial<LogFilterState>) => void
}

export function LogFilters({ filter, people, onFilter }: LogFiltersProps) {
  const isFiltered = Object.values(filter).some((value) => value !== "")
  const text = (name: "agent" | "event", label: string) => (
    <Field label={label}>
      {(ids) => (
        <Input {...ids} type="search" value={filter[name]} onChange={(e) => onFilter({ [name]: e.target.value })} />
      )}
    </Field>
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
    <search className="grid grid-cols-2 items-end gap-3 sm:grid-cols-4 xl:grid-cols-8">
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
      {text("agent", "Agent")}
      {text("event", "Event")}
      {choice("kind", "Kind", KINDS)}
      {choice("outcome", "Outcome", OUTCOMES)}
      {day("from", "From")}
      {day("to", "To")}
      <Button disabled={!isFiltered} onClick={() => onFilter(NO_FILTER)}>
        Clear
      </Button>
    </search>
  )
}
