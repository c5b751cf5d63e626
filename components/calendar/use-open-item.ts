import { useRouter } from "next/navigation"
import { goToProposal } from "@/lib/client/go-to-proposal"
import type { EventItem, WeekItem } from "./week-items"

/** An event opens its details; a ghost leads to the card that it belongs to. */
export function useOpenItem(openDetails: (item: EventItem, anchor: DOMRect) => void) {
  const router = useRouter()
  return (item: WeekItem, anchor: HTMLElement) => {
    if (item.kind === "event") openDetails(item, anchor.getBoundingClientRect())
    else goToProposal(item.proposalId, router.push)
  }
}
