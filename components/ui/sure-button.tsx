import { useState } from "react"
import { Button } from "./button"

interface SureButtonProps {
  /** What it does, as its short label says: "Revoke". */
  readonly verb: string
  /** To what: "Revoke Porter". */
  readonly name: string
  readonly pending: boolean
  readonly onSure: () => void
}

/** A button for what has no way back: asked once more. */
export function SureButton({ verb, name, pending, onSure }: SureButtonProps) {
  const [sure, setSure] = useState(false)
  if (!sure)
    return (
      <Button size="small" variant="quiet" aria-label={`${verb} ${name}`} onClick={() => setSure(true)}>
        {verb}
      </Button>
    )
  return (
    <span className="inline-flex gap-2">
      <Button
        size="small"
        variant="danger"
        autoFocus
        pending={pending}
        aria-label={`${verb} ${name} now`}
        onClick={onSure}
      >
        {verb} now
      </Button>
      <Button size="small" onClick={() => setSure(false)}>
        Keep
      </Button>
    </span>
  )
}
