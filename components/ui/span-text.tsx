import type { Span } from "@/lib/domain/event"
import { spokenSpan } from "@/lib/domain/format-when"
import { cn } from "./cn"

interface SpanTextProps {
  readonly span: Span
  readonly timeZone: string
  readonly className?: string
}

/** Weekday and date over the clock times. */
export function SpanText({ span, timeZone, className }: SpanTextProps) {
  const { day, time } = spokenSpan(span, timeZone)
  return (
    <span className={cn("inline-flex flex-wrap gap-x-1.5", className)}>
      <span>{day},</span> <span className="whitespace-nowrap">{time}</span>
    </span>
  )
}
