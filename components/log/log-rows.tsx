import { Badge } from "@/components/ui/badge"
import { Button } from "@/components/ui/button"
import { SafeText } from "@/components/ui/safe-text"
import type { LogRowView } from "@/lib/client/log"
import { formatInstant } from "@/lib/domain/format-when"
import { OutcomeBadge } from "./outcome-badge"
import { RowTitle } from "./row-title"

interface LogRowsProps {
  readonly rows: readonly LogRowView[]
  readonly timeZone: string
  readonly onOpen: (row: LogRowView) => void
}

/** A table on a desk, cards on a phone. */
export const LogRows = (props: LogRowsProps) => (
  <>
    <Table {...props} />
    <ul className="grid gap-3 md:hidden">
      {props.rows.map((row) => (
        <li key={row.id}>
          <RowCard row={row} {...props} />
        </li>
      ))}
    </ul>
  </>
)

const Table = ({ rows, timeZone, onOpen }: LogRowsProps) => (
  <table className="w-full text-left text-sm max-md:hidden">
    <caption className="sr-only">Rows of the log, newest first</caption>
    <thead className="border-b border-line text-xs text-ink-soft">
      <tr className="[&>th]:px-3 [&>th]:py-2 [&>th]:font-medium">
        <th scope="col">Place</th>
        <th scope="col">Time</th>
        <th scope="col">Who</th>
        <th scope="col">What</th>
        <th scope="col">Event</th>
        <th scope="col">Outcome</th>
        <th scope="col">
          <span className="sr-only">Story</span>
        </th>
      </tr>
    </thead>
    <tbody className="divide-y divide-line">
      {rows.map((row) => (
        <tr key={row.id} className="hover:bg-sunken/60 [&>td]:px-3 [&>td]:py-2 [&>td]:align-middle">
          <td className="text-ink-soft">
            <Place row={row} />
          </td>
          <td className="whitespace-nowrap">{formatInstant(row.at, timeZone)}</td>
          <td>
            <Who row={row} />
          </td>
          <td className="max-w-80 [overflow-wrap:anywhere]">{row.text}</td>
          <td className="max-w-60">
            <RowTitle row={row} />
          </td>
          <td>
            <OutcomeBadge outcome={row.outcome} />
          </td>
          <td className="text-right">
            <OpenButton row={row} onOpen={onOpen} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
)

const RowCard = ({ row, timeZone, onOpen }: Omit<LogRowsProps, "rows"> & { readonly row: LogRowView }) => (
  <article className="grid gap-1.5 rounded-xl border border-line bg-surface p-4 text-sm">
    <div className="flex flex-wrap items-center gap-2 text-ink-soft">
      <Place row={row} /> {formatInstant(row.at, timeZone)} <OutcomeBadge outcome={row.outcome} />
    </div>
    <p className="[overflow-wrap:anywhere]">
      <Who row={row} /> {row.text}
    </p>
    <p className="font-medium empty:hidden">
      <RowTitle row={row} />
    </p>
    <div>
      <OpenButton row={row} onOpen={onOpen} />
    </div>
  </article>
)

const Place = ({ row }: { readonly row: LogRowView }) =>
  row.seq === null ? <Badge tone="warn">not sealed</Badge> : row.seq

const Who = ({ row }: { readonly row: LogRowView }) => (
  <>
    <SafeText text={row.actor.name} className="font-medium" />
    {row.actor.kind !== "person" && row.actor.kind !== row.actor.name && (
      <span className="text-ink-soft"> ({row.actor.kind})</span>
    )}
  </>
)

const OpenButton = ({ row, onOpen }: Pick<LogRowsProps, "onOpen"> & { readonly row: LogRowView }) => {
  const label = row.proposalId ? "Story" : "Details"
  return (
    <Button
      size="small"
      variant="quiet"
      onClick={() => onOpen(row)}
      aria-label={`${label} of row ${row.seq ?? row.id}`}
    >
      {label}
    </Button>
  )
}
