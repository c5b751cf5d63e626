import { ProblemNotice } from "@/components/ui/problem-notice"
import { SafeText } from "@/components/ui/safe-text"
import { type LogRowView, useStory } from "@/lib/client/log"
import { OutcomeBadge } from "./outcome-badge"
import { RowTitle } from "./row-title"
import { UndoStory } from "./undo-story"

interface StoryProps {
  readonly proposalId: string
  readonly timeZone: string
}

/** Everything that happened to one proposal, oldest first. */
export function Story({ proposalId, timeZone }: StoryProps) {
  const { data, error, refetch } = useStory(proposalId)
  if (!data)
    return error ? (
      <ProblemNotice error={error} retry={() => void refetch()} />
    ) : (
      <div role="status" aria-label="Loading the story" className="h-48 animate-pulse rounded-lg bg-sunken" />
    )
  return (
    <div className="grid gap-5">
      {data.proposal && <UndoStory proposal={data.proposal} onUndone={() => void refetch()} />}
      <ol className="grid gap-4 border-l-2 border-line pl-5">
        {data.rows.map((row) => (
          <li
            key={row.id}
            className="relative before:absolute before:top-1.5 before:-left-[1.69rem] before:size-3 before:rounded-full before:border-2 before:border-surface before:bg-accent"
          >
            <StoryRow row={row} timeZone={timeZone} />
          </li>
        ))}
      </ol>
    </div>
  )
}

/** One row in full: who, what, when to the millisecond, the facts it binds and its hash. */
export function StoryRow({ row, timeZone }: { readonly row: LogRowView; readonly timeZone: string }) {
  const facts = Object.entries(row.body).filter(([, value]) => value !== null && value !== "")
  return (
    <article className="grid gap-1 text-sm">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <SafeText text={row.actor.name} className="font-semibold" /> {row.text}{" "}
        {row.outcome && !row.text.includes(row.outcome) && <OutcomeBadge outcome={row.outcome} />}
      </p>
      <p className="font-medium empty:hidden">
        <RowTitle row={row} />
      </p>
      <p className="text-xs text-ink-soft">
        {preciseTime(row.at, timeZone)} · {row.seq === null ? "not sealed yet" : `place ${row.seq}`}
      </p>
      {(facts.length > 0 || row.leafHash) && (
        <details className="text-xs">
          <summary className="rounded py-1 text-ink-soft">Versions, times and hashes</summary>
          <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 rounded-lg bg-sunken p-3 font-mono">
            {facts.map(([name, value]) => (
              <Fact key={name} name={name} value={typeof value === "string" ? value : JSON.stringify(value)} />
            ))}
            <Fact name="subject" value={`${row.subject.kind} ${row.subject.id}`} />
            {row.intentId && <Fact name="intent" value={row.intentId} />}
            {row.leafHash && <Fact name="leaf hash" value={row.leafHash} />}
          </dl>
        </details>
      )}
    </article>
  )
}

const Fact = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <>
    <dt className="text-ink-soft">{name}</dt>
    <dd>
      <SafeText text={value} empty="(empty)" />
    </dd>
  </>
)

/** "26 Nov 2026, 15:00:00.123" */
const preciseTime = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat("en-GB", {
    timeZone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
  }).format(new Date(at))
