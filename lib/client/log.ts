import { queryOptions, useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query"
import type { LogPage, LogStory, Verification } from "../http/schemas/log"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type { LogPage, LogRowView, Verification } from "../http/schemas/log"

/** Query parameters of GET /api/log; absent or empty ones do not filter. */
export type LogParams = Readonly<Record<string, string>>

/** Every look at the log is itself logged: it is read when it is asked for and never by itself. */
const READ_ONCE = {
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
} as const

export function useLog(filter: LogParams) {
  return useInfiniteQuery({
    ...READ_ONCE,
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
    ...READ_ONCE,
    queryKey: keys.story(proposalId),
    queryFn: ({ signal }) =>
      fetchJson<LogStory>(`/api/log/story?proposal=${encodeURIComponent(proposalId)}`, { signal }),
  })

export const useStory = (proposalId: string) => useQuery(storyQuery(proposalId))

export const useVerify = () =>
  useMutation({ mutationFn: () => fetchJson<Verification>("/api/log/verify", { method: "POST", body: {} }) })
