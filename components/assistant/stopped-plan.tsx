"use client"

import { ListChecks } from "lucide-react"
import { Button } from "@/components/ui/button"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { type ProposalView, useLeave, useRest } from "@/lib/client/proposals"
import { UndoButton } from "./undo-button"

/** A plan of several steps that stopped: how far it got, and what is to become of the rest. */
export function StoppedPlan({ proposal }: { readonly proposal: ProposalView }) {
  const rest = useRest()
  const leave = useLeave()
  if (!proposal.rest) return null
  const { text, choice } = proposal.rest
  const error = rest.error ?? leave.error
  if (choice !== "open")
    return (
      <div className="grid justify-items-start gap-3">
        <p className="text-sm text-ink-soft">{text}</p>
        {proposal.canUndo && <UndoButton proposal={proposal} label="Undo what was done" />}
      </div>
    )
  return (
    <div className="grid gap-3">
      <Notice tone="warn">{text}</Notice>
      {error && <ProblemNotice error={error} />}
      <div className="flex flex-wrap items-start gap-2">
        <Button
          size="small"
          variant="primary"
          pending={rest.isPending}
          disabled={leave.isPending}
          onClick={() => rest.mutate(proposal)}
        >
          {!rest.isPending && <ListChecks aria-hidden />} Do the rest
        </Button>
        {proposal.canUndo && <UndoButton proposal={proposal} label="Undo what was done" />}
        <Button size="small" pending={leave.isPending} disabled={rest.isPending} onClick={() => leave.mutate(proposal)}>
          Leave it
        </Button>
      </div>
    </div>
  )
}
