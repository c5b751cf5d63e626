import { useMutation, useQueryClient } from "@tanstack/react-query"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type ConnectableProvider = "google" | "microsoft"

/** A plain link: the provider's consent page is another site. */
export const connectUrl = (provider: ConnectableProvider): string => `/api/connections/${provider}/start`

export function useDisconnect() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      fetchJson<unknown>(`/api/connections/${encodeURIComponent(id)}/disconnect`, { method: "POST", body: {} }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.settings })
      void client.invalidateQueries({ queryKey: keys.weeks })
    },
  })
}
