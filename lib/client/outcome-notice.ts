import { useQueryClient } from "@tanstack/react-query"
import { toast } from "sonner"
import { visibleString } from "../domain/visible-text"
import type { ProposalAnswer, ProposalView } from "../http/schemas/proposal"
import { errorText } from "./fetch-json"
import { openConflict } from "./open-conflict"
import { keepProposal, postProposal, refreshAfterWrite } from "./proposal-cache"

const UNDO_MS = 15_000

/** Says what became of a write: a toast with Undo when it happened, the dialog when it lost a race, the reason otherwise. */
export function useAnnounce() {
  const client = useQueryClient()

  function announce({ proposal, turnId }: ProposalAnswer): void {
    if (proposal.state === "conflict") openConflict.set(proposal.id)
    else if (openConflict.get() === proposal.id) openConflict.set(null)

    if (proposal.state === "conflict") return
    if (turnId) toast.message("New times are proposed in the assistant.")
    else if (proposal.state === "dropped") toast.message("Dropped. Nothing was changed.")
    else tellOutcome(proposal)
  }

  function tellOutcome(proposal: ProposalView): void {
    const action = proposal.canUndo ? { action: { label: "Undo", onClick: () => void undo(proposal.id) } } : {}
    toast[toneOf(proposal)](outcomeText(proposal), { duration: UNDO_MS, ...action })
  }

  async function undo(proposalId: string): Promise<void> {
    try {
      const answer = await postProposal(proposalId, "undo")
      keepProposal(client, answer.proposal)
      announce(answer)
    } catch (error) {
      toast.error(errorText(error))
    }
    refreshAfterWrite(client)
  }

  return announce
}

function toneOf({ operations }: ProposalView): "success" | "error" | "message" {
  const states = operations.map((operation) => operation.state)
  if (states.includes("failed")) return "error"
  return states.some((state) => state === "applied" || state === "unchanged") ? "success" : "message"
}

/** What happened, in the server's words. They quote titles. */
const outcomeText = (proposal: ProposalView): string =>
  visibleString(
    proposal.operations
      .map((operation) => operation.text)
      .filter(Boolean)
      .join(" ") || proposal.text,
  )
