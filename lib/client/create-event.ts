import { useMutation, useQueryClient } from "@tanstack/react-query"
import type { ConnectionId, EventDraft } from "../domain/event"
import type { ProposalAnswer } from "../http/schemas/proposal"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"
import { useAnnounce } from "./outcome-notice"
import { keepProposal, refreshAfterWrite } from "./proposal-cache"

export interface Wish {
  /** Names the wish: sent again under the same id it is not done again. */
  readonly id: string
  readonly connectionId: ConnectionId
  readonly calendarId: string
  readonly draft: EventDraft
}

/** A new event. It is there when the provider has said so, not before; anything but that is an error of the form, which keeps what was typed. */
export function useCreateEvent() {
  const client = useQueryClient()
  const announce = useAnnounce()
  return useMutation({
    mutationKey: keys.weeks,
    mutationFn: (wish: Wish) => fetchJson<ProposalAnswer>("/api/events", { method: "POST", body: wish }),
    onSuccess: (answer) => {
      keepProposal(client, answer.proposal)
      if (isMade(answer)) announce(answer)
    },
    onSettled: () => refreshAfterWrite(client),
  })
}

/** `done`, or still being looked for: the same wish is not to be sent under another id then. */
export const isMade = ({ proposal }: ProposalAnswer): boolean => proposal.state === "done"
export const isUnderWay = ({ proposal }: ProposalAnswer): boolean => proposal.state === "applying"
