import { useMutation, useQueryClient } from "@tanstack/react-query"
import type { ConflictChoice, ProposalAnswer, ProposalView } from "../http/schemas/proposal"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"
import { useAnnounce } from "./outcome-notice"
import { keepProposal, postProposal, refreshAfterWrite } from "./proposal-cache"

export type { ConflictChoice, ConflictView, OperationView, ProposalView } from "../http/schemas/proposal"

interface Applying {
  readonly proposal: ProposalView
  /** Positions of the steps that are ticked; absent: all. */
  readonly keep?: readonly number[]
}

/** The plan's hash goes along: what is approved is what was on screen. Of some steps only, the server makes a smaller plan first, and that one is approved. */
export const useApply = () =>
  useProposalAnswer(async ({ proposal: { id, planHash }, keep }: Applying) => {
    const shown = keep ? (await postProposal(id, "operations", { planHash, keep })).proposal : { planHash }
    return postProposal(id, "apply", { planHash: shown.planHash })
  })

export const useDrop = () => useProposalAnswer((proposal: ProposalView) => postProposal(proposal.id, "drop"))

export const useUndo = () => useProposalAnswer((proposal: ProposalView) => postProposal(proposal.id, "undo"))

export const useAnswerConflict = () =>
  useProposalAnswer(({ id, choice }: { readonly id: string; readonly choice: ConflictChoice }) =>
    fetchJson<ProposalAnswer>(`/api/conflicts/${encodeURIComponent(id)}`, { method: "POST", body: { choice } }),
  )

/** "Do the rest": another proposal, which the conversation then ends with. Nothing is announced: its card says it. */
export function useRest() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (proposal: ProposalView) => postProposal(proposal.id, "rest"),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.conversation })
      refreshAfterWrite(client)
    },
  })
}

/** The rest is left as it is. */
export const useLeave = () => useQuietly((proposal: ProposalView) => postProposal(proposal.id, "drop"))

/** Whether the guests are told. */
export const useGuestsTold = () =>
  useQuietly(({ proposal, tell }: { readonly proposal: ProposalView; readonly tell: boolean }) =>
    postProposal(proposal.id, "guests", { tell }),
  )

/** Nothing is announced: the card says it. */
function useQuietly<Input>(send: (input: Input) => Promise<ProposalAnswer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
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
