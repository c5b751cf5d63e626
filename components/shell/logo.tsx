import { cn } from "@/components/ui/cn"

/** The product's name with its mark: an event and the version that it has to match. */
export const Logo = ({ className }: { readonly className?: string }) => (
  <span className={cn("flex items-center gap-2 font-semibold tracking-tight", className)}>
    <svg aria-hidden="true" viewBox="0 0 24 24" className="size-6 shrink-0">
      <rect x="2" y="3" width="20" height="18" rx="5" className="fill-accent" />
      <path d="M7 9.75h10M7 14.25h10" className="stroke-accent-ink" strokeWidth="2" strokeLinecap="round" fill="none" />
    </svg>
    <span className="max-sm:sr-only">Ifmatch</span>
  </span>
)
