import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import type { ConversationView, SayLine, TurnView } from "../http/schemas/assistant"
import { fetchJson, ProblemError } from "./fetch-json"
import { fetchLines } from "./fetch-lines"
import { keys } from "./keys"

export type { AnswerView, TurnView } from "../http/schemas/assistant"

export const conversationQuery = queryOptions({
  queryKey: keys.conversation,
  queryFn: ({ signal }) => fetchJson<ConversationView>("/api/assistant", { signal }),
})

export const useConversation = () => useQuery(conversationQuery)

/** Says one line; the answered turn is shown at once, the rest of the page follows. `step`: how far it has come. */
export function useSay() {
  const [step, setStep] = useState<"reading" | "asking">("reading")
  const say = useTurn(async (words: string) => {
    setStep("reading")
    let turn: TurnView | undefined
    await fetchLines<SayLine>("/api/assistant", { words }, (line) => {
      if (line.kind === "step") setStep(line.step)
      else turn = line.turn
    })
    // the last line is the turn; without it the answer broke off
    if (!turn) throw new ProblemError("Something went wrong on our side.", 500, "fault")
    return turn
  })
  return { say, step }
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
