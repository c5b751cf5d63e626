"use client"

import { Button } from "@/components/ui/button"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { Prose } from "@/components/ui/prose"
import { Sheet } from "@/components/ui/sheet"
import { type ProposalView, useApply, useDrop } from "@/lib/client/proposals"

interface ConfirmProposalProps {
  readonly proposal: ProposalView
  readonly onClose: () => void
}

/** What a person's own change costs where the calendar cannot keep everything: said, and not done before they say yes. */
export function ConfirmProposal({ proposal, onClose }: ConfirmProposalProps) {
  const apply = useApply()
  const drop = useDrop()
  const error = apply.error ?? drop.error
  const leave = () => drop.mutate(proposal, { onSuccess: onClose })
  return (
    <Sheet open onClose={leave} title="This cannot keep everything">
      <div className="grid gap-4">
        <p>
          <Prose text={proposal.text} />
        </p>
        {error && <ProblemNotice error={error} />}
        <div className="flex flex-wrap gap-2">
          <Button
            variant="primary"
            pending={apply.isPending}
            onClick={() => apply.mutate({ proposal }, { onSuccess: onClose })}
          >
            Apply
          </Button>
          <Button pending={drop.isPending} onClick={leave}>
            Cancel
          </Button>
        </div>
      </div>
    </Sheet>
  )
}
