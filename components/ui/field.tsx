import { type ComponentProps, type ReactNode, useId } from "react"
import { cn } from "./cn"

export const control =
  "h-10 w-full min-w-0 rounded-lg border border-line-strong/70 bg-surface px-3 text-sm text-ink placeholder:text-ink-soft disabled:opacity-60 aria-invalid:border-danger max-md:h-11 max-md:text-base"

interface FieldProps {
  readonly label: string
  readonly hint?: string
  readonly error?: string
  readonly className?: string
  readonly children: (ids: {
    readonly id: string
    readonly "aria-describedby": string | undefined
    readonly "aria-invalid": boolean | undefined
  }) => ReactNode
}

/** A labelled control with its hint and its error tied to it. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId()
  const said = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ")
  return (
    <div className={cn("grid gap-1.5", className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-describedby": said || undefined, "aria-invalid": error ? true : undefined })}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-ink-soft">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  )
}

export const Input = ({ className, ...rest }: ComponentProps<"input">) => (
  <input className={cn(control, className)} {...rest} />
)

export const Select = ({ className, ...rest }: ComponentProps<"select">) => (
  <select className={cn(control, "pr-8", className)} {...rest} />
)
