import { cn } from "./cn"

/** The product's mark: an event, and that it has to be equal to what was seen. */
export const LogoMark = ({ className }: { readonly className?: string }) => (
  <svg aria-hidden="true" viewBox="0 0 24 24" className={cn("size-6 shrink-0", className)}>
    <rect x="2" y="3" width="20" height="18" rx="5" className="fill-accent" />
    <path d="M7 9.75h10M7 14.25h10" className="stroke-accent-ink" strokeWidth="2" strokeLinecap="round" fill="none" />
  </svg>
)
