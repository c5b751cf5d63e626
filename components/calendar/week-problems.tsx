import Link from "next/link"
import { Button } from "@/components/ui/button"
import { Notice } from "@/components/ui/notice"
import type { WeekView } from "@/lib/client/week"

type WeekProblem = WeekView["problems"][number]

const WORDS: Readonly<Record<WeekProblem["kind"], string>> = {
  reconnect: "has to be signed in to again; its events are not shown.",
  unreachable: "cannot be reached right now; its events are not shown.",
  throttled: "asks us to wait a moment; its events are not shown.",
  forbidden: "does not let us read its events.",
}

/** Calendars that could not be read, so that an empty day is never taken for a free one. */
export const WeekProblems = ({ problems }: { readonly problems: readonly WeekProblem[] }) =>
  problems.map(({ kind, connectionId, account }) => (
    <Notice
      key={`${connectionId} ${kind}`}
      tone="warn"
      live
      action={
        kind === "reconnect" && (
          <Button asChild size="small">
            <Link href="/connections">Reconnect</Link>
          </Button>
        )
      }
    >
      <strong className="font-semibold">{account}</strong> {WORDS[kind]}
    </Notice>
  ))
