import { useRouter } from "next/navigation"
import type { EventItem, WeekItem } from "./week-items"

/** An event opens its details; a ghost leads to the card that it belongs to. */
export function useOpenItem(openDetails: (item: EventItem, anchor: DOMRect) => void) {
  const router = useRouter()
  return (item: WeekItem, anchor: HTMLElement) => {
    if (item.kind === "event") return openDetails(item, anchor.getBoundingClientRect())
    const card = document.getElementById(`proposal-${item.proposalId}`)
    if (card) card.focus()
    else router.push(`/#proposal-${item.proposalId}`)
  }
}
