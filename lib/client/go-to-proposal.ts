import { shownPane } from "./shown-pane"

/** Leads to the card of a proposal: on a phone to the other half of the screen, from another page to the assistant's. @param push goes to another page */
export function goToProposal(proposalId: string, push: (href: string) => void): void {
  shownPane.set("assistant")
  const card = document.getElementById(`proposal-${proposalId}`)
  // a pane that was hidden takes the focus once it is drawn
  if (card) requestAnimationFrame(() => card.focus())
  else push(`/#proposal-${proposalId}`)
}
