import { useMutation, useQueryClient } from "@tanstack/react-query"
import type { ConflictChoice, ProposalAnswer, ProposalView } from "../http/schemas/proposal"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"
import { useAnnounce } from "./outcome-notice"
import { keepProposal, postProposal, refreshAfterWrite } from "./proposal-cache"

export type { ConflictChoice, ConflictView, OperationView, ProposalView } from "../http/schemas/proposal"

/** The plan's hash goes along: what is approved is what was on screen. */
export const useApply = () =>
  useProposalAnswer((proposal: ProposalView) => postProposal(proposal.id, "apply", { planHash: proposal.planHash }))

export const useDrop = () => useProposalAnswer((proposal: ProposalView) => postProposal(proposal.id, "drop"))

export const useUndo = () => useProposalAnswer((proposal: ProposalView) => postProposal(proposal.id, "undo"))

export const useAnswerConflict = () =>
  useProposalAnswer(({ id, choice }: { readonly id: string; readonly choice: ConflictChoice }) =>
    fetchJson<ProposalAnswer>(`/api/conflicts/${encodeURIComponent(id)}`, { method: "POST", body: { choice } }),
  )

/** Whether the guests are told. Nothing is announced: the card says it. */
export function useGuestsTold() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ proposal, tell }: { readonly proposal: ProposalView; readonly tell: boolean }) =>
      postProposal(proposal.id, "guests", { tell }),
    onSuccess: (answer) => keepProposal(client, answer.proposal),
    onSettled: () => refreshAfterWrite(client),
  })
}

function useProposalAnswer<Input>(send: (input: Input) => Promise<ProposalAnswer>) {
  const client = useQueryClient()
  const announce = useAnnounce()
  return useMutation({
    mutationKey: keys.weeks,
    mutationFn: send,
    onSuccess: (answer) => {
      keepProposal(client, answer.proposal)
      announce(answer)
    },
    onSettled: () => refreshAfterWrite(client),
  })
}
