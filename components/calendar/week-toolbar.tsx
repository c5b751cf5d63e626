import { ChevronLeft, ChevronRight, Plus } from "lucide-react"
import { Button } from "@/components/ui/button"

interface WeekToolbarProps {
  readonly title: string
  readonly onStep: (weeks: number) => void
  readonly onToday: () => void
  readonly isThisWeek: boolean
  /** Null where there is no calendar to put it on. */
  readonly onNew: (() => void) | null
}

export const WeekToolbar = ({ title, onStep, onToday, isThisWeek, onNew }: WeekToolbarProps) => (
  <div className="flex flex-wrap items-center gap-2">
    <h2 className="mr-auto text-base font-semibold sm:text-lg" aria-live="polite">
      {title}
    </h2>
    {onNew && (
      <Button size="small" variant="primary" onClick={onNew}>
        <Plus aria-hidden /> <span className="max-sm:sr-only">New event</span>
      </Button>
    )}
    <Button size="small" onClick={onToday} disabled={isThisWeek}>
      Today
    </Button>
    <div className="flex">
      <Button variant="quiet" size="icon" aria-label="Previous week" onClick={() => onStep(-1)}>
        <ChevronLeft aria-hidden />
      </Button>
      <Button variant="quiet" size="icon" aria-label="Next week" onClick={() => onStep(1)}>
        <ChevronRight aria-hidden />
      </Button>
    </div>
  </div>
)
