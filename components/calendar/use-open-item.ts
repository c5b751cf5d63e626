import { useGoToProposal } from "@/lib/client/go-to-proposal"
import type { EventItem, WeekItem } from "./week-items"

/** An event opens its details; a ghost leads to the card that it belongs to. */
export function useOpenItem(openDetails: (item: EventItem, anchor: DOMRect) => void) {
  const goToProposal = useGoToProposal()
  return (item: WeekItem, anchor: HTMLElement) => {
    if (item.kind === "event") openDetails(item, anchor.getBoundingClientRect())
    else goToProposal(item.proposalId)
  }
}
