import { useRouter } from "next/navigation"
import { shownPane } from "./shown-pane"

/** Leads to the card of a proposal, wherever one is: on a phone the other half of the screen, on another page the assistant's. */
export function useGoToProposal(): (proposalId: string) => void {
  const router = useRouter()
  return (proposalId) => {
    shownPane.set("assistant")
    const card = document.getElementById(`proposal-${proposalId}`)
    if (!card) return router.push(`/#proposal-${proposalId}`)
    // a pane that was hidden takes the focus once it is drawn
    requestAnimationFrame(() => card.focus())
  }
}
