import type { AgentsView } from "@/lib/client/agents"
import { formatDay } from "@/lib/domain/format-when"

const NAMES: Readonly<Record<AgentsView["collisions"]["counts"][number]["pattern"], string>> = {
  "hold-vs-hold": "Hold against hold",
  "hold-vs-commit-inside-bump": "Inside a bump window",
  "commit-vs-frozen": "Against a frozen one",
  "external-event-overlap": "Against an outside event",
}
const BAR_HEIGHT = 28

/** Bars by day for each kind of collision: a table, so that every number can be read and heard. */
export function Collisions({ collisions: { days, counts } }: Pick<AgentsView, "collisions">) {
  const most = Math.max(...counts.flatMap((each) => each.counts))
  if (most === 0)
    return (
      <p className="max-w-prose text-ink-soft">
        No two agents wanted the same time. When they do, it is counted here by what they met: another hold, a booking
        that may still be bumped, a frozen one, or an event of yours.
      </p>
    )
  return (
    <table className="w-full table-fixed text-sm">
      <caption className="sr-only">Collisions by kind and day</caption>
      <thead className="text-xs text-ink-soft">
        <tr>
          <th scope="col" className="w-24 text-left font-medium sm:w-48">
            Kind
          </th>
          {days.map((on) => (
            <th key={on} scope="col" className="font-medium">
              <span aria-hidden>{formatDay(on).slice(0, 2)}</span>
              <span className="sr-only">{formatDay(on)}</span>
            </th>
          ))}
          <th scope="col" className="w-10 text-right font-medium">
            All
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {counts.map(({ pattern, counts: perDay }) => (
          <tr key={pattern}>
            <th scope="row" className="py-2 pr-2 text-left align-bottom font-normal">
              {NAMES[pattern]}
            </th>
            {perDay.map((count, at) => (
              <td key={days[at]} className="px-0.5 pt-2 pb-1 text-center align-bottom text-xs">
                <Bar share={count / most} />
                <span className={count === 0 ? "text-ink-soft" : "font-semibold"}>{count}</span>
              </td>
            ))}
            <td className="py-2 text-right align-bottom font-semibold">
              {perDay.reduce((sum, count) => sum + count, 0)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Bar = ({ share }: { readonly share: number }) => (
  <svg
    aria-hidden="true"
    viewBox={`0 0 16 ${BAR_HEIGHT}`}
    preserveAspectRatio="none"
    className="mx-auto block h-7 w-full max-w-8"
  >
    <rect width="16" height={share * BAR_HEIGHT} y={BAR_HEIGHT - share * BAR_HEIGHT} className="fill-accent" />
  </svg>
)
