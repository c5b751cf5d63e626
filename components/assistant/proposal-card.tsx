"use client"

import { CircleHelp, Workflow } from "lucide-react"
import { Badge } from "@/components/ui/badge"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { Prose } from "@/components/ui/prose"
import { SafeText } from "@/components/ui/safe-text"
import { openConflict } from "@/lib/client/open-conflict"
import { type ProposalView, useApply, useDrop, useGuestsTold } from "@/lib/client/proposals"
import { TOLD_ANYWAY } from "@/lib/domain/plan"
import { Operation } from "./operation"
import { READING_WORDS, RISKY_READINGS } from "./reading-words"
import { StoppedPlan } from "./stopped-plan"
import { UndoButton } from "./undo-button"
import { type Ticks, useTicks } from "./use-ticks"

interface ProposalCardProps {
  readonly proposal: ProposalView
  readonly timeZone: string
}

/** What the assistant, or an agent outside, would do. The sentence comes first; nothing happens before Apply. */
export function ProposalCard({ proposal, timeZone }: ProposalCardProps) {
  const isOpen = proposal.state === "open" || proposal.state === "stale"
  const ticks = useTicks(proposal, isOpen)
  return (
    <Card
      id={`proposal-${proposal.id}`}
      tabIndex={-1}
      className="grid gap-3 p-4"
      role="group"
      aria-label={proposal.agent ? `Proposal from ${proposal.agent.name}` : "Proposal"}
    >
      {proposal.agent && <From agent={proposal.agent} />}
      <p className="font-medium">
        <Prose text={proposal.text} />
      </p>
      {isOpen && proposal.readings.length > 0 && (
        <ul aria-label="How I read it" className="flex flex-wrap gap-1.5">
          {proposal.readings.map((reading) => (
            <li key={reading}>
              <Badge tone={RISKY_READINGS.includes(reading) ? "warn" : "neutral"}>{READING_WORDS[reading]}</Badge>
            </li>
          ))}
        </ul>
      )}
      <ol className="grid gap-3">
        {proposal.operations.map((operation) => (
          <Operation
            key={operation.position}
            operation={operation}
            timeZone={timeZone}
            isOpen={isOpen}
            isOneOfMany={proposal.operations.length > 1}
            writer={proposal.agent?.name ?? null}
            tick={ticks.of?.(operation)}
          />
        ))}
      </ol>
      {proposal.leftOut.length > 0 && (
        <ul aria-label="Left out" className="grid gap-1 text-sm text-ink-soft">
          {proposal.leftOut.map((line) => (
            <li key={line}>
              <Prose text={line} />
            </li>
          ))}
        </ul>
      )}
      <Actions proposal={proposal} ticks={ticks} />
    </Card>
  )
}

/** Whose words it is: an agent with a key, which can propose and no more. */
const From = ({ agent }: { readonly agent: NonNullable<ProposalView["agent"]> }) => (
  <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
    <Badge tone="accent">
      <Workflow aria-hidden /> <SafeText text={`From ${agent.name}`} />
    </Badge>
    <span className="text-sm text-ink-soft">An agent of yours. It cannot apply this itself.</span>
  </p>
)

interface ActionsProps {
  readonly proposal: ProposalView
  readonly ticks: Ticks
}

function Actions({ proposal, ticks }: ActionsProps) {
  switch (proposal.state) {
    case "open":
    case "stale":
    case "applying":
      return <Decide proposal={proposal} ticks={ticks} />
    case "conflict":
      return (
        <Notice
          tone="warn"
          action={
            <Button size="small" onClick={() => openConflict.set(proposal.id)}>
              <CircleHelp aria-hidden /> Answer
            </Button>
          }
        >
          {proposal.conflict?.title} <span className="text-ink-soft">Waiting for your answer.</span>
        </Notice>
      )
    case "done":
    case "stopped":
      if (proposal.rest) return <StoppedPlan proposal={proposal} />
      return proposal.canUndo ? <UndoButton proposal={proposal} /> : null
    case "dropped":
      return <p className="text-sm text-ink-soft">Dropped. Nothing was changed.</p>
    default:
      return proposal.state satisfies never
  }
}

function Decide({ proposal, ticks: { chosen, keep } }: ActionsProps) {
  const apply = useApply()
  const drop = useDrop()
  const guests = useGuestsTold()
  const applying = apply.isPending || guests.isPending || proposal.state === "applying"
  const error = apply.error ?? drop.error ?? guests.error
  return (
    <div className="grid gap-3">
      {proposal.staleText && <Notice tone="warn">{proposal.staleText}</Notice>}
      {error && <ProblemNotice error={error} />}
      {canChooseGuests(proposal) && (
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={proposal.operations.some((operation) => operation.guestsTold > 0)}
            disabled={applying}
            onChange={(choice) => guests.mutate({ proposal, tell: choice.target.checked })}
          />
          Tell the guests
        </label>
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          pending={applying}
          disabled={drop.isPending || chosen === 0}
          onClick={() => apply.mutate({ proposal, ...(keep && { keep }) })}
        >
          {keep ? `Apply ${chosen} of ${proposal.operations.length}` : "Apply"}
        </Button>
        <Button pending={drop.isPending} disabled={applying} onClick={() => drop.mutate(proposal)}>
          Drop
        </Button>
      </div>
    </div>
  )
}

const canChooseGuests = ({ readings, operations }: ProposalView) =>
  !readings.some((reading) => TOLD_ANYWAY.includes(reading)) && operations.some((operation) => operation.guests > 0)
