"use client"

import { Button } from "@/components/ui/button"

interface ErrorPageProps {
  readonly reset: () => void
}

/** A page that failed. What was typed is kept by the tab and comes back. */
export default function ErrorPage({ reset }: ErrorPageProps) {
  return (
    <div className="grid flex-1 place-items-center p-6 text-center" role="alert">
      <div className="grid justify-items-center gap-4">
        <h1 className="text-xl font-semibold tracking-tight">This page did not work</h1>
        <p className="max-w-prose text-ink-soft">
          Nothing was changed on your calendar by this, and what you typed is kept.
        </p>
        <Button variant="primary" onClick={reset}>
          Try again
        </Button>
      </div>
    </div>
  )
}
