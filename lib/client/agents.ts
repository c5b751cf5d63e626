import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { z } from "zod"
import type {
  AgentKeysView,
  AgentsView,
  AnswerBookingRequest,
  CloseCalendarRequest,
  IssuedKeyView,
  IssueKeyRequest,
  OpenCalendarRequest,
  RankAgentsRequest,
  RankAnswer,
  RulesRequest,
} from "../http/schemas/agents"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type {
  AgentsView,
  BookingQuestionView,
  BookingRowView,
  EndedBookingView,
  RankedAgentView,
} from "../http/schemas/agents"

const LOOK_AGAIN_MS = 5_000

export const agentsQuery = queryOptions({
  queryKey: keys.agents,
  queryFn: ({ signal }) => fetchJson<AgentsView>("/api/agents", { signal }),
})

/**
 * The stream tells of what is logged. That a person has deleted an event which their calendar did not let us take away is logged nowhere: while the page shows one it looks
 * again by itself.
 */
export const useAgents = () =>
  useQuery({
    ...agentsQuery,
    refetchInterval: ({ state }) => (state.data?.ended.some(({ refused }) => refused) ? LOOK_AGAIN_MS : false),
  })

export const useAddAgent = () =>
  useAgentsChange((name: string) => fetchJson<{ id: string }>("/api/agents", { method: "POST", body: { name } }))

export const useRevokeAgent = () =>
  useAgentsChange((id: string) =>
    fetchJson<unknown>(`/api/agents/${encodeURIComponent(id)}/revoke`, { method: "POST", body: {} }),
  )

/** The order that was on screen goes along: what was changed elsewhere meanwhile is not written over, but answered `stale`. */
export const useRankAgents = () =>
  useAgentsChange((body: z.input<typeof RankAgentsRequest>) =>
    fetchJson<RankAnswer>("/api/agents/rank", { method: "POST", body }),
  )

export const useOpenCalendar = () =>
  useAgentsChange((body: z.input<typeof OpenCalendarRequest>) =>
    fetchJson<unknown>("/api/agents/calendars", { method: "POST", body }),
  )

export const useCloseCalendar = () =>
  useAgentsChange((body: z.input<typeof CloseCalendarRequest>) =>
    fetchJson<{ kind: "closed" | "already" }>("/api/agents/calendars/close", { method: "POST", body }),
  )

export const useCancelBooking = () =>
  useAgentsChange((id: string) =>
    fetchJson<{ kind: "cancelled" | "ended" }>(`/api/bookings/${encodeURIComponent(id)}/cancel`, {
      method: "POST",
      body: {},
    }),
  )

export const useAnswerBooking = () =>
  useAgentsChange(({ id, choice }: { id: string } & z.input<typeof AnswerBookingRequest>) =>
    fetchJson<{ kind: "answered" | "superseded" }>(`/api/booking-questions/${encodeURIComponent(id)}`, {
      method: "POST",
      body: { choice },
    }),
  )

export const useChangeRules = () =>
  useAgentsChange((body: z.input<typeof RulesRequest>) =>
    fetchJson<unknown>("/api/agents/rules", { method: "PATCH", body }),
  )

const keysOf = (agentId: string) => `/api/agents/${encodeURIComponent(agentId)}/keys`

/** Below the agents' own name, so that what changes them asks for these too. */
export const useAgentKeys = (agentId: string) =>
  useQuery({
    queryKey: [...keys.agents, agentId, "keys"],
    queryFn: ({ signal }) => fetchJson<AgentKeysView>(keysOf(agentId), { signal }),
  })

/** The answer holds the key, and it is the only time that it is shown. */
export const useIssueKey = (agentId: string) =>
  useAgentsChange((body: z.input<typeof IssueKeyRequest>) =>
    fetchJson<IssuedKeyView>(keysOf(agentId), { method: "POST", body }),
  )

export const useRevokeKey = (agentId: string) =>
  useAgentsChange((keyId: string) =>
    fetchJson<unknown>(`${keysOf(agentId)}/revoke`, { method: "POST", body: { keyId } }),
  )

/** Pending until the page shows what came of it, also of what failed. */
function useAgentsChange<Input, Answer>(send: (input: Input) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSettled: () => client.invalidateQueries({ queryKey: keys.agents }),
  })
}
