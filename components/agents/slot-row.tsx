import type { ReactNode } from "react"
import { SafeText } from "@/components/ui/safe-text"
import { SpanText } from "@/components/ui/span-text"
import type { AgentsView } from "@/lib/client/agents"

interface SlotRowProps {
  readonly row: Pick<AgentsView["holds"][number], "agent" | "calendar" | "priority" | "slot">
  readonly timeZone: string
  readonly what: ReactNode
  /** How it stands, and what can be done. */
  readonly children: ReactNode
}

/** When, what, by whom and where. */
export function SlotRow({ row: { agent, calendar, priority, slot }, timeZone, what, children }: SlotRowProps) {
  const timed = (at: string) => ({ kind: "timed", at, timeZone }) as const
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 py-2.5">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium">{what}</p>
        <p className="text-sm text-ink-soft">
          <SpanText span={{ start: timed(slot.start), end: timed(slot.end) }} timeZone={timeZone} />
        </p>
        <p className="text-sm text-ink-soft">
          <SafeText text={agent} /> (place {priority}) on <SafeText text={calendar} />
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-2">{children}</div>
    </li>
  )
}
