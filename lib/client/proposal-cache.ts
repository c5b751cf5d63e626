import { type QueryClient, queryOptions } from "@tanstack/react-query"
import type { ConversationView } from "../http/schemas/assistant"
import type { WeekView } from "../http/schemas/event"
import type { ProposalAnswer, ProposalView } from "../http/schemas/proposal"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export const proposalQuery = (id: string) =>
  queryOptions({
    queryKey: keys.proposal(id),
    queryFn: async ({ signal }) =>
      (await fetchJson<ProposalAnswer>(`/api/proposals/${encodeURIComponent(id)}`, { signal })).proposal,
  })

type Verb = "apply" | "drop" | "undo" | "guests" | "operations" | "rest"

export const postProposal = (proposalId: string, verb: Verb, body: unknown = {}) =>
  fetchJson<ProposalAnswer>(`/api/proposals/${encodeURIComponent(proposalId)}/${verb}`, { method: "POST", body })

/** Puts the newest state of a proposal wherever it is shown, before the server is asked again. */
export function keepProposal(client: QueryClient, fresh: ProposalView): void {
  client.setQueryData(proposalQuery(fresh.id).queryKey, fresh)
  client.setQueryData<ConversationView>(keys.conversation, (old) => old && { turns: old.turns.map(inTurn(fresh)) })
  client.setQueriesData<WeekView>({ queryKey: keys.weeks }, (old) => old && inWeek(old, fresh))
}

const inTurn = (fresh: ProposalView) => (turn: ConversationView["turns"][number]) =>
  turn.answer.kind === "proposal" && turn.answer.proposal.id === fresh.id
    ? { ...turn, answer: { ...turn.answer, proposal: fresh } }
    : turn

const UNSETTLED: readonly ProposalView["state"][] = ["open", "stale", "applying", "conflict"]

function inWeek(week: WeekView, fresh: ProposalView): WeekView {
  const others = week.proposals.filter((known) => known.id !== fresh.id)
  return { ...week, proposals: UNSETTLED.includes(fresh.state) ? [...others, fresh] : others }
}

export function refreshAfterWrite(client: QueryClient): void {
  for (const queryKey of [keys.weeks, keys.conversation, keys.proposals]) void client.invalidateQueries({ queryKey })
}
