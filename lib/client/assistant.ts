import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { ConversationView, TurnView } from "../http/schemas/assistant"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type { AnswerView, TurnView } from "../http/schemas/assistant"

export const conversationQuery = queryOptions({
  queryKey: keys.conversation,
  queryFn: ({ signal }) => fetchJson<ConversationView>("/api/assistant", { signal }),
})

export const useConversation = () => useQuery(conversationQuery)

/** Says one line; the answered turn is shown at once, the rest of the page follows. */
export function useSay() {
  return useTurn((words: string) => fetchJson<TurnView>("/api/assistant", { method: "POST", body: { words } }))
}

export function useChoose() {
  return useTurn((body: { turnId: string; choice: number }) =>
    fetchJson<TurnView>("/api/assistant/choose", { method: "POST", body }),
  )
}

function useTurn<Input>(send: (input: Input) => Promise<TurnView>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: async (turn) => {
      await client.cancelQueries({ queryKey: keys.conversation })
      client.setQueryData(conversationQuery.queryKey, (old) => ({ turns: withTurn(old?.turns ?? [], turn) }))
      void client.invalidateQueries({ queryKey: keys.conversation })
      void client.invalidateQueries({ queryKey: keys.weeks })
      void client.invalidateQueries({ queryKey: keys.preferences })
    },
  })
}

const withTurn = (turns: readonly TurnView[], turn: TurnView): TurnView[] => [
  ...turns.filter((known) => known.id !== turn.id),
  turn,
]
