import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react"
import type { ReactNode } from "react"
import { cn } from "./cn"

const TONES = {
  info: { icon: Info, look: "border-line bg-sunken text-ink", mark: "text-ink-soft" },
  good: { icon: CircleCheck, look: "border-good/30 bg-good-soft text-ink", mark: "text-good" },
  warn: { icon: TriangleAlert, look: "border-warn-line bg-warn-soft text-ink", mark: "text-warn" },
  danger: { icon: CircleAlert, look: "border-danger/40 bg-danger-soft text-ink", mark: "text-danger" },
} as const

interface NoticeProps {
  readonly tone: keyof typeof TONES
  readonly children: ReactNode
  /** Buttons or links, at the end. */
  readonly action?: ReactNode
  /** Said aloud when it appears. */
  readonly live?: boolean
  readonly className?: string
}

export function Notice({ tone, children, action, live, className }: NoticeProps) {
  const { icon: Icon, look, mark } = TONES[tone]
  return (
    <div
      role={live ? (tone === "danger" ? "alert" : "status") : undefined}
      className={cn(
        "flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border px-3 py-2.5 text-sm",
        look,
        className,
      )}
    >
      <div className="flex min-w-0 flex-1 basis-40 gap-x-3">
        <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", mark)} />
        <div className="min-w-0 flex-1 [overflow-wrap:anywhere]">{children}</div>
      </div>
      {action}
    </div>
  )
}
