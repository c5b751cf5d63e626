import { queryOptions, useIsMutating, useQuery } from "@tanstack/react-query"
import type { WeekView } from "../http/schemas/event"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type { ShownCalendar, ShownEvent, WeekView } from "../http/schemas/event"

const REFETCH_MS = 5_000

/** @param from any date of the week, `YYYY-MM-DD`; null: the week of the server's today */
export const weekQuery = (from: string | null) =>
  queryOptions({
    queryKey: keys.week(from),
    queryFn: ({ signal }) => fetchJson<WeekView>(from ? `/api/week?from=${from}` : "/api/week", { signal }),
  })

/** Kept fresh while the page is seen; `hold` and a write under way stop that, so that nothing moves under the person's hand. */
export function useWeek(from: string | null, hold = false) {
  const writing = useIsMutating({ mutationKey: keys.weeks }) > 0
  return useQuery({
    ...weekQuery(from),
    refetchInterval: hold || writing ? false : REFETCH_MS,
    placeholderData: (previous) => previous,
  })
}
