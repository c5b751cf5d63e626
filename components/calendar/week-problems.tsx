import { Notice } from "@/components/ui/notice"
import type { WeekView } from "@/lib/client/week"

type WeekProblem = WeekView["problems"][number]

/** An account that has to be signed in to again is said at the top of every page (ReconnectBanner). */
const WORDS: Readonly<Record<WeekProblem["kind"], string | null>> = {
  reconnect: null,
  unreachable: "cannot be reached right now; its events are not shown.",
  throttled: "asks us to wait a moment; its events are not shown.",
  forbidden: "does not let us read its events.",
}

/** Calendars that could not be read, so that an empty day is never taken for a free one. */
export const WeekProblems = ({ problems }: { readonly problems: readonly WeekProblem[] }) =>
  problems
    .filter(({ kind }) => WORDS[kind] !== null)
    .map(({ kind, connectionId, account }) => (
      <Notice key={`${connectionId} ${kind}`} tone="warn" live>
        <strong className="font-semibold">{account}</strong> {WORDS[kind]}
      </Notice>
    ))
