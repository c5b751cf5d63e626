import { cn } from "@/components/ui/cn"

interface DayHeadingProps {
  readonly date: Date
  readonly isToday: boolean
  readonly timeZone: string
}

export function DayHeading({ date, isToday, timeZone }: DayHeadingProps) {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-US", { timeZone, ...options }).format(date)
  return (
    <span className="flex items-center gap-1.5 py-2">
      <span className={cn("text-xs", isToday ? "font-semibold text-accent" : "text-ink-soft")}>
        {part({ weekday: "short" })}
      </span>
      <span
        className={cn(
          "text-sm font-semibold",
          isToday && "grid min-w-6 place-items-center rounded-full bg-accent px-1 py-0.5 text-accent-ink",
        )}
      >
        {part({ day: "numeric" })}
      </span>
      {isToday && <span className="sr-only">today</span>}
    </span>
  )
}
