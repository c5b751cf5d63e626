import { ArrowRight, PencilLine } from "lucide-react"
import { Badge } from "@/components/ui/badge"
import { cn } from "@/components/ui/cn"
import type { ConflictView } from "@/lib/client/proposals"
import type { CalendarEvent } from "@/lib/domain/event"
import { comparisonRows, type Row } from "./comparison-rows"
import { RowValue } from "./row-value"

interface Side {
  readonly heading: string
  readonly event: CalendarEvent
  readonly mark: "changed" | "intended" | null
}

interface ComparisonProps {
  readonly conflict: ConflictView
  readonly timeZone: string
}

/** What it was, what it is now and what was intended, side by side; what differs is said in words, by an icon and by weight. */
export function Comparison({ conflict, timeZone }: ComparisonProps) {
  const { differing, same } = comparisonRows(conflict)
  const sides = sidesOf(conflict)
  return (
    <div className="grid gap-3">
      <div className={cn("grid gap-3", sides.length === 3 ? "sm:grid-cols-3" : "sm:grid-cols-2")}>
        {sides.map((side) => (
          <SideCard key={side.heading} side={side} rows={differing} was={conflict.was} timeZone={timeZone} />
        ))}
      </div>
      {same.length > 0 && <Unchanged rows={same} event={conflict.is} was={conflict.was} timeZone={timeZone} />}
    </div>
  )
}

/** Where only the target slot was lost, "was" and "is" are the same event and stand as one. */
function sidesOf({ relation, was, is, intended }: ConflictView): Side[] {
  const target: Side = { heading: "Intended", event: intended, mark: "intended" }
  if (relation === "slot") return [{ heading: "It is", event: is, mark: null }, target]
  return [{ heading: "It was", event: was, mark: null }, { heading: "It is now", event: is, mark: "changed" }, target]
}

interface SideCardProps {
  readonly side: Side
  readonly rows: readonly Row[]
  readonly was: CalendarEvent
  readonly timeZone: string
}

function SideCard({ side, rows, was, timeZone }: SideCardProps) {
  return (
    <section
      aria-label={side.heading}
      className={cn(
        "rounded-xl border p-3 sm:p-4",
        side.mark === "changed"
          ? "border-warn-line bg-warn-soft"
          : side.mark
            ? "border-accent/40 bg-accent-soft"
            : "border-line bg-sunken",
      )}
    >
      <h3 className="text-sm font-semibold">{side.heading}</h3>
      <dl className="mt-1 grid gap-2 sm:mt-2 sm:gap-3">
        {rows.map((row) => (
          <SideRow key={row.kind} row={row} side={side} was={was} timeZone={timeZone} />
        ))}
      </dl>
    </section>
  )
}

function SideRow({ row, side, was, timeZone }: Omit<SideCardProps, "rows"> & { readonly row: Row }) {
  const marked = side.mark !== null && row[side.mark]
  return (
    <div>
      <dt className="flex flex-wrap items-center gap-2 text-xs text-ink-soft">
        {row.label}
        {marked && <Mark mark={side.mark} />}
      </dt>
      <dd className={cn("mt-0.5 [overflow-wrap:anywhere]", marked ? "font-semibold" : "text-ink-soft")}>
        <RowValue kind={row.kind} event={side.event} was={was} timeZone={timeZone} />
      </dd>
    </div>
  )
}

const Mark = ({ mark }: { readonly mark: Side["mark"] }) =>
  mark === "changed" ? (
    <Badge className="bg-surface text-warn">
      <PencilLine aria-hidden /> changed
    </Badge>
  ) : (
    <Badge className="bg-surface text-accent-soft-ink">
      <ArrowRight aria-hidden /> to be set
    </Badge>
  )

interface UnchangedProps extends Omit<SideCardProps, "side"> {
  readonly event: CalendarEvent
}

function Unchanged({ rows, event, was, timeZone }: UnchangedProps) {
  return (
    <details className="rounded-lg px-1 text-sm text-ink-soft">
      <summary className="rounded py-1.5">
        What stayed the same: {rows.map((row) => row.label.toLowerCase()).join(", ")}
      </summary>
      <dl className="mt-1 grid gap-x-6 gap-y-2 pb-1 sm:grid-cols-2">
        {rows.map((row) => (
          <div key={row.kind}>
            <dt className="text-xs">{row.label}</dt>
            <dd className="text-ink">
              <RowValue kind={row.kind} event={event} was={was} timeZone={timeZone} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
