import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { Field, Input, Select } from "@/components/ui/field"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { type AgentsView, useAddAgent, useRankAgents } from "@/lib/client/agents"

/** A new agent, or one that a colleague has added; both come last, from where they can be moved up. */
export function AddAgent({ view: { agents, others } }: { readonly view: AgentsView }) {
  const [name, setName] = useState("")
  const add = useAddAgent()
  const rank = useRankAgents()
  const seen = agents.map(({ id }) => id)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim()) add.mutate(name, { onSuccess: () => setName("") })
  }
  return (
    <div className="mt-4 grid gap-4 border-t border-line pt-4">
      <div className="flex flex-wrap items-end gap-x-6 gap-y-4">
        <form onSubmit={submit} className="flex min-w-0 flex-1 basis-64 items-end gap-3">
          <Field label="Name of a new agent" className="min-w-0 flex-1">
            {(ids) => <Input {...ids} maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
          <Button type="submit" pending={add.isPending}>
            Add
          </Button>
        </form>
        {others.length > 0 && (
          <Field label="One that is in the workspace" className="min-w-0 flex-1 basis-48">
            {(ids) => (
              <Select
                {...ids}
                value=""
                disabled={rank.isPending}
                onChange={(event) => rank.mutate({ seen, agentIds: [...seen, event.target.value] })}
              >
                <option value="" disabled>
                  Put on your list...
                </option>
                {others.map((other) => (
                  <option key={other.id} value={other.id}>
                    {other.name}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
      </div>
      {(add.error ?? rank.error) && <ProblemNotice error={add.error ?? rank.error} />}
    </div>
  )
}
