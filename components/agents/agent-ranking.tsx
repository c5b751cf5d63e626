import { useState } from "react"
import { Badge } from "@/components/ui/badge"
import { Button } from "@/components/ui/button"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { SafeText } from "@/components/ui/safe-text"
import { SortableList } from "@/components/ui/sortable-list"
import { SureButton } from "@/components/ui/sure-button"
import { type AgentsView, type RankedAgentView, useRankAgents, useRevokeAgent } from "@/lib/client/agents"
import { AgentKeys } from "./agent-keys"

/** The person's list in their order. What is dropped is saved at once, on the list that was seen. */
export function AgentRanking({ view: { agents }, timeZone }: { readonly view: AgentsView; readonly timeZone: string }) {
  const rank = useRankAgents()
  const seen = agents.map(({ id }) => id)
  const shown = rank.isPending ? inOrder(agents, rank.variables.agentIds) : agents
  const order = (agentIds: string[]) => rank.mutate({ seen, agentIds })
  if (agents.length === 0)
    return (
      <p className="max-w-prose text-ink-soft">
        An agent is a program, yours or some service's, that books slots for somebody. Add one and say where it stands:
        a higher agent may take a slot from a lower one, until that slot is frozen.
      </p>
    )
  return (
    <div className="grid gap-3">
      <SortableList label="Your agents" items={shown} onOrder={order} disabled={rank.isPending}>
        {(agent, place) => (
          <AgentRow
            agent={agent}
            place={place}
            timeZone={timeZone}
            onTakeOff={() => order(seen.filter((id) => id !== agent.id))}
          />
        )}
      </SortableList>
      {rank.data?.kind === "stale" && !rank.isPending && (
        <Notice tone="warn" live>
          Your list was changed elsewhere meanwhile, so nothing was written. This is how it stands now.
        </Notice>
      )}
      {rank.isError && <ProblemNotice error={rank.error} />}
    </div>
  )
}

const inOrder = (agents: readonly RankedAgentView[], ids: readonly string[]) =>
  ids.flatMap((id) => agents.find((agent) => agent.id === id) ?? [])

interface AgentRowProps {
  readonly agent: RankedAgentView
  readonly place: number
  readonly timeZone: string
  readonly onTakeOff: () => void
}

function AgentRow({ agent: { id, name, revocable, own }, place, timeZone, onTakeOff }: AgentRowProps) {
  const revoke = useRevokeAgent()
  const [open, setOpen] = useState(false)
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1">
      <Badge tone={place === 1 ? "accent" : "neutral"}>{place}</Badge>
      <span className="min-w-0 flex-1 basis-24 font-medium">
        <SafeText text={name} />
      </span>
      <span className="flex flex-wrap items-center">
        {own && (
          <Button
            size="small"
            variant="quiet"
            aria-label={`Keys of ${name}`}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            Keys
          </Button>
        )}
        <Button size="small" variant="quiet" aria-label={`Take ${name} off the list`} onClick={onTakeOff}>
          Take off
        </Button>
        {revocable && (
          <SureButton verb="Revoke" name={name} pending={revoke.isPending} onSure={() => revoke.mutate(id)} />
        )}
      </span>
      {open && <AgentKeys agentId={id} name={name} timeZone={timeZone} />}
      {revoke.isError && <ProblemNotice error={revoke.error} className="basis-full" />}
    </div>
  )
}
