import { X } from "lucide-react"
import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { Field, Input, Select } from "@/components/ui/field"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { type AgentsView, useChangeRules } from "@/lib/client/agents"

type Rules = AgentsView["rules"]
type Block = Rules["focusBlocks"][number]

const BUFFERS = [0, 5, 10, 15, 30, 60]
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const
const MORNING: Block = { days: [1, 2, 3, 4, 5], start: "09:00", end: "10:00" }
const MOST_BLOCKS = 10

/** D17: a buffer around what stands, and blocks of the week that are for nobody. */
export function RulesForm({ rules }: { readonly rules: Rules }) {
  const [buffer, setBuffer] = useState(rules.bufferMinutes)
  const [blocks, setBlocks] = useState(rules.focusBlocks)
  const change = useChangeRules()
  const isWrong = blocks.some(({ days, start, end }) => days.length === 0 || start >= end)
  const put = (at: number, block: Block) => setBlocks(blocks.map((each, n) => (n === at ? block : each)))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isWrong) return
    const focusBlocks = blocks.map(({ days, ...clocks }) => ({ ...clocks, days: [...days] }))
    change.mutate({ bufferMinutes: buffer, focusBlocks })
  }
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label="Buffer before and after what stands" className="max-w-xs">
        {(ids) => (
          <Select {...ids} value={buffer} onChange={(event) => setBuffer(Number(event.target.value))}>
            {[...new Set([...BUFFERS, rules.bufferMinutes])].map((minutes) => (
              <option key={minutes} value={minutes}>
                {minutes === 0 ? "none" : `${minutes} minutes`}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {blocks.map((block, at) => (
        <FocusBlock
          // biome-ignore lint/suspicious/noArrayIndexKey: a block has no other name
          key={at}
          place={at + 1}
          block={block}
          onChange={(next) => put(at, next)}
          onRemove={() => setBlocks(blocks.filter((_, n) => n !== at))}
        />
      ))}
      {change.isError && <ProblemNotice error={change.error} />}
      {change.isSuccess && (
        <Notice tone="good" live>
          Saved.
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" pending={change.isPending}>
          Save
        </Button>
        {blocks.length < MOST_BLOCKS && (
          <Button onClick={() => setBlocks([...blocks, MORNING])}>Add a focus block</Button>
        )}
      </div>
    </form>
  )
}

interface FocusBlockProps {
  readonly place: number
  readonly block: Block
  readonly onChange: (block: Block) => void
  readonly onRemove: () => void
}

function FocusBlock({ place, block, onChange, onRemove }: FocusBlockProps) {
  const toggle = (day: number) => {
    const days = block.days.includes(day) ? block.days.filter((each) => each !== day) : [...block.days, day].sort()
    onChange({ ...block, days })
  }
  return (
    <fieldset className="grid gap-3 rounded-lg border border-line p-3">
      <legend className="px-1 text-sm font-medium">Focus block {place}</legend>
      <div className="flex flex-wrap gap-x-3">
        {DAYS.map((name, at) => (
          <label key={name} className="flex min-h-9 items-center gap-1.5 text-sm">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={block.days.includes(at + 1)}
              onChange={() => toggle(at + 1)}
            />
            {name}
          </label>
        ))}
      </div>
      <div className="flex items-end gap-3">
        <Field label="Begins" className="w-28">
          {(ids) => (
            <Input
              {...ids}
              type="time"
              value={block.start}
              onChange={(event) => onChange({ ...block, start: event.target.value })}
            />
          )}
        </Field>
        <Field label="Ends" className="w-28" {...(block.start >= block.end ? { error: "Must be later." } : {})}>
          {(ids) => (
            <Input
              {...ids}
              type="time"
              value={block.end}
              onChange={(event) => onChange({ ...block, end: event.target.value })}
            />
          )}
        </Field>
        <Button variant="quiet" size="icon" aria-label={`Remove focus block ${place}`} onClick={onRemove}>
          <X aria-hidden />
        </Button>
      </div>
    </fieldset>
  )
}
