"use client"

import { parseAsString, useQueryState } from "nuqs"
import { useState } from "react"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useWeek } from "@/lib/client/week"
import { LoadedWeek } from "./loaded-week"

/** The week of the address (`?week=2026-11-23`) or of today. */
export function WeekPane() {
  const [from, setFrom] = useQueryState("week", parseAsString)
  const [held, setHeld] = useState(false)
  const valid = from !== null && /^\d{4}-\d\d-\d\d$/.test(from) && !Number.isNaN(Date.parse(from)) ? from : null
  const week = useWeek(valid, held)
  if (week.isPending) return <WeekSkeleton />
  if (!week.data) return <ProblemNotice className="m-4" error={week.error} retry={() => void week.refetch()} />
  return (
    <LoadedWeek
      week={week.data}
      readAtMs={week.dataUpdatedAt}
      error={week.error}
      onFrom={(next) => void setFrom(next)}
      onHold={setHeld}
    />
  )
}

const WeekSkeleton = () => (
  <div className="grid h-full content-start gap-3 p-4" role="status" aria-label="Loading the week">
    <div className="h-8 w-48 animate-pulse rounded-lg bg-sunken" />
    <div className="h-64 animate-pulse rounded-lg bg-sunken" />
  </div>
)
