import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { z } from "zod"
import type { AddWebhookRequest, ChangedWebhookView, DeliveriesView, WebhooksView } from "../http/schemas/webhooks"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type { DeliveryView, WebhookView } from "../http/schemas/webhooks"

const PATH = "/api/agents/webhooks"
const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`

export const useWebhooks = () =>
  useQuery({ queryKey: keys.webhooks, queryFn: ({ signal }) => fetchJson<WebhooksView>(PATH, { signal }) })

/** The answer holds the secret, and it is the only time that it is shown; with `useRotateSecret` another one. */
export const useAddWebhook = () =>
  useWebhooksChange((body: z.input<typeof AddWebhookRequest>) =>
    fetchJson<ChangedWebhookView>(PATH, { method: "POST", body }),
  )

export const useTurnWebhook = (id: string) =>
  useWebhooksChange((state: "live" | "off") =>
    fetchJson<ChangedWebhookView>(pathOf(id), { method: "PATCH", body: { state } }),
  )

export const useRemoveWebhook = (id: string) =>
  useWebhooksChange(() => fetchJson<unknown>(pathOf(id), { method: "DELETE" }))

export const useRotateSecret = (id: string) =>
  useWebhooksChange(() => fetchJson<ChangedWebhookView>(`${pathOf(id)}/secret`, { method: "POST" }))

/** An attempt leaves no row in the log, and so nothing in the stream: whoever looks at deliveries asks again and again. */
const LOOK_AGAIN_MS = 3_000

export const useDeliveries = (id: string) =>
  useInfiniteQuery({
    queryKey: keys.deliveries(id),
    queryFn: ({ pageParam, signal }) =>
      fetchJson<DeliveriesView>(`${pathOf(id)}/deliveries${pageParam && `?cursor=${pageParam}`}`, { signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: LOOK_AGAIN_MS,
  })

export const useRedeliver = (id: string) =>
  useWebhooksChange((seq: string) => fetchJson<unknown>(`${pathOf(id)}/deliveries`, { method: "POST", body: { seq } }))

function useWebhooksChange<Input, Answer>(send: (input: Input) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSettled: () => client.invalidateQueries({ queryKey: keys.webhooks }),
  })
}
