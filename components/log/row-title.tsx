import { SafeText } from "@/components/ui/safe-text"
import type { LogRowView } from "@/lib/client/log"

/** The event's title where the reader may see it, and that it is hidden where not. */
export const RowTitle = ({ row }: { readonly row: LogRowView }) => {
  if (row.titleHidden) return <span className="text-ink-soft italic">hidden (not shared)</span>
  return row.title === null ? null : <SafeText text={row.title} />
}
