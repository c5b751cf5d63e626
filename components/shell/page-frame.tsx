import type { ReactNode } from "react"

interface PageFrameProps {
  readonly title: string
  readonly intro?: ReactNode
  readonly wide?: boolean
  readonly children: ReactNode
}

/** A page that scrolls: its title, a sentence, its content. */
export const PageFrame = ({ title, intro, wide, children }: PageFrameProps) => (
  <div className="min-h-0 flex-1 overflow-y-auto">
    <div className={`mx-auto grid gap-5 px-4 py-6 sm:px-6 sm:py-8 ${wide ? "max-w-7xl" : "max-w-3xl"}`}>
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        {intro && <p className="mt-1 max-w-prose text-ink-soft">{intro}</p>}
      </div>
      {children}
    </div>
  </div>
)
