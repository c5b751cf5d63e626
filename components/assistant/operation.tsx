import { CircleAlert, CircleCheck, CircleMinus, Link2, Repeat, TriangleAlert, Users } from "lucide-react"
import type { ReactNode } from "react"
import { Badge } from "@/components/ui/badge"
import { cn } from "@/components/ui/cn"
import { Prose } from "@/components/ui/prose"
import { SafeText } from "@/components/ui/safe-text"
import { SpanText } from "@/components/ui/span-text"
import type { OperationView } from "@/lib/client/proposals"
import { careDiff } from "@/lib/domain/event-diff"
import { visibleString } from "@/lib/domain/visible-text"
import { named } from "@/lib/domain/wording-names"
import type { Tick } from "./use-ticks"

interface OperationProps {
  readonly operation: OperationView
  readonly timeZone: string
  /** Still to be decided: who would hear of it and what is in the way matter. */
  readonly isOpen: boolean
  /** The sentence above does not speak of this step alone. */
  readonly isOneOfMany: boolean
  /** The agent outside whose words the title of something new is; null: the person's own. */
  readonly writer: string | null
  /** Absent: this step is not chosen by itself. */
  readonly tick?: Tick | undefined
}

/** One step of a proposal: what it is, how it stands, how it would stand, who hears of it, and what became of it. */
export function Operation({ operation, timeZone, isOpen, isOneOfMany, writer, tick }: OperationProps) {
  const { before, after, series, guestsTold, slotTaken, state, change, rsvp, proposed } = operation
  const pending = state === "pending"
  const changed = careDiff(before, after)
  const moves = changed.includes("start") || changed.includes("end")
  return (
    <li
      className={cn(
        "grid gap-2 border-t border-line pt-3 first:border-t-0 first:pt-0",
        tick && "pl-6",
        tick?.isOn === false && "[&>:not(:first-child)]:opacity-50",
      )}
    >
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {tick && (
          <input
            type="checkbox"
            className="-ml-6 size-4 accent-accent"
            aria-label={`Include ${visibleString(before.summary) || "the one without a title"}`}
            checked={tick.isOn}
            onChange={tick.toggle}
          />
        )}
        <h3 className="min-w-0 font-semibold">
          <SafeText text={before.summary} />
        </h3>
        {operation.change === "split" && (
          <Badge tone="accent">
            <Repeat aria-hidden /> This one and all later ones
          </Badge>
        )}
        {series && (
          <Badge tone="accent">
            <Repeat aria-hidden /> Every one of the series
          </Badge>
        )}
        {pending && change !== "update" && ACT_WORDS[change] && (
          <Badge tone={change === "delete" ? "warn" : "neutral"}>{rsvp ? ANSWER_WORDS[rsvp] : ACT_WORDS[change]}</Badge>
        )}
      </div>
      {!moves && change !== "update" && change !== "move" && (
        <p className={cn("text-sm", change === "delete" && state === "applied" && "line-through")}>
          <SpanText span={change === "create" ? after : before} timeZone={timeZone} />
        </p>
      )}
      {isOpen && change === "create" && writer !== null && (
        <p className="text-sm text-ink-soft">
          <SafeText text={`${writer} wrote this title.`} />
        </p>
      )}
      {proposed && (
        <p className="text-sm">
          Proposed instead: <SpanText span={proposed} timeZone={timeZone} />
        </p>
      )}
      {moves && (
        <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-3 gap-y-0.5 text-sm">
          <dt className="text-ink-soft">From</dt>
          <dd className={cn("text-ink-soft", state === "applied" && "line-through")}>
            <SpanText span={before} timeZone={timeZone} />
          </dd>
          <dt className="text-ink-soft">To</dt>
          <dd className="font-semibold">
            <SpanText span={after} timeZone={timeZone} />
          </dd>
        </dl>
      )}
      {changed.includes("summary") && (
        <p className="text-sm">
          New title: <SafeText text={after.summary} className="font-semibold" />
        </p>
      )}
      {changed.includes("location") && (
        <p className="text-sm">
          New place: <SafeText text={after.location} empty="(none)" className="font-semibold" />
        </p>
      )}
      {isOpen && pending && (isOneOfMany || slotTaken) && (
        <ul className="grid gap-1 text-sm">
          {isOneOfMany && <Fact icon={<Users aria-hidden />}>{guestsText(guestsTold)}</Fact>}
          {tick && tick.others.length > 0 && (
            <Fact icon={<Link2 aria-hidden />}>
              Only together with <SafeText text={titlesOf(tick.others)} />.
            </Fact>
          )}
          {slotTaken && (
            <Fact icon={<TriangleAlert aria-hidden />} warning>
              Something else is already at that time.
            </Fact>
          )}
        </ul>
      )}
      {!pending && state !== "conflict" && operation.text && <Ending state={state} text={operation.text} />}
    </li>
  )
}

/** What kind of step it is; a move and an edit say so themselves. */
const ACT_WORDS: Partial<Record<OperationView["change"], string>> = {
  create: "New",
  delete: "Cancel",
  respond: "Answer",
  move: "Another calendar",
}

const ANSWER_WORDS = { accepted: "Answer: yes", tentative: "Answer: maybe", declined: "Answer: no" } as const

const guestsText = (told: number): string =>
  told === 0 ? "Nobody else will be told." : told === 1 ? "1 guest will be told." : `${told} guests will be told.`

const titlesOf = (operations: readonly OperationView[]): string =>
  TITLES.format(operations.map(({ before }) => named(before)))
const TITLES = new Intl.ListFormat("en-GB")

interface FactProps {
  readonly icon: ReactNode
  readonly warning?: boolean
  readonly children: ReactNode
}

const Fact = ({ icon, warning, children }: FactProps) => (
  <li
    className={cn(
      "flex items-start gap-2 [&_svg]:mt-1 [&_svg]:size-3.5 [&_svg]:shrink-0",
      warning ? "text-warn" : "text-ink-soft",
    )}
  >
    {icon}
    <span>{children}</span>
  </li>
)

const ENDINGS = {
  applied: { icon: CircleCheck, look: "text-good" },
  unchanged: { icon: CircleCheck, look: "text-good" },
  kept: { icon: CircleMinus, look: "text-ink-soft" },
  skipped: { icon: CircleMinus, look: "text-ink-soft" },
  failed: { icon: CircleAlert, look: "text-danger" },
} as const

function Ending({ state, text }: { readonly state: keyof typeof ENDINGS; readonly text: string }) {
  const { icon: Icon, look } = ENDINGS[state]
  return (
    <p className="flex items-start gap-2 text-sm">
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", look)} />
      <Prose text={text} className="min-w-0" />
    </p>
  )
}
