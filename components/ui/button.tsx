import { cva, type VariantProps } from "class-variance-authority"
import { LoaderCircle } from "lucide-react"
import { Slot } from "radix-ui"
import type { ComponentProps } from "react"
import { cn } from "./cn"

const look = cva(
  "inline-flex shrink-0 items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap transition-colors disabled:cursor-not-allowed disabled:opacity-60 aria-busy:cursor-progress [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-accent text-accent-ink hover:bg-accent-strong",
        secondary: "border border-line-strong/50 bg-surface text-ink hover:bg-sunken",
        quiet: "text-ink-soft hover:bg-sunken hover:text-ink",
        danger: "border border-danger/50 bg-surface text-danger hover:bg-danger-soft",
      },
      size: {
        small: "h-8 px-3 text-sm max-md:h-10",
        medium: "h-10 px-4 text-sm max-md:h-11",
        icon: "size-9 max-md:size-10",
      },
    },
    defaultVariants: { variant: "secondary", size: "medium" },
  },
)

interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof look> {
  /** Renders its one child (a link) with a button's looks. */
  readonly asChild?: boolean
  /** A request is under way: announced, shown, and not pressed twice. */
  readonly pending?: boolean
}

export function Button({ asChild, pending, variant, size, className, children, onClick, ...rest }: ButtonProps) {
  const classes = cn(look({ variant, size }), className)
  if (asChild)
    return (
      <Slot.Root className={classes} onClick={onClick} {...rest}>
        {children}
      </Slot.Root>
    )
  return (
    <button
      type="button"
      className={classes}
      aria-busy={pending || undefined}
      aria-disabled={pending || undefined}
      onClick={pending ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {pending && <LoaderCircle aria-hidden className="animate-spin" />}
      {children}
    </button>
  )
}
