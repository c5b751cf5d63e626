import { Copy } from "lucide-react"
import { toast } from "sonner"
import { Button } from "./button"
import { Field, Input } from "./field"

interface ShownOnceProps {
  /** What it is: "The key". */
  readonly label: string
  readonly hint: string
  readonly text: string
}

/** A secret or a link that can be seen and copied now, and never again. */
export function ShownOnce({ label, hint, text }: ShownOnceProps) {
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => toast.success(`${label} is copied.`),
      () => toast.error("The browser did not allow copying; select it by hand."),
    )
  return (
    <div className="flex flex-wrap items-end gap-2" role="status">
      <Field label={label} hint={hint} className="min-w-0 flex-1 basis-64">
        {(ids) => <Input {...ids} readOnly value={text} onFocus={(event) => event.currentTarget.select()} />}
      </Field>
      <Button onClick={() => void copy()} className="mb-6.5">
        <Copy aria-hidden /> Copy
      </Button>
    </div>
  )
}
