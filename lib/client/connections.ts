import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { z } from "zod"
import type { ChooseCalendarRequest, ConnectCaldavRequest, ConnectionsView } from "../http/schemas/connection"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type { ConnectedCalendar, ConnectionsView } from "../http/schemas/connection"

export type ConnectableProvider = "google" | "microsoft"

/** A plain link: the provider's consent page is another site. */
export const connectUrl = (provider: ConnectableProvider, returnTo?: string): string =>
  `/api/connections/${provider}/start${returnTo ? `?return=${encodeURIComponent(returnTo)}` : ""}`

export const connectionsQuery = queryOptions({
  queryKey: keys.connections,
  queryFn: ({ signal }) => fetchJson<ConnectionsView>("/api/connections", { signal }),
})

/** Asked anew wherever they are looked at: an account may have been paused, a calendar added at the provider. */
export const useConnections = () => useQuery({ ...connectionsQuery, refetchOnMount: "always" })

/** The password is in this one request and nowhere else. */
export function useConnectCaldav() {
  const changed = useConnectionsChanged()
  return useMutation({
    mutationFn: (body: z.input<typeof ConnectCaldavRequest>) =>
      fetchJson<unknown>("/api/connections/caldav", { method: "POST", body }),
    gcTime: 0,
    onSuccess: changed,
  })
}

export function useDisconnect() {
  const changed = useConnectionsChanged()
  return useMutation({
    mutationFn: (id: string) =>
      fetchJson<unknown>(`/api/connections/${encodeURIComponent(id)}/disconnect`, { method: "POST", body: {} }),
    onSuccess: changed,
  })
}

export type CalendarWish = z.input<typeof ChooseCalendarRequest>

/** One person's word on one calendar of an account. */
export function useChooseCalendar(connectionId: string) {
  const changed = useConnectionsChanged()
  return useMutation({
    mutationFn: (body: CalendarWish) =>
      fetchJson<unknown>(`/api/connections/${encodeURIComponent(connectionId)}/calendars`, { method: "PATCH", body }),
    // until the list has come back the mutation is pending, so that a box does not spring back and forth
    onSuccess: changed,
  })
}

function useConnectionsChanged() {
  const client = useQueryClient()
  return async () => {
    void client.invalidateQueries({ queryKey: keys.settings })
    void client.invalidateQueries({ queryKey: keys.weeks })
    await client.invalidateQueries({ queryKey: keys.connections })
  }
}
