import { History } from "lucide-react"
import { Button } from "@/components/ui/button"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { type ProposalView, useUndo } from "@/lib/client/proposals"

interface UndoStoryProps {
  /** The reader's own. */
  readonly proposal: ProposalView
  readonly onUndone: () => void
}

/** Puts back what the story told of, the same way as the toast does; or says that it was put back. */
export function UndoStory({ proposal, onUndone }: UndoStoryProps) {
  const undo = useUndo()
  if (proposal.undone) return <Notice tone="info">This was undone.</Notice>
  if (!proposal.canUndo) return null
  return (
    <div className="grid gap-3">
      {undo.isError && <ProblemNotice error={undo.error} />}
      <Notice
        tone="info"
        action={
          <Button size="small" pending={undo.isPending} onClick={() => undo.mutate(proposal, { onSuccess: onUndone })}>
            {!undo.isPending && <History aria-hidden />} Undo
          </Button>
        }
      >
        This is your own, and it can be taken back.
      </Notice>
    </div>
  )
}
