import { queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { LogPage, LogRowView, Verification } from "../http/schemas/log"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type { LogPage, LogRowView, Verification } from "../http/schemas/log"

/** Query parameters of GET /api/log; absent or empty ones do not filter. */
export type LogParams = Readonly<Record<string, string>>

export function useLog(filter: LogParams) {
  return useInfiniteQuery({
    queryKey: keys.log(filter),
    queryFn: ({ pageParam, signal }) => fetchJson<LogPage>(`/api/log?${search(filter, pageParam)}`, { signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextBefore ?? undefined,
  })
}

function search(filter: LogParams, before: string): string {
  const params = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ""))
  if (before) params.set("before", before)
  return params.toString()
}

const storyQuery = (proposalId: string) =>
  queryOptions({
    queryKey: keys.story(proposalId),
    queryFn: ({ signal }) =>
      fetchJson<{ readonly rows: readonly LogRowView[] }>(`/api/log/story?proposal=${encodeURIComponent(proposalId)}`, {
        signal,
      }),
  })

export const useStory = (proposalId: string) => useQuery(storyQuery(proposalId))

export function useVerify() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => fetchJson<Verification>("/api/log/verify", { method: "POST", body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.logs }),
  })
}
