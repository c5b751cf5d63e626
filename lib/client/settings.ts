import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { z } from "zod"
import type { SettingsRequest, SettingsView } from "../http/schemas/workspace"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type { SettingsView } from "../http/schemas/workspace"

export const settingsQuery = queryOptions({
  queryKey: keys.settings,
  queryFn: ({ signal }) => fetchJson<SettingsView>("/api/settings", { signal }),
})

export const useSettings = () => useQuery(settingsQuery)

export function useChangeSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: z.input<typeof SettingsRequest>) =>
      fetchJson<SettingsView>("/api/settings", { method: "PATCH", body }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.settings })
      void client.invalidateQueries({ queryKey: keys.weeks })
    },
  })
}
