"use client"

import { History } from "lucide-react"
import { Button } from "@/components/ui/button"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { type ProposalView, useUndo } from "@/lib/client/proposals"

interface UndoButtonProps {
  readonly proposal: ProposalView
  readonly label?: string
}

export function UndoButton({ proposal, label = "Undo" }: UndoButtonProps) {
  const undo = useUndo()
  return (
    <div className="grid justify-items-start gap-3">
      {undo.isError && <ProblemNotice error={undo.error} />}
      <Button size="small" pending={undo.isPending} onClick={() => undo.mutate(proposal)}>
        {!undo.isPending && <History aria-hidden />} {label}
      </Button>
    </div>
  )
}
