import type { ComponentProps, ReactNode } from "react"
import { cn } from "./cn"

export const Card = ({ className, ...rest }: ComponentProps<"div">) => (
  <div className={cn("rounded-xl border border-line bg-surface shadow-card", className)} {...rest} />
)

interface SectionProps {
  readonly title: string
  readonly hint?: ReactNode
  readonly children: ReactNode
}

/** A titled block of a settings-like page. */
export const Section = ({ title, hint, children }: SectionProps) => (
  <section aria-label={title}>
    <Card className="p-5 sm:p-6">
      <h2 className="text-base font-semibold">{title}</h2>
      {hint && <p className="mt-1 max-w-prose text-sm text-ink-soft">{hint}</p>}
      <div className="mt-4">{children}</div>
    </Card>
  </section>
)
