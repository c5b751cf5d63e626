"use client"

import { useId } from "react"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useChangeSettings } from "@/lib/client/settings"

/** Saved at once; a failed save springs back, because the box shows what the server has. */
export function ShareTitles({ shared }: { readonly shared: boolean }) {
  const id = useId()
  const change = useChangeSettings()
  const shown = change.isPending ? change.variables.shareTitles : shared
  return (
    <div className="grid gap-3">
      <div className="flex items-start gap-3">
        <input
          id={id}
          type="checkbox"
          className="mt-1 size-4 accent-accent"
          checked={shown}
          aria-describedby={`${id}-hint`}
          onChange={(event) => change.mutate({ shareTitles: event.target.checked })}
        />
        <div>
          <label htmlFor={id} className="font-medium">
            Admins may see the titles of my events in the log
          </label>
          <p id={`${id}-hint`} className="text-sm text-ink-soft">
            Otherwise they see times, versions and outcomes, and “hidden” for the title. Whenever an admin looks, that
            is logged too.
          </p>
        </div>
      </div>
      {change.isError && <ProblemNotice error={change.error} />}
      {change.isSuccess && (
        <Notice tone="good" live>
          Saved.
        </Notice>
      )}
    </div>
  )
}
