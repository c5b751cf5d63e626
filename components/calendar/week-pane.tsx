"use client"

import { parseAsString, useQueryState } from "nuqs"
import { useState } from "react"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useWeek } from "@/lib/client/week"
import { readDate } from "@/lib/domain/date-text"
import { mondayOf } from "@/lib/domain/zoned-time"
import { LoadedWeek } from "./loaded-week"

/** The week of the address (`?week=2026-11-23`) or of today. */
export function WeekPane() {
  const [from, setFrom] = useQueryState("week", parseAsString)
  const [held, setHeld] = useState(false)
  const week = useWeek(mondayBehind(from), held)
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

/** The address may name any day of a week, or nonsense. */
function mondayBehind(from: string | null): string | null {
  const date = from === null ? null : readDate(from)
  return date && mondayOf(date)
}

const WeekSkeleton = () => (
  <div className="grid h-full content-start gap-3 p-4" role="status" aria-label="Loading the week">
    <div className="h-8 w-48 animate-pulse rounded-lg bg-sunken" />
    <div className="h-64 animate-pulse rounded-lg bg-sunken" />
  </div>
)
