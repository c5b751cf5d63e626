import { X } from "lucide-react"
import { Button } from "@/components/ui/button"
import { Field, Select } from "@/components/ui/field"
import { SortableList } from "@/components/ui/sortable-list"
import type { RaceWish } from "@/lib/client/race"
import { RACERS } from "@/lib/domain/race"
import { ARRIVALS, BUMPS, JITTERS, PAUSES, RACE_PRESETS } from "./race-presets"

interface RaceFormProps {
  readonly wish: RaceWish
  readonly onWish: (wish: RaceWish) => void
  readonly running: boolean
  readonly onRace: () => void
}

const AT_LEAST = 2

const duration = (ms: number): string => (ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`)

export function RaceForm({ wish, onWish, running, onRace }: RaceFormProps) {
  const { plan, jitterMs } = wish
  const { entries } = plan
  const change = (part: Partial<RaceWish["plan"]>) => onWish({ ...wish, plan: { ...plan, ...part } })
  const others = RACERS.map((_, racer) => racer).filter((racer) => !entries.some((entry) => entry.racer === racer))
  const [next] = others
  return (
    <div className="grid gap-5">
      <fieldset className="flex flex-wrap gap-2">
        <legend className="pb-1.5 text-sm font-medium">Begin with</legend>
        {RACE_PRESETS.map((preset) => (
          <Button key={preset.name} size="small" onClick={() => onWish(preset.wish)}>
            {preset.name}
          </Button>
        ))}
      </fieldset>
      <SortableList
        label="Racers, the highest rank first"
        items={entries.map((entry) => ({ ...entry, id: String(entry.racer), name: RACERS[entry.racer] ?? "" }))}
        onOrder={(ids) => change({ entries: ids.flatMap((id) => entries.find((e) => e.racer === Number(id)) ?? []) })}
      >
        {({ racer, name, arrivesMs }, place) => (
          <div className="flex min-w-0 flex-1 items-center gap-2">
            <span className="min-w-0 flex-1 font-medium">
              {place}. {name}
            </span>
            <Select
              aria-label={`${name} arrives after`}
              className="h-9 w-34 px-2 max-md:text-sm"
              value={arrivesMs}
              onChange={(event) => {
                const later = { racer, arrivesMs: Number(event.target.value) }
                change({ entries: entries.map((entry) => (entry.racer === racer ? later : entry)) })
              }}
            >
              {ARRIVALS.map((ms) => (
                <option key={ms} value={ms}>
                  {ms === 0 ? "at once" : `after ${duration(ms)}`}
                </option>
              ))}
            </Select>
            <Button
              variant="quiet"
              size="icon"
              aria-label={`Leave ${name} out`}
              disabled={entries.length <= AT_LEAST}
              onClick={() => change({ entries: entries.filter((entry) => entry.racer !== racer) })}
            >
              <X aria-hidden />
            </Button>
          </div>
        )}
      </SortableList>
      {next !== undefined && (
        <Button
          size="small"
          className="justify-self-start"
          onClick={() => change({ entries: [...entries, { racer: next, arrivesMs: 0 }] })}
        >
          Add {RACERS[next]}
        </Button>
      )}
      <div className="grid grid-cols-2 gap-x-3 gap-y-4">
        <Field label="They" className="col-span-2">
          {(ids) => (
            <Select
              {...ids}
              value={plan.holdsFirst ? "hold" : "commit"}
              onChange={(event) => change({ holdsFirst: event.target.value === "hold" })}
            >
              <option value="commit">commit at once</option>
              <option value="hold">hold first, then commit</option>
            </Select>
          )}
        </Field>
        <Choice
          label="Pause between the two"
          values={PAUSES}
          value={plan.pauseMs}
          onChange={(pauseMs) => change({ pauseMs })}
        />
        <Choice
          label="Jitter, up to"
          values={JITTERS}
          value={jitterMs}
          onChange={(ms) => onWish({ ...wish, jitterMs: ms })}
        />
        <Choice label="Bump window" values={BUMPS} value={plan.bumpMs} onChange={(bumpMs) => change({ bumpMs })} />
      </div>
      <Button variant="primary" pending={running} onClick={onRace}>
        Race
      </Button>
    </div>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly values: readonly number[]
  readonly value: number
  readonly onChange: (ms: number) => void
}

const Choice = ({ label, values, value, onChange }: ChoiceProps) => (
  <Field label={label} className="content-end">
    {(ids) => (
      <Select {...ids} value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {values.map((ms) => (
          <option key={ms} value={ms}>
            {ms === 0 ? "none" : duration(ms)}
          </option>
        ))}
      </Select>
    )}
  </Field>
)
