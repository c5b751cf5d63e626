import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { Preference } from "../domain/preferences"
import type { PreferencesAnswer, PreferencesView } from "../http/schemas/preferences"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type { PreferencesView } from "../http/schemas/preferences"

const preferencesQuery = queryOptions({
  queryKey: keys.preferences,
  queryFn: ({ signal }) => fetchJson<PreferencesView>("/api/preferences", { signal }),
})

export const usePreferences = () => useQuery(preferencesQuery)

interface Write {
  readonly preferences: readonly Preference[]
  /** The version that the person decided on. */
  readonly seen: string | null
}

/** Writes all lines on the version that was seen. A lost race is an answer; what stands then is shown either way. */
export function useWritePreferences() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ preferences, seen }: Write) =>
      fetchJson<PreferencesAnswer>("/api/preferences", {
        method: "PUT",
        body: { preferences },
        headers: seen === null ? { "if-none-match": "*" } : { "if-match": seen },
      }),
    onSuccess: ({ kind: _, ...standing }) => client.setQueryData(preferencesQuery.queryKey, standing),
  })
}
